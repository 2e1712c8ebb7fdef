"""Brings up a stack of the rehearsal for the live tests, and removes all of it afterwards."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from canary.read import contract
from localaws import local_cloud
from localaws.provider.cloud import Cloud
from localaws.provider.server import serve
from rehearsal import postgres, stack, toolchain
from rehearsal.database import load
from rehearsal.engine import Engine
from rehearsal.evidence import EngineEvidence
from rehearsal.traffic import settle
from tests.live.unit import REGION, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FACTOR = 120.0
"""Cloud seconds per real second: a bake of 10 minutes takes 5 seconds, the guard runs twice a second."""

ONE_MACHINE = {"p95FloorMs": "3000"}
"""Commands start beside the functions, on the same two cores, so canary requests wait for their turn. An
alarm on that wait would roll back what a test is about to break."""


@contextlib.contextmanager
def up(work: Path) -> Iterator[Unit]:
    """Bring up a warm stack with a database, and remove all of it afterwards."""
    tools = toolchain.find()
    with (
        postgres.running(work / "postgres") as database,
        local_cloud.running(work / "cloud", FACTOR, tools.runtime_python, tools.node) as cloud,
        serve(cloud.endpoint, REGION, keys=cloud.keys) as provider,
    ):
        make = Cloud(cloud.endpoint, REGION, keys=cloud.keys).client
        config = {**stack.database_settings(make("secretsmanager"), database), **ONE_MACHINE}
        engine = Engine(work / "engine", stack.NAME, provider.port, config)
        target = stack.bring_up(engine, EngineEvidence())
        outputs = work / "outputs.json"
        outputs.write_text(json.dumps(engine.outputs(), indent=2))
        unit = Unit(cloud, database, engine, target, outputs, work, make)
        migrated = unit.canary("migrate", "--reason", "first tables", code=0)
        assert "applied " in migrated.out, str(migrated)
        load(database.dsn)
        settle(unit.api_url, "x-user-id", contract.PROBED)
        stack.warm_canary(stack.LocalClients(make), target)
        yield unit
