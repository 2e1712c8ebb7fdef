"""The guard is killed after each call in turn, run again, and run twice at once: always the same end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal.claims import always
from rehearsal.claims.claim import Claim
from rehearsal.timeline import MINUTE, Phase, Scenario, Step

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence

CALLS = 5
"""Minimum number of changing calls in an act: latch, kill switch, flag, people, and the latch again."""
END = {"killed": True, "ramp_off": True, "alias_moved": False}
TELLS = "SNS.Publish"


def _end(run: dict[str, Any]) -> dict[str, Any]:
    return {name: run[name] for name in END}


def same_end(seen: Evidence) -> Claim:
    """Kill switch, ramp flag and alias were served in the same state after each run."""
    runs = seen.noted["kill-guard"]
    calls = [run["killed_after"] for run in runs]
    return Claim(
        "killed after each of its changing calls in turn, the guard came to the same end by itself",
        len(calls) >= CALLS and all(_end(run) == END for run in runs),
        {"killed_after": calls, "ends": [_end(run) for run in runs]},
    )


def told_once(seen: Evidence) -> Claim:
    """People were told once per run, according to an inbox outside the unit.

    If the guard is killed between sending the message and noting it, no one can know that it was sent, so the
    guard tells people again.
    """
    runs = seen.noted["kill-guard"]
    told = [(run["killed_after"], run["told"]) for run in runs]
    return Claim(
        "people were told once each time; twice only where it died between telling and noting that it had",
        bool(told) and all(count == 1 or (call == TELLS and count == 2) for call, count in told),  # noqa: PLR2004
        {"told": [{"killed_after": call, "messages": count} for call, count in told]},
    )


def one_of_two(seen: Evidence) -> Claim:
    """Of two invocations at once at most one claimed the latch; a tick may have claimed it instead.

    The end is the same, with one message.
    """
    run = seen.noted["two-guards"]
    return Claim(
        "two guards at once: one act, the same end, told once",
        run["claimed"] <= 1 and _end(run) == END and run["told"] == 1,
        dict(run),
    )


GUARD_KILLED = Scenario(
    name="guard-killed",
    shows="the guard is killed after each of its calls in turn, run again, and run twice at once",
    phases=(Phase("killing", 0, 20 * MINUTE, "the canary on, an alarm, and the guard dies in its act"),),
    steps=(
        Step(2 * MINUTE, "kill-guard", "the guard dies after each changing call in turn", value=5.0),
        Step(10 * MINUTE, "two-guards", "two guards at once", value=5.0),
    ),
    shadow=None,
    rate=30.0,
    factor=24.0,
    claims=(
        *always.BEFORE,
        always.every_request_answered,
        same_end,
        told_once,
        one_of_two,
        always.memory_bounded,
        *always.AFTER_THE_END,
    ),
)
