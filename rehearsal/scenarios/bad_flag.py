"""A wrong flag value is typed into the console: 50 % of users instead of 0.5 %, on a failing backend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.claims import always, rolling_back
from rehearsal.claims.claim import Claim
from rehearsal.timeline import MINUTE, Phase, Scenario, Step

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence


def caught_while_baking(seen: Evidence) -> Claim:
    """AppConfig rolled back the deployment made by hand, according to its own event log."""
    number = seen.noted["flag-by-hand"]["deployment"]
    found = next((d for d in seen.ramp if d.number == number), None)
    return Claim(
        "AppConfig's monitor rolled the deployment back while it baked",
        found is not None and found.state == "ROLLED_BACK" and "CLOUDWATCH_ALARM" in found.triggered_by,
        {
            "deployment": number,
            "state": found.state if found else None,
            "events_triggered_by": list(found.triggered_by) if found else [],
        },
    )


def canary_was_served(seen: Evidence) -> Claim:
    """The value reached users' requests; otherwise there would be nothing to catch."""
    start = seen.done["flag-by-hand"]
    canary = [read for read in seen.lines.reads if read.canary and read.at >= start - 1]
    return Claim(
        "the value was served: users were in the canary before it was caught",
        bool(canary) and not [read for read in seen.lines.reads if read.canary and read.at < start - 1],
        {
            "canary_requests": len(canary),
            "failed_and_hidden": sum(bool(read.canary_error) for read in canary),
        },
    )


BAD_FLAG = Scenario(
    name="bad-flag",
    shows="a bad flag value deployed by hand in the console, caught while it bakes",
    phases=(
        Phase("shadow", 0, 10 * MINUTE, "everybody gets the mock's answer"),
        Phase(
            "by hand", 10 * MINUTE, 45 * MINUTE, "50 % typed into the console; one record in ten is broken"
        ),
    ),
    steps=(
        Step(5 * MINUTE, "spoil-records", "a tenth of the creators cannot be read from Prisma", value=0.1),
        Step(
            10 * MINUTE, "flag-by-hand", "prismaAdapter goes to 50 %, by hand, past every check", value=50.0
        ),
    ),
    breaks="flag-by-hand",
    shadow=None,
    rate=40.0,
    claims=(
        *always.BEFORE,
        always.every_request_answered,
        canary_was_served,
        rolling_back.failure_unseen,
        rolling_back.alarm_went_off,
        caught_while_baking,
        rolling_back.switched_off_alone,
        rolling_back.off_stays_off,
        rolling_back.alias_stayed,
        *always.AFTER,
    ),
)
