"""The local cloud put together from its parts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehearsal.cloud.app import App
from rehearsal.cloud.cloudwatch import CloudWatch
from rehearsal.cloud.codedeploy import CodeDeploy
from rehearsal.cloud.control import Control
from rehearsal.cloud.deployed_functions import DeployedFunctions
from rehearsal.cloud.events import Events
from rehearsal.cloud.faults import Faults
from rehearsal.cloud.function_telemetry import Telemetry
from rehearsal.cloud.gate import Gate
from rehearsal.cloud.lambda_service import LambdaService
from rehearsal.cloud.log_queries import LogQueries
from rehearsal.cloud.logs import LogSink
from rehearsal.cloud.metrics import MetricStore
from rehearsal.cloud.orphans import Orphans
from rehearsal.cloud.programs import Programs
from rehearsal.cloud.query_definitions import QueryDefinitions
from rehearsal.cloud.rds import Rds
from rehearsal.cloud.rds_surroundings import Surroundings
from rehearsal.cloud.role_propagation import RolePropagation
from rehearsal.cloud.schedule import Scheduler
from rehearsal.cloud.seams import Seams
from rehearsal.cloud.seams_cloudwatch import AlarmMirror
from rehearsal.cloud.seams_ec2 import Network
from rehearsal.cloud.seams_logs import log_events
from rehearsal.cloud.seams_secrets import OwnedSecrets
from rehearsal.cloud.signature import Signatures
from rehearsal.cloud.xray import XRay

if TYPE_CHECKING:
    import random
    from collections.abc import Coroutine
    from pathlib import Path
    from typing import Any

    from rehearsal.cloud.clock import Clock
    from rehearsal.keys import Keys

LOGS_FLUSHED_EVERY_S = 0.5
"""Real seconds; whoever asks for logs flushes them first."""


@dataclass
class Cloud:
    """A cloud that is up."""

    app: App
    functions: LambdaService
    cloudwatch: CloudWatch
    codedeploy: CodeDeploy
    scheduler: Scheduler
    logs: LogSink
    daemon: asyncio.DatagramTransport
    orphans: Orphans

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        """What the cloud does by itself."""
        return [self.cloudwatch.run(), self.codedeploy.run(), self.scheduler.run(), self._flush_logs()]

    async def _flush_logs(self) -> None:
        while True:
            await asyncio.sleep(LOGS_FLUSHED_EVERY_S)
            self.logs.flush()

    async def end(self) -> None:
        """End sandboxes and the daemon."""
        await self.functions.end()
        self.daemon.close()
        self.orphans.close()


@dataclass(frozen=True)
class Places:
    """Where things are on this machine.

    Attributes:
        state: Folder for unzipped code.
        python: Interpreter with AWS's runtime client.
        node: Node.js.
    """

    state: Path
    python: Path
    node: Path


async def build(endpoint: str, places: Places, clock: Clock, draw: random.Random, keys: Keys) -> Cloud:
    """Build a cloud; must run in the loop that will serve it."""
    events, store, seams = Events(clock.now), MetricStore(clock), Seams(clock)
    logs = LogSink(clock, store, seams)
    xray = XRay(clock, draw)
    daemon, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: xray, local_addr=("127.0.0.1", 0)
    )
    code = places.state / "code"
    code.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{daemon.get_extra_info('sockname')[1]}"
    orphans = Orphans()
    programs = Programs(places.python, places.node, code, endpoint, address, clock, keys, orphans)
    functions = LambdaService(seams, programs, Telemetry(xray, logs, store, events), draw)
    cloudwatch = CloudWatch(store, clock, events, AlarmMirror(), functions.invoke_arn)
    deployed = DeployedFunctions(seams, functions.invoke_arn)
    codedeploy = CodeDeploy(clock, events, deployed, cloudwatch)
    queries = QueryDefinitions()
    searches = LogQueries(log_events)
    network = Network(seams)
    rds = Rds(clock, Surroundings(network, OwnedSecrets(seams), seams.log_line))
    network.used_elsewhere = rds.uses_security_group
    handlers = (
        RolePropagation(clock, events).handle,
        functions.handle,
        cloudwatch.handle,
        xray.handle,
        codedeploy.handle,
        queries.handle,
        searches.handle,
        rds.handle,
    )
    faults = Faults(events, clock.now, functions.kill, lambda name: seams.function(name) is not None)
    control = Control(clock, events, logs, lambda: functions.pids, faults)
    app = App(Gate(keys, Signatures(keys)), handlers, control, logs, faults)
    scheduler = Scheduler(clock, seams, functions)
    return Cloud(app, functions, cloudwatch, codedeploy, scheduler, logs, daemon, orphans)
