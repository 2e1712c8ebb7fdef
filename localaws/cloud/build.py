"""Build the local cloud from its parts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.cloud.app import App
from localaws.cloud.codedeploy.codedeploy import CodeDeploy
from localaws.cloud.control import Control
from localaws.cloud.events import Events
from localaws.cloud.faults import Faults
from localaws.cloud.functions.deployed_functions import DeployedFunctions
from localaws.cloud.functions.lambda_service import LambdaService
from localaws.cloud.functions.orphans import Orphans
from localaws.cloud.functions.programs import Programs
from localaws.cloud.functions.role_propagation import RolePropagation
from localaws.cloud.functions.schedule import Scheduler
from localaws.cloud.gate import Gate
from localaws.cloud.logs.log_queries import LogQueries
from localaws.cloud.logs.logs import LogSink
from localaws.cloud.logs.query_definitions import QueryDefinitions
from localaws.cloud.metrics.cloudwatch import CloudWatch
from localaws.cloud.metrics.function_telemetry import Telemetry
from localaws.cloud.metrics.metrics import MetricStore
from localaws.cloud.rds.rds import Rds
from localaws.cloud.rds.surroundings import Surroundings
from localaws.cloud.seams.cloudwatch import AlarmMirror
from localaws.cloud.seams.ec2 import Network
from localaws.cloud.seams.logs import log_events
from localaws.cloud.seams.seams import Seams
from localaws.cloud.seams.secrets import OwnedSecrets
from localaws.cloud.signature import Signatures
from localaws.cloud.traces.xray import XRay

if TYPE_CHECKING:
    import random
    from collections.abc import Coroutine
    from pathlib import Path
    from typing import Any

    from localaws.cloud.clock import Clock
    from localaws.keys import Keys

LOGS_FLUSHED_EVERY_S = 0.5
"""Real seconds between two flushes of the logs. A request to CloudWatch Logs flushes them as well."""


@dataclass
class Cloud:
    """A local cloud with all its parts."""

    app: App
    functions: LambdaService
    cloudwatch: CloudWatch
    codedeploy: CodeDeploy
    scheduler: Scheduler
    logs: LogSink
    daemon: asyncio.DatagramTransport
    orphans: Orphans

    def loops(self) -> list[Coroutine[Any, Any, None]]:
        """Return the background loops: alarms, deployments, schedules and the flushing of logs."""
        return [self.cloudwatch.run(), self.codedeploy.run(), self.scheduler.run(), self._flush_logs()]

    async def _flush_logs(self) -> None:
        while True:
            await asyncio.sleep(LOGS_FLUSHED_EVERY_S)
            self.logs.flush()

    async def end(self) -> None:
        """End the sandboxes, the X-Ray daemon and the process that watches for orphans."""
        await self.functions.end()
        self.daemon.close()
        self.orphans.close()


@dataclass(frozen=True)
class Places:
    """Paths on this machine.

    Attributes:
        state: Folder for unzipped code.
        python: Python interpreter that has AWS's runtime client installed.
        node: Node.js executable.
    """

    state: Path
    python: Path
    node: Path


async def build(endpoint: str, places: Places, clock: Clock, draw: random.Random, keys: Keys) -> Cloud:
    """Build a cloud. Must run in the event loop that will serve it.

    Args:
        endpoint: URL of the cloud, for the SDKs inside functions.
        places: Paths on this machine.
        clock: The cloud's clock.
        draw: Source of random numbers for trace sampling and weighted aliases.
        keys: Access key that requests must be signed with.
    """
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
