"""A late failure that ended well: off within two minutes with the guard, failing on and on without it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.log_lines import Lines
from rehearsal.scenarios import late_failure
from rehearsal.scenarios.late_failure import LATE_FAILURE
from rehearsal.timeline import MINUTE
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import (
    DONE_S,
    ERROR_RATE,
    GUARD_SILENT,
    TOLD,
    at,
    evidence,
    kill,
    no_go,
    ramp,
    read,
    went_off,
)
from tests.rehearsal.spoiling import deployment, sets

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from rehearsal.log_lines import Read
    from tests.rehearsal.spoiling import Spoiling

BROKEN, AGAIN, END = 62 * MINUTE + DONE_S, 138 * MINUTE + DONE_S, 160 * MINUTE
FAILED_AT = BROKEN + 2
WHY = "Prisma.unavailable"


def _reads() -> list[Read]:
    canary = [read(200.0 + 10 * n, f"u-{n % 100}", canary=n % 4 == 0) for n in range(300)]
    outage = [read(FAILED_AT + 10 * n, "u-4", canary=True, error=WHY) for n in range(15)]
    off = [read(FAILED_AT + 160 + 10 * n, f"u-{n % 100}") for n in range(60)]
    on = [read(85 * MINUTE + 10 * n, f"u-{n % 100}", canary=n % 4 == 0) for n in range(300)]
    alone = [read(AGAIN + 2 + 20 * n, "u-4", canary=True, error=WHY) for n in range(70)]
    return [*canary, *outage, *off, *on, *alone]


def right() -> Evidence:
    """Return evidence in which the guard ended the first failure, and no one ended the second."""
    return evidence(
        LATE_FAILURE,
        reads := _reads(),
        noted={"canary-on-again": {"deployment": 5, "state": "BAKING", "percent": 25.0}},
        lines=Lines(reads=reads, breakers=[at(FAILED_AT + 20), at(AGAIN + 20)]),
        decisions=[at(FAILED_AT + 62)],
        transitions=[
            went_off(ERROR_RATE, FAILED_AT + 60),
            went_off(GUARD_SILENT, 90 * MINUTE),
            went_off(ERROR_RATE, AGAIN + 60),
        ],
        ramp=[
            ramp(1, -900, on=False),
            ramp(2, -600, on=False),
            ramp(3, 0, on=True, ended=600),
            ramp(4, FAILED_AT + 75, on=False),
            ramp(5, 83 * MINUTE, on=True, ended=93 * MINUTE),
        ],
        kill=[
            kill(1, -900, on=False),
            kill(2, FAILED_AT + 70, on=True),
            kill(3, 82 * MINUTE, on=False),
        ],
        verdict=no_go(25.0),
        told=[TOLD],
    )


def _acted_alone(seen: Evidence) -> None:
    seen.ramp.append(ramp(6, AGAIN + 300, on=False))


def _killed_alone(seen: Evidence) -> None:
    seen.kill.append(kill(4, AGAIN + 300, on=True))


def _released(seen: Evidence) -> None:
    seen.releases = [{"deploymentId": "d-B7ZAWYUMI", "created": at(300), "status": "Succeeded"}]


def _nobody_noticed(seen: Evidence) -> None:
    seen.transitions = [one for one in seen.transitions if one.at < at(AGAIN)]


SPOILED: list[Spoiling] = [
    (late_failure.everything_long_over, "it baked too lately", deployment(3, completed=at(25 * MINUTE))),
    (late_failure.everything_long_over, "it bakes still", deployment(3, completed=None)),
    (late_failure.everything_long_over, "nothing was deployed", sets("ramp", [])),
    (late_failure.everything_long_over, "a release", _released),
    (late_failure.nobody_else_would_have, "no alarm", _nobody_noticed),
    (
        late_failure.nobody_else_would_have,
        "ten minutes only",
        spoiling.without(lambda one: one.at < at(AGAIN + 600)),
    ),
    (late_failure.nobody_else_would_have, "nothing failed", spoiling.canary_reads(canary_error=None)),
    (late_failure.nobody_else_would_have, "the flag went off", _acted_alone),
    (late_failure.nobody_else_would_have, "the kill switch came on", _killed_alone),
    (late_failure.nobody_else_would_have, "AppConfig took it back", deployment(5, state="ROLLED_BACK")),
    (late_failure.nobody_else_would_have, "a release", _released),
    (late_failure.nobody_else_would_have, "the alias moved", sets("alias_after", "2")),
    (
        late_failure.missing_guard_noticed,
        "no alarm of its own",
        lambda seen: setattr(
            seen, "transitions", [replace(one, alarm=ERROR_RATE) for one in seen.transitions]
        ),
    ),
    (
        late_failure.missing_guard_noticed,
        "it went off before",
        lambda seen: setattr(seen, "transitions", [went_off(GUARD_SILENT, 70 * MINUTE)]),
    ),
]
