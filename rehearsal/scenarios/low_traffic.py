"""A few failures in a trickle of canary requests: too few for the alarm, but enough for the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.claims import always
from rehearsal.claims.claim import Claim
from rehearsal.claims.moments import alarms
from rehearsal.timeline import HOUR, MINUTE, Phase, Scenario, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.evidence import Evidence

PARTS = (("twenty", 20.0), ("five", 5.0))


def _caught(part: str, percent: float) -> Callable[[Evidence], Claim]:
    def caught(seen: Evidence) -> Claim:
        """The running verdict rolled back, according to the latch, and no alarm went off until then."""
        start, end = seen.done[f"canary-{part}"], seen.done[f"await-{part}"]
        latch = seen.noted.get(f"await-{part}") or {}
        red = [t.alarm for t in alarms(seen, start, end)]
        reads = [read for read in seen.lines.reads if read.canary and start <= read.at < end]
        failed = sum(bool(read.canary_error) for read in reads)
        return Claim(
            f"{percent:g} % failures in the trickle: the running verdict caught them, and no alarm did",
            latch.get("by") == "verdict" and not red and failed > 0,
            {
                "rolled_back_by": latch.get("by"),
                "why": latch.get("reason"),
                "alarms": red,
                "canary_requests": len(reads),
                "failed": failed,
                "after_s": round((end - start) * seen.clock.factor, 1),
            },
        )

    caught.__name__ = f"caught_{part}"
    return caught


def trickle(seen: Evidence) -> Claim:
    """Traffic was low: fewer than ten canary requests in the alarm's five minutes."""
    reads = [read for read in seen.lines.reads if read.canary]
    wall_s = sum(seen.done[f"await-{part}"] - seen.done[f"canary-{part}"] for part, _ in PARTS)
    per_window = len(reads) / (wall_s * seen.clock.factor / 300) if wall_s else 0.0
    return Claim(
        "canary requests came in a trickle: fewer than ten in the alarm's five minutes",
        0 < per_window < 10,  # noqa: PLR2004 - the claim states the number
        {"canary_requests": len(reads), "in_five_minutes": round(per_window, 2)},
    )


LOW_TRAFFIC = Scenario(
    name="low-traffic",
    shows="5 % and 20 % failures at 1 % of little traffic: the verdict catches what the alarm's floor hides",
    phases=(
        Phase("20 % fail", 0, 6 * HOUR, "until the verdict says NO-GO"),
        Phase("mending", 6 * HOUR, 6 * HOUR + 15 * MINUTE, "the records are mended, the rollback ended"),
        Phase("5 % fail", 6 * HOUR + 15 * MINUTE, 20 * HOUR, "until the verdict says NO-GO"),
        Phase("off", 20 * HOUR, 20 * HOUR + 10 * MINUTE, "nobody is in the canary"),
    ),
    steps=(
        Step(0, "spoil-records", "a fifth of the creators cannot be read from Prisma", 0.2, "spoil-twenty"),
        Step(0, "canary-on", "prismaAdapter goes to 1 %", 1.0, "canary-twenty"),
        Step(1, "await-rollback", "off, by nobody's hand", None, "await-twenty", wait_until=6 * HOUR),
        Step(6 * HOUR + 10 * MINUTE, "mend-records", "all creators can be read again"),
        Step(6 * HOUR + 11 * MINUTE, "resume", "the records are mended"),
        Step(
            6 * HOUR + 15 * MINUTE,
            "spoil-records",
            "one creator in twenty cannot be read",
            0.05,
            "spoil-five",
        ),
        Step(6 * HOUR + 15 * MINUTE, "canary-on", "prismaAdapter goes to 1 % again", 1.0, "canary-five"),
        Step(
            6 * HOUR + 16 * MINUTE,
            "await-rollback",
            "off, by nobody's hand",
            None,
            "await-five",
            20 * HOUR,
        ),
    ),
    shadow=None,
    config={"canaryErrorFloor": "5"},
    claims=(
        *always.BEFORE,
        always.every_request_answered,
        trickle,
        *(_caught(part, percent) for part, percent in PARTS),
        always.memory_bounded,
        *always.AFTER_THE_END,
    ),
)
