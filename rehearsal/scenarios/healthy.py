"""Half a percent of the canary's reads fail for three hours: below every limit, so nothing may fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.read.flags import KILL_FLAG
from rehearsal.claims import always, splitting
from rehearsal.claims.claim import Claim
from rehearsal.claims.moments import alarms
from rehearsal.timeline import HOUR, Phase, Scenario, Step

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence


FAILING = 0.005
"""Share of the creators that cannot be read."""


def nothing_fired(seen: Evidence) -> Claim:
    """No alarm went off, the kill switch stayed off, nothing was rolled back, and no one was notified."""
    red = [t.alarm for t in alarms(seen, seen.clock.wall(0), seen.ended)]
    kills = [d.number for d in seen.kill if d.content[KILL_FLAG]["enabled"]]
    taken_back = [d.number for d in seen.ramp if d.state == "ROLLED_BACK"]
    return Claim(
        "no alarm went off, nothing was rolled back, nobody was told anything",
        not red and not kills and not taken_back and not seen.told,
        {"alarms": red, "kill_deployments": kills, "taken_back": taken_back, "told": len(seen.told)},
    )


def failures_were_there(seen: Evidence) -> Claim:
    """Some canary reads failed and the fallback hid them; without failures the scenario shows nothing."""
    reads = [read for read in seen.lines.reads if read.canary]
    failed = sum(bool(read.canary_error) for read in reads)
    return Claim(
        "some of the canary's reads did fail, at a rate that fits one in two hundred, and no user saw it",
        failed > 0
        and splitting.binomial_two_sided(failed, len(reads), FAILING) >= splitting.SHARE_ALPHA
        and set(seen.ledger.outcomes()) == {"mock"},
        {
            "canary_requests": len(reads),
            "failed": failed,
            "percent": round(100 * failed / len(reads), 3) if reads else None,
            **seen.ledger.outcomes(),
        },
    )


def not_no_go(seen: Evidence) -> Claim:
    """The verdict on the last step is not NO-GO."""
    verdict = seen.verdict
    return Claim(
        "the verdict is not NO-GO",
        verdict is not None and verdict.decision != "NO-GO",
        {"verdict": verdict.decision if verdict else None, "why": verdict.summary if verdict else ""},
    )


HEALTHY = Scenario(
    name="healthy",
    shows="0.5 % failures for a whole beta: nothing fires",
    phases=(
        Phase("H+0-1 canary 1 %", 0, HOUR, "1 % of users read from Prisma"),
        Phase("H+1-3 canary 25 %", HOUR, 3 * HOUR, "a quarter of users read from Prisma"),
    ),
    steps=(
        Step(0, "spoil-records", "one creator in two hundred cannot be read from Prisma", value=FAILING),
        Step(0, "canary-on", "prismaAdapter goes to 1 %", value=1.0, label="canary-on-1"),
        Step(HOUR, "canary-on", "prismaAdapter goes to 25 %", value=25.0),
    ),
    shadow=None,
    rate=50.0,
    config={"canaryErrorFloor": "5"},
    claims=(
        *always.BEFORE,
        always.every_request_answered,
        failures_were_there,
        splitting.share_fits,
        splitting.nobody_changed_side,
        nothing_fired,
        not_no_go,
        *always.AFTER,
    ),
)
