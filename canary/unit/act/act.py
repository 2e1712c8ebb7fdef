"""The act: one idempotent transaction that takes users off Prisma and keeps them off.

Claim the latch, turn the kill switch on, take a bad release back, turn the ramp flag off behind the kill
switch, tell people, and read everything back. Each step looks before it acts. So the act may be cut off
anywhere and run again, or run twice at the same time, and comes to the same end. A step that has to wait does
not hold up the next one: the kill switch waits for nothing, and a release that keeps an alarm red is taken
back while the flag waits for that alarm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.unit.act.outcome import Outcome, Status
from canary.unit.act.rollback_steps import MARK, STEPS
from canary.unit.act.world import World, kill_environment, ramp_environment
from canary.unit.latch.latch import Latch, Latches, noted
from canary.unit.patience import passing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from canary.unit.act.rollback_steps import Step

__all__ = [
    "MARK",
    "STEPS",
    "Report",
    "Trigger",
    "World",
    "act",
    "kill_environment",
    "proceed",
    "ramp_environment",
]


@dataclass(frozen=True)
class Trigger:
    """What set the act off.

    Attributes:
        by: ``alarm NAME``, ``verdict``, ``guard``, or an operator.
        reason: Why, in words for people.
        evidence: What the decision was based on, as plain values for JSON.
    """

    by: str
    reason: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Report:
    """How far the act has come.

    Attributes:
        latch: The latch as this run left it.
        claimed: Whether this run claimed the latch.
        outcomes: Outcome of each step, by the step's name.
        kept: Whether the latch records the act, so that the guard resumes it and nothing is turned on
            meanwhile.
    """

    latch: Latch
    claimed: bool
    outcomes: Mapping[str, Outcome]
    kept: bool = True

    @property
    def finished(self) -> bool:
        """Whether every step is settled, so that nothing is left to do."""
        return all(outcome.status.settled for outcome in self.outcomes.values())

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return {
            "finished": self.finished,
            "claimed": self.claimed,
            "kept": self.kept,
            "by": self.latch.by,
            "when": self.latch.when,
            "reason": self.latch.reason,
            "steps": noted(self.outcomes),
        }


def act(world: World, trigger: Trigger, so_far: Latch | None = None) -> Report:
    """Begin the act, or resume one that has begun.

    Args:
        world: Everything that the act touches.
        trigger: What sets the act off.
        so_far: How far this caller has come before, in case the latch was not kept.
    """
    when = datetime.fromtimestamp(world.now(), UTC).isoformat(timespec="seconds")
    mine = so_far or Latch(when, trigger.by, trigger.reason, trigger.evidence).fitted()
    try:
        latch, claimed = _claimed(Latches(world.clients.ssm, world.settings.latch_parameter), mine)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the latch, users come off Prisma
        # Users come before bookkeeping: the latch is claimed once they are safe.
        world.log("LATCH-FAILED", error=str(error))
        return _steps(world, mine, claimed=False, kept=False)
    return _steps(world, latch, claimed=claimed)


def _claimed(latches: Latches, mine: Latch) -> tuple[Latch, bool]:
    """Claim the latch; return the latch that stands, and whether this run has set it."""
    if latches.claim(mine):
        return mine, True
    standing = latches.read()
    if standing is None:
        return mine, False
    if standing.resuming:
        # A person is turning the kill switch off while the canary fails again: the new rollback takes over.
        latches.record(mine)
        return mine, True
    if standing.finished:
        # The earlier failure is settled, but that act did not judge the release that is out now.
        return replace(standing, steps=_without(standing.steps, "release")), False
    return standing, False


def _without(steps: Mapping[str, Mapping[str, str]], name: str) -> dict[str, Mapping[str, str]]:
    return {step: kept for step, kept in steps.items() if step != name}


def proceed(world: World, latch: Latch) -> Report:
    """Resume the act of a latch that was found."""
    return _steps(world, latch, claimed=False)


def _steps(world: World, latch: Latch, *, claimed: bool, kept: bool = True) -> Report:
    outcomes: dict[str, Outcome] = {}
    for step in STEPS:
        outcomes[step.name] = _one(world, step, latch)
        world.log(
            "STEP", step=step.name, status=str(outcomes[step.name].status), detail=outcomes[step.name].detail
        )
        latch = replace(latch, steps={**latch.steps, **noted(outcomes)})
    report = Report(latch, claimed, outcomes)
    latch = replace(latch, finished=report.finished)
    late, kept = _keep(world, latch, kept=kept)
    return replace(report, latch=latch, claimed=claimed or late, kept=kept)


def _keep(world: World, latch: Latch, *, kept: bool) -> tuple[bool, bool]:
    """Record how far the act has come.

    Returns:
        Whether this set the latch at last, and whether a latch stands.
    """
    latches = Latches(world.clients.ssm, world.settings.latch_parameter)
    pauses = world.patience.pauses()
    while True:
        try:
            if not kept:
                return latches.claim(latch), True
            latches.record(latch)
        except Exception as error:  # noqa: BLE001 - bookkeeping that fails undoes nothing
            world.log("LATCH-FAILED", error=str(error))
            if passing(error) and pauses.take():
                continue
            return False, False
        return False, True


def _one(world: World, step: Step, latch: Latch) -> Outcome:
    before = latch.steps.get(step.name)
    if step.once and before is not None and Status(before["status"]).settled:
        return Outcome(Status(before["status"]), before["detail"])
    try:
        return step.run(world, latch)
    except Exception as error:  # noqa: BLE001 - one step's fault must not keep the others from running
        return Outcome(Status.FAILED, f"{type(error).__name__}: {error}")
