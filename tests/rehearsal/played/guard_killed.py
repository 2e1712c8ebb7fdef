"""A guard that was killed five times and reached the same end each time; people were told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal.scenarios import guard_killed
from rehearsal.scenarios.guard_killed import GUARD_KILLED
from tests.rehearsal.handmade import evidence, read
from tests.rehearsal.spoiling import notes

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from tests.rehearsal.spoiling import Spoil, Spoiling

STEPS = {"kill-switch": "done", "release": "not needed", "ramp-flag": "done", "people": "done"}
END = {"killed": True, "ramp_off": True, "alias_moved": False, "steps": STEPS}
CALLS = (
    "SSM.PutParameter",
    "AppConfig.StartDeployment",
    "AppConfig.StopDeployment",
    "SNS.Publish",
    "SSM.PutParameter",
)


def right() -> Evidence:
    """Return evidence in which people were told twice only where it died between telling and noting so."""
    runs = [{"killed_after": call, **END, "told": 2 if call == "SNS.Publish" else 1} for call in CALLS]
    return evidence(
        GUARD_KILLED,
        [read(10.0 * n, f"u-{n}") for n in range(1, 120)],
        noted={"kill-guard": runs, "two-guards": {**END, "told": 1, "claimed": 1}},
    )


def _run(number: int, **changes: Any) -> Spoil:
    """Change the result of one run."""

    def spoil(seen: Evidence) -> None:
        runs = list(seen.noted["kill-guard"])
        runs[number] = {**runs[number], **changes}
        seen.noted = {**seen.noted, "kill-guard": runs}

    return spoil


def _no_runs(seen: Evidence) -> None:
    seen.noted = {**seen.noted, "kill-guard": []}


def _too_few(seen: Evidence) -> None:
    seen.noted = {**seen.noted, "kill-guard": seen.noted["kill-guard"][:4]}


SPOILED: list[Spoiling] = [
    (guard_killed.same_end, "it was killed four times only", _too_few),
    (guard_killed.same_end, "the kill switch stayed off", _run(1, killed=False)),
    (guard_killed.same_end, "the flag stayed on", _run(2, ramp_off=False)),
    (guard_killed.same_end, "the alias moved", _run(4, alias_moved=True)),
    (guard_killed.told_once, "nobody was told", _run(3, told=0)),
    (guard_killed.told_once, "told twice", _run(0, told=2)),
    (guard_killed.told_once, "told three times", _run(3, told=3)),
    (guard_killed.told_once, "nobody was killed", _no_runs),
    (guard_killed.one_of_two, "both claimed it", notes("two-guards", claimed=2)),
    (guard_killed.one_of_two, "told twice", notes("two-guards", told=2)),
    (guard_killed.one_of_two, "nobody was told", notes("two-guards", told=0)),
    (guard_killed.one_of_two, "the kill switch stayed off", notes("two-guards", killed=False)),
]
