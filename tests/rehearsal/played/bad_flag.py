"""A bad flag that ended well: half of the users in the canary, the deployment rolled back while it baked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.scenarios import bad_flag
from rehearsal.scenarios.bad_flag import BAD_FLAG
from rehearsal.timeline import MINUTE
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import ERROR_RATE, TOLD, at, evidence, kill, ramp, read, went_off
from tests.rehearsal.spoiling import deployment, notes

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from rehearsal.log_lines import Read
    from tests.rehearsal.spoiling import Spoiling

SERVED, FAILED_AT = 11 * MINUTE, 11 * MINUTE + 70
TAKEN_BACK, KILLED_AT = FAILED_AT + 115, FAILED_AT + 131


def _reads() -> list[Read]:
    before = [read(5.0 * n, f"u-{n}") for n in range(1, 120)]
    canary = [
        read(SERVED + 5 * n, f"u-{n}", canary=n % 2 == 0, error="bad-record" if n in {14, 24, 34} else None)
        for n in range(40)
    ]
    return [*before, *canary, *(read(1000.0 + 10 * n, f"u-{n}") for n in range(150))]


def right() -> Evidence:
    """Return evidence in which AppConfig's monitor caught the flag, and then the guard."""
    taken_back = ramp(3, 10 * MINUTE, "ROLLED_BACK", on=True, ended=TAKEN_BACK)
    return evidence(
        BAD_FLAG,
        _reads(),
        noted={
            "spoil-records": ["c-0001", "c-0011"],
            "flag-by-hand": {"deployment": 3, "percent": 50.0},
        },
        transitions=[went_off(ERROR_RATE, FAILED_AT + 112)],
        decisions=[at(FAILED_AT + 115)],
        ramp=[
            ramp(1, -900, on=False),
            ramp(2, -600, on=False),
            replace(taken_back, triggered_by=("APPCONFIG", "CLOUDWATCH_ALARM", "USER")),
        ],
        kill=[kill(1, -900, on=False), kill(2, KILLED_AT, on=True)],
        told=[TOLD],
    )


SPOILED: list[Spoiling] = [
    (bad_flag.caught_while_baking, "it went through", deployment(3, state="COMPLETE")),
    (bad_flag.caught_while_baking, "a person took it back", deployment(3, triggered_by=("USER",))),
    (bad_flag.caught_while_baking, "it is not there", notes("flag-by-hand", deployment=9)),
    (bad_flag.canary_was_served, "nobody was in it", spoiling.canary_reads(canary=False)),
    (bad_flag.canary_was_served, "somebody was before", spoiling.adds_read(60, "u-x", canary=True)),
]
