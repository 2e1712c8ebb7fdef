"""Runs one rehearsal from set-up to clean-up, and connects parts that do not know of each other."""

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

from canary.cli.stack_file import content_of
from canary.read import contract
from canary.unit.visible import ascii_json, visible
from localaws import local_cloud
from localaws.provider.cloud import Cloud
from localaws.provider.server import serve
from rehearsal import access_log, kept, observe, postgres, read_path, stack, summary, toolchain
from rehearsal.acts import act, flags
from rehearsal.database import load, migrate
from rehearsal.engine import Engine
from rehearsal.evidence import EngineEvidence
from rehearsal.hands import Hands
from rehearsal.inbox import Inbox
from rehearsal.memory import MemoryWatch
from rehearsal.timeline import Clock, Player
from rehearsal.traffic import Pace, Traffic, settle, squeezed, steady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary.cli.target import Target
    from localaws.local_cloud import LocalCloud
    from rehearsal.evidence import Evidence
    from rehearsal.postgres import PostgresServer
    from rehearsal.progress import Progress
    from rehearsal.summary import Outcome
    from rehearsal.timeline import Scenario, Step
    from rehearsal.traffic import Request

SUMMARY = toolchain.ROOT / "build" / "rehearsal" / "summary.json"
USERS, BETA_USERS = 2000, 50
USER_HEADER = "x-user-id"
REGION = "us-east-1"


@dataclass(frozen=True)
class Options:
    """The options of a run; the command line supplies their defaults.

    Attributes:
        scenario: The scenario to play.
        traffic: Access log to replay; None for generated traffic.
        factor: Cloud seconds per real second.
        seed: Seed of the generated users and arrivals.
        rate: Requests per real second.
        keep: Whether to leave the cloud running afterwards.
        json: Whether to print ``summary.json`` to standard output.
    """

    scenario: Scenario
    traffic: Path | None
    factor: float
    seed: int
    rate: float
    keep: bool
    json: bool


@dataclass
class Session:
    """A run in progress, and what it may leave behind.

    Attributes:
        work: Temporary folder of the run, removed afterwards unless `kept` is set.
        processes: Ids of the processes that must be gone afterwards.
        kept: Whether the cloud and its folder stay.
    """

    options: Options
    progress: Progress
    work: Path
    started: float = field(default_factory=time.monotonic)
    memory: MemoryWatch = field(default_factory=MemoryWatch)
    engine: EngineEvidence = field(default_factory=EngineEvidence)
    processes: list[int] = field(default_factory=list)
    kept: bool = False


def run(options: Options, progress: Progress) -> Outcome:
    """Play the scenario and write ``build/rehearsal/summary.json``.

    Returns:
        Whether everything that must happen was observed, or why nothing can be said.

    Raises:
        AccessLogError: The traffic log cannot be replayed.
        NotSetUpError: `make setup` has not prepared what is needed.
        CloudError, EngineError: The cloud or the engine failed. Everything that was started has been ended.
        OpsError: The stack's file cannot be read.
        StillUpError: The cloud is to be kept up, and one is already.
    """
    if options.keep:
        kept.must_be_none()
    content_of(toolchain.ROOT / f"Pulumi.{stack.NAME}.yaml")
    tools = toolchain.find()
    pace = Pace(options.rate)
    requests, about = _requests(options, pace)
    with (
        _session(options, progress) as session,
        contextlib.ExitStack() as up,
        contextlib.ExitStack() as attached,
    ):
        progress.step("Starting PostgreSQL, empty, and the local cloud")
        database = postgres.start(session.work / "postgres")
        up.callback(database.stop)
        cloud = local_cloud.start(
            session.work / "cloud", options.factor, tools.runtime_python, tools.node, outlive=options.keep
        )
        up.callback(local_cloud.end, cloud.pid)
        session.processes = [cloud.pid, database.pid]
        provider = attached.enter_context(serve(cloud.endpoint, REGION, session.work / "engine", cloud.keys))
        make = Cloud(cloud.endpoint, REGION, keys=cloud.keys).client
        config = {**stack.database_settings(make("secretsmanager"), database), **options.scenario.config}
        engine = Engine(session.work / "engine", stack.NAME, provider.port, config)
        progress.step("The Pulumi engine creates the stack, the policy pack enforced")
        target = stack.bring_up(engine, session.engine)
        progress.step(f"{session.engine.created} resources created; once more, which must change nothing")
        stack.bring_up_again(engine, session.engine)
        clients = stack.LocalClients(make)
        applied = migrate(clients.lambda_, target)
        load(database.dsn)
        progress.step(f"{len(applied)} migrations applied by the stack's own function, rows copied in")
        inbox = Inbox(make, target.topic_arn)
        outputs = session.work / "outputs.json"
        outputs.write_text(json.dumps(engine.outputs()))
        hands = Hands(
            options.scenario,
            target,
            clients,
            database,
            engine,
            cloud,
            inbox,
            outputs,
            pace,
            progress.step,
        )
        up.callback(hands.end)
        seen = _play(session, hands, requests, cloud.endpoint)
        inbox.close()
        session.processes += cloud.get("processes")["pids"]
        if options.keep:
            _keep(session, cloud, database, engine, target)
            up.pop_all()
        else:
            progress.step("Teardown, then destroy")
            stack.take_down(engine, clients, target, session.engine, make)
    seen.left_behind = None if options.keep else _left_behind(session)
    seen.peak_memory_mb = session.memory.peak_mb
    return _report(session, seen, about)


def _requests(options: Options, pace: Pace) -> tuple[Iterator[tuple[float, Request]], dict[str, Any] | None]:
    """Return the traffic of a run, timed in real seconds, and for a replayed log its entry in the summary."""
    seconds = options.scenario.seconds / options.factor
    if options.traffic is None:
        return steady(options.seed, USERS, BETA_USERS, pace, read_path.RECORDS), None
    replay = access_log.read(options.traffic, read_path.RECORDS)
    for reason, count in replay.skipped.items():
        line = replay.examples[reason]
        said = f"{options.traffic}: {count} lines not replayed: {reason} (first: line {line})"
        sys.stderr.write(f"{visible(said)}\n")
    about = {
        "kind": "replay",
        "file": options.traffic.name,
        "requests": len(replay.requests),
        "skipped": dict(replay.skipped),
    }
    return squeezed(replay.requests, replay.span_s, seconds), about


@contextlib.contextmanager
def _session(options: Options, progress: Progress) -> Iterator[Session]:
    work = Path(tempfile.mkdtemp(prefix=kept.WORK))
    session = Session(options, progress, work)
    session.memory.start()
    try:
        yield session
    finally:
        session.memory.stop()
        if not session.kept:
            shutil.rmtree(work, ignore_errors=True)


def _play(
    session: Session, hands: Hands, requests: Iterator[tuple[float, Request]], endpoint: str
) -> Evidence:
    scenario, progress = session.options.scenario, session.progress
    flags.shadow_on(hands)
    before = hands.alias()
    url = stack.api_url(endpoint, hands.target)
    smoke_from = time.time()
    smoke = settle(url, USER_HEADER, contract.PROBED)
    stack.warm_canary(hands.clients, hands.target)
    progress.step(f"Every sandbox is warm after {smoke} smoke requests")
    traffic = Traffic(url, expected, requests, USER_HEADER)
    clock = Clock(time.time(), session.options.factor)
    watch = observe.Watch(hands.cloud, hands.clients, hands.target, traffic.ledger, scenario, clock, progress)
    progress.step(f"{scenario.name} begins: {scenario.shows}; {clock.factor:g} cloud seconds in a real one")
    traffic.start()

    def do(step: Step) -> None:
        progress.event(clock.cloud(time.time()), step.says)
        act(hands, step)

    try:
        done = Player(clock, do, watch.tick, hands.killed).play(scenario)
        ended = time.time()
    finally:
        traffic.stop()
    return observe.collect(
        observe.Played(hands, clock, done, ended, traffic.ledger, before, smoke_from), session.engine
    )


def expected(request: Request) -> Any:
    """Return the mock's answer as a client reads it."""
    return read_path.expected(request.record, request.limit)


def _keep(
    session: Session, cloud: LocalCloud, database: PostgresServer, engine: Engine, target: Target
) -> None:
    outputs = kept.RECORD.with_name("outputs.json")
    outputs.parent.mkdir(parents=True, exist_ok=True)
    outputs.write_text(json.dumps(engine.outputs(), indent=2) + "\n")
    left = kept.Kept(
        cloud.endpoint,
        stack.api_url(cloud.endpoint, target),
        cloud.pid,
        database.pid,
        str(session.work),
        str(outputs.relative_to(toolchain.ROOT)),
        cloud.keys.environment(),
    )
    kept.remember(left)
    database.outlive()
    session.kept = True
    sys.stderr.write(kept.directions(left))


def _left_behind(session: Session) -> list[str]:
    """Return what should be gone but is not: started processes and the work folder."""
    alive = [f"process {pid}" for pid in session.processes if pid and local_cloud.alive(pid)]
    return alive + ([str(session.work)] if session.work.exists() else [])


def _report(session: Session, seen: Evidence, about: dict[str, Any] | None) -> Outcome:
    found = summary.judge(seen, kept=session.options.keep)
    document = summary.build(seen, found, time.monotonic() - session.started, about)
    summary.write(SUMMARY, document)
    if session.options.json:
        sys.stdout.write(ascii_json(document, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(summary.lines(seen, found, session.progress)) + "\n")
    where = SUMMARY.relative_to(toolchain.ROOT)
    session.progress.step(f"Done; all of it with its evidence: {where}")
    return summary.outcome(seen, found)
