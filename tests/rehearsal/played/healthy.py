"""A healthy beta that ended well: one canary read in two hundred failed, and nothing fired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.verdict import Counts, Thresholds, judge
from rehearsal.scenarios import healthy
from rehearsal.scenarios.healthy import HEALTHY
from rehearsal.timeline import HOUR
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import GUARD_SILENT, TOLD, evidence, kill, no_go, ramp, read
from tests.rehearsal.spoiling import adds_alarm, answers, deployment, sets

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from tests.rehearsal.spoiling import Spoiling

COUNTS = Counts(
    minutes=120, requests=4800, errors=6, canary_requests=1200, canary_errors=6, mock_p95_ms=9.0, compared=0
)


def right() -> Evidence:
    """Return evidence of two hours: 200 users, a quarter in the canary, one canary read in 200 fails."""
    reads = [
        read(HOUR + 200 + n, f"u-{n % 200}", canary=n % 4 == 0, error="bad-record" if n % 800 == 0 else None)
        for n in range(4800)
    ]
    return evidence(
        HEALTHY,
        reads,
        ramp=[
            ramp(1, -900, on=False),
            ramp(2, -600, on=False),
            ramp(3, 0, on=True, ended=600),
            ramp(4, HOUR, on=True, ended=HOUR + 600),
        ],
        verdict=judge(COUNTS, Thresholds(), 25.0),
    )


SPOILED: list[Spoiling] = [
    (healthy.nothing_fired, "an alarm", adds_alarm(GUARD_SILENT, 2 * HOUR)),
    (healthy.nothing_fired, "the kill switch", lambda seen: seen.kill.append(kill(2, 7000, on=True))),
    (healthy.nothing_fired, "AppConfig took it back", deployment(4, state="ROLLED_BACK")),
    (healthy.nothing_fired, "people were told", sets("told", [TOLD])),
    (healthy.failures_were_there, "nothing failed", spoiling.canary_reads(canary_error=None)),
    (healthy.failures_were_there, "a user saw an error", answers("error", 2 * HOUR)),
    (healthy.failures_were_there, "a user saw another answer", answers("other", 2 * HOUR)),
    (healthy.failures_were_there, "nothing was sent", spoiling.nothing_was_sent),
    (healthy.not_no_go, "a NO-GO", sets("verdict", no_go(25.0))),
    (healthy.not_no_go, "no verdict", sets("verdict", None)),
]
