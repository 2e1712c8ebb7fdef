"""The act: one idempotent transaction that takes users off Prisma and keeps them off.

Latch claimed, kill switch on, a bad release taken back, ramp flag off behind the kill switch, people told,
everything read back. Each step looks before it acts, so the act may be cut off anywhere and run again, or
run by two at once, and comes to the same end. A step that has to wait does not hold up the next: the kill
switch waits for nothing, and a release that keeps an alarm red is taken back while the flag waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from rollback_guard import documents
from rollback_guard.alarm_states import red
from rollback_guard.flag_environment import FlagEnvironment
from rollback_guard.latch import Latch, Latches, noted
from rollback_guard.outcome import Outcome, Status
from rollback_guard.release import take_back
from rollback_guard.replacing import Replacement
from rollback_guard.telling import People

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rollback_guard.clients import Clients
    from rollback_guard.patience import Patience
    from rollback_guard.settings import Settings


@dataclass(frozen=True)
class Trigger:
    """What set the act off.

    Attributes:
        by: ``alarm NAME``, ``verdict``, or an operator.
        evidence: What it was based on, JSON-able.
    """

    by: str
    reason: str
    evidence: Mapping[str, Any]


@dataclass
class World:
    """Everything the act touches.

    Attributes:
        now: Wall clock in seconds.
        log: Told what happened, as a word and fields.
    """

    settings: Settings
    clients: Clients
    patience: Patience
    now: Callable[[], float]
    log: Callable[..., None]


@dataclass(frozen=True)
class Step:
    """One step, and whether it is judged again once it is done.

    Attributes:
        once: A step whose result must stand: a later release is not the one that was taken back.
    """

    name: str
    run: Callable[[World, Latch], Outcome]
    once: bool = False


@dataclass(frozen=True)
class Report:
    """How far the act has come.

    Attributes:
        claimed: Whether this run claimed the latch.
        finished: Whether every step is settled.
    """

    latch: Latch
    claimed: bool
    outcomes: Mapping[str, Outcome]

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return all(outcome.status.settled for outcome in self.outcomes.values())

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "finished": self.finished,
            "claimed": self.claimed,
            "by": self.latch.by,
            "when": self.latch.when,
            "reason": self.latch.reason,
            "steps": noted(self.outcomes),
        }


def kill_environment(settings: Settings, clients: Clients) -> FlagEnvironment:
    """The environment of the kill switch."""
    return FlagEnvironment(clients, settings.application, settings.kill_environment, settings.kill_profile)


def ramp_environment(settings: Settings, clients: Clients) -> FlagEnvironment:
    """The environment of the ramp."""
    return FlagEnvironment(clients, settings.application, settings.ramp_environment, settings.flag_profile)


def kill_switch(world: World, latch: Latch) -> Outcome:
    """Turn the kill switch on. No alarm watches its environment, so it never waits for one."""
    return Replacement(
        kill_environment(world.settings, world.clients),
        "kill-on",
        world.settings.kill_strategy,
        f"Rollback by {latch.by}: {latch.reason}",
        documents.is_killed,
        lambda document: documents.kill(document, on=True),
        lambda: (),
        world.patience,
    ).run()


def ramp_flag(world: World, latch: Latch) -> Outcome:
    """Turn the ramp's flags off behind the kill switch, so that it can come off later."""
    return Replacement(
        ramp_environment(world.settings, world.clients),
        "all-off",
        world.settings.kill_strategy,
        f"Rollback by {latch.by}: {latch.reason}",
        documents.is_off,
        documents.off,
        lambda: red(world.clients.cloudwatch, world.settings.rollback_alarms),
        world.patience,
    ).run()


def release(world: World, _latch: Latch) -> Outcome:
    """Take back a release of the entry function, where it is the function that fails."""
    return take_back(world.settings, world.clients, world.patience, world.now)


def people(world: World, latch: Latch) -> Outcome:
    """Tell people once, as soon as users are safe; what is left to do is in the message."""
    settings = world.settings
    lines = [
        f"{settings.function_name}: rolled back by {latch.by} at {latch.when}.",
        f"Why: {latch.reason}",
        *(f"{name}: {step['status']} ({step['detail']})" for name, step in latch.steps.items()),
        "Nobody reads from Prisma. `canary status` shows the rest; `canary resume` ends it.",
    ]
    topic = People(world.clients, settings.topic_arn, settings.told_parameter, world.now)
    return topic.tell(f"{settings.function_name}: canary rolled back", "\n".join(lines))


STEPS = (
    Step("kill-switch", kill_switch),
    Step("release", release, once=True),
    Step("ramp-flag", ramp_flag),
    Step("people", people, once=True),
)


def act(world: World, trigger: Trigger) -> Report:
    """Begin the act, or go on with one that has begun."""
    latches = Latches(world.clients.ssm, world.settings.latch_parameter)
    when = datetime.fromtimestamp(world.now(), UTC).isoformat(timespec="seconds")
    latch = Latch(when, trigger.by, trigger.reason, trigger.evidence)
    claimed = False
    try:
        claimed = latches.claim(latch)
        if not claimed:
            latch = latches.read() or latch
    except (ClientError, BotoCoreError, OSError) as error:
        # Users come before book-keeping: the next run claims the latch.
        world.log("LATCH-FAILED", error=str(error))
    return _steps(world, latch, claimed=claimed)


def proceed(world: World, latch: Latch) -> Report:
    """Go on with an act whose latch was found."""
    return _steps(world, latch, claimed=False)


def _steps(world: World, latch: Latch, *, claimed: bool) -> Report:
    outcomes: dict[str, Outcome] = {}
    for step in STEPS:
        outcomes[step.name] = _one(world, step, latch)
        world.log(
            "STEP", step=step.name, status=str(outcomes[step.name].status), detail=outcomes[step.name].detail
        )
        latch = replace(latch, steps={**latch.steps, **noted(outcomes)})
    report = Report(latch, claimed, outcomes)
    latch = replace(latch, finished=report.finished)
    try:
        Latches(world.clients.ssm, world.settings.latch_parameter).record(latch)
    except (ClientError, BotoCoreError, OSError) as error:
        world.log("LATCH-FAILED", error=str(error))
    return replace(report, latch=latch)


def _one(world: World, step: Step, latch: Latch) -> Outcome:
    before = latch.steps.get(step.name)
    if step.once and before is not None and Status(before["status"]).settled:
        return Outcome(Status(before["status"]), before["detail"])
    try:
        return step.run(world, latch)
    except Exception as error:  # noqa: BLE001 - one step's fault must never keep the others from running
        return Outcome(Status.FAILED, f"{type(error).__name__}: {error}")
