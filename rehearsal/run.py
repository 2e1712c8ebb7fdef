"""One rehearsal from set-up to clean-up; each part knows nothing of the others."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_read import contract, seed

from ops.clients import Clients
from ops.target import Target
from ops.teardown import teardown
from rehearsal import access_log, kept, local_cloud, observe, summary, toolchain
from rehearsal.database import prepared
from rehearsal.engine import Engine
from rehearsal.evidence import EngineEvidence
from rehearsal.memory import MemoryWatch
from rehearsal.operations import Operator
from rehearsal.provider.server import serve
from rehearsal.timeline import Clock, Scenario, play
from rehearsal.traffic import Request, Traffic, squeezed, steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.local_cloud import LocalCloud
    from rehearsal.postgres import PostgresServer
    from rehearsal.progress import Progress

SUMMARY = toolchain.ROOT / "build" / "rehearsal" / "summary.json"
USERS, BETA_USERS = 2000, 50
STACK = "rehearsal"


@dataclass(frozen=True)
class Options:
    """What a person asked for; defaults are the command line's."""

    scenario: Scenario
    traffic: Path | None
    factor: float
    seed: int
    rate: float
    keep: bool
    json: bool


@dataclass
class Session:
    """A run in progress and what it has to leave behind or not."""

    options: Options
    progress: Progress
    work: Path
    started: float = field(default_factory=time.monotonic)
    memory: MemoryWatch = field(default_factory=MemoryWatch)
    engine: EngineEvidence = field(default_factory=EngineEvidence)
    kept: bool = False


def run(options: Options, progress: Progress) -> bool:
    """Play the scenario and write ``build/rehearsal/summary.json``.

    Returns:
        Whether everything that must happen was observed.

    Raises:
        AccessLogError: The traffic log cannot be replayed.
        NotSetUpError: `make setup` has not prepared what is needed.
        CloudError, EngineError: The cloud or the engine failed; everything has been ended.
    """
    tools = toolchain.find()
    requests, about_traffic = _requests(options)
    with _session(options, progress) as session, contextlib.ExitStack() as up:
        progress.step("Starting PostgreSQL (with seeded rows) and the local cloud")
        database = up.enter_context(_unless_kept(session, prepared(session.work / "postgres")))
        cloud = up.enter_context(_cloud(session, tools))
        engine = up.enter_context(_engine(session, cloud, database))
        target = _deploy(session, engine)
        clients = Clients(cloud.endpoint, target.region)
        traffic = Traffic(_api_url(cloud, target), _expected, requests, "x-user-id")
        seen = _play(session, cloud, database, clients, target, traffic)
        if options.keep:
            _keep(session, cloud, database, engine, target)
        else:
            _take_down(session, engine, clients, target)
        seen.peak_memory_mb = session.memory.peak_mb
    return _report(session, seen, about_traffic)
