"""Finds the moments of a failure and of its consequences in logs, alarm history and deployments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.read.flags import CANARY_FLAG, KILL_FLAG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.evidence import Evidence, Transition
    from rehearsal.log_lines import Read

SETTLE_S = 90.0
"""Cloud seconds that a flag may take to reach every sandbox: the poll interval of 60 plus a margin."""


@dataclass(frozen=True)
class Moments:
    """Wall clock times of a failure and of its consequences; ``None`` for what never happened.

    Attributes:
        first_failure: The first canary request failed.
        breaker: The first sandbox stopped asking Prisma.
        verdict: The guard decided NO-GO, because of an alarm or of the running verdict.
        alarm: The first alarm went off.
        kill_on: The kill switch was served as on.
        flag_off: The ramp flag was served as off.
        last_canary: The last canary request in any sandbox, including sandboxes that were frozen meanwhile.
    """

    first_failure: float | None
    breaker: float | None
    verdict: float | None
    alarm: float | None
    kill_on: float | None
    flag_off: float | None
    last_canary: float | None


def window(seen: Evidence) -> tuple[float, float]:
    """Return the wall clock times at which the canary starts to fail and at which the observation ends."""
    scenario = seen.scenario
    return seen.done[scenario.breaks], seen.done[scenario.mended] if scenario.mended else seen.ended


def moments(seen: Evidence) -> Moments:
    """Find the failure and its consequences in the scenario's window."""
    broken, end = window(seen)
    reads = [read for read in seen.lines.reads if read.at < end]
    first = _first(read.at for read in reads if read.canary_error and read.at >= broken - 1)
    if first is None:
        last = max((read.at for read in reads if read.canary), default=None)
        return Moments(None, None, None, None, None, None, last)
    return Moments(
        first,
        _first(at for at in seen.lines.breakers if first <= at < end),
        _first(at for at in seen.decisions if first <= at < end),
        _first(t.at for t in alarms(seen, first, end)),
        # These deployments' strategies take 0 minutes, so their content is served as soon as they start.
        _first(d.started for d in seen.kill if d.content[KILL_FLAG]["enabled"] and first <= d.started < end),
        _first(at for at in _offs(seen) if first <= at < end),
        max((read.at for read in reads if read.canary), default=None),
    )


def _offs(seen: Evidence) -> Iterator[float]:
    """Yield when the ramp flag went off: by a deployment, or because AppConfig rolled one back.

    The local cloud dates a rollback in whole seconds, so its time may be up to a real second too early.
    """
    for deployment in seen.ramp:
        if deployment.state == "COMPLETE" and not deployment.content[CANARY_FLAG]["enabled"]:
            yield deployment.started
        elif deployment.state == "ROLLED_BACK" and deployment.completed is not None:
            yield deployment.completed


def _first(found: object) -> float | None:
    return min(found, default=None)  # type: ignore[call-overload, no-any-return]


def alarms(seen: Evidence, start: float, end: float) -> list[Transition]:
    """Return the alarms that went off in a window."""
    return [t for t in seen.transitions if t.state == "ALARM" and start <= t.at < end]


def rollback_seconds(seen: Evidence) -> dict[str, float | None]:
    """Return the cloud seconds from the first failed canary request to each consequence."""
    found = moments(seen)

    def since(moment: float | None) -> float | None:
        if moment is None or found.first_failure is None:
            return None
        return round((moment - found.first_failure) * seen.clock.factor, 1)

    return {
        "breaker_s": since(found.breaker),
        "verdict_s": since(found.verdict),
        "alarm_s": since(found.alarm),
        "kill_on_s": since(found.kill_on),
        "flag_off_s": since(found.flag_off),
        "last_canary_s": since(found.last_canary),
    }


def canary_reads(seen: Evidence) -> list[Read]:
    """Return the requests while the judged step was in force everywhere.

    The window begins when the flag has settled after the step, and ends with the kill switch.
    """
    judged = seen.scenario.judged
    if judged is None:
        return []
    start = seen.done[judged.name] + SETTLE_S / seen.clock.factor
    killed = moments(seen).kill_on if seen.scenario.breaks else None
    end = seen.ended if killed is None else killed
    return [read for read in seen.lines.reads if start <= read.at < end]


def users_by_side(reads: list[Read]) -> tuple[set[str], set[str]]:
    """Return the pseudonyms seen in the canary, and those seen on the mock path."""
    sides: dict[bool, set[str]] = defaultdict(set)
    for read in reads:
        sides[read.canary].add(read.user)
    return sides[True], sides[False]
