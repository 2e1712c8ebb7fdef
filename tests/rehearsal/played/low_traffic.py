"""Little traffic that ended well: the running verdict caught the failures twice, and no alarm could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.scenarios import low_traffic
from rehearsal.scenarios.low_traffic import LOW_TRAFFIC, PARTS
from rehearsal.timeline import HOUR
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import ERROR_RATE, at, evidence, read
from tests.rehearsal.spoiling import adds_alarm, notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.claims.claim import Claim
    from rehearsal.evidence import Evidence
    from rehearsal.log_lines import Read
    from tests.rehearsal.spoiling import Spoiling

LATCH = {
    "by": "verdict",
    "reason": "6 of 44 canary requests failed (13.6 %): shown to be over 2 %.",
    "when": "2026-11-25T20:00:00Z",
}
SPANS = {"twenty": (6.0, 1800.0), "five": (2 * HOUR, 5 * HOUR)}
"""Cloud seconds of each part. A part ends at its rollback, earlier than its steps are planned for."""


def _part(start: float, end: float, fails_every: int) -> list[Read]:
    """Return one canary request and one mock request for each cloud minute."""
    moments = [start + 60 * n for n in range(1, int((end - start) / 60))]
    canary = [
        read(moment, "u-1", canary=True, error=None if n % fails_every else "bad-record")
        for n, moment in enumerate(moments)
    ]
    return [*canary, *(read(moment + 30, "u-2") for moment in moments)]


def right() -> Evidence:
    """Return evidence of two parts, each up to its rollback."""
    seen = evidence(LOW_TRAFFIC, [*_part(*SPANS["twenty"], 5), *_part(*SPANS["five"], 20)])
    seen.ended = at(SPANS["five"][1] + 600)
    for part, (start, end) in SPANS.items():
        seen.done = {**seen.done, f"canary-{part}": at(start), f"await-{part}": at(end)}
        seen.noted = {**seen.noted, f"await-{part}": LATCH}
    return seen


def _spoiled(claim: Callable[[Evidence], Claim], part: str) -> list[Spoiling]:
    start, end = SPANS[part]

    def within(one: Read) -> bool:
        return at(start) <= one.at < at(end)

    def not_rolled_back(seen: Evidence) -> None:
        seen.noted = {name: said for name, said in seen.noted.items() if name != f"await-{part}"}

    def nothing_failed(seen: Evidence) -> None:
        others = [one for one in seen.lines.reads if not within(one)]
        seen.lines.reads = [*others, *_part(start + 60, end, 10_000)[1:]]

    return [
        (claim, "nobody rolled back", not_rolled_back),
        (claim, "an alarm did", notes(f"await-{part}", by="canaryErrorRate")),
        (claim, "an alarm went off", adds_alarm(ERROR_RATE, start + 600)),
        (claim, "nothing failed", nothing_failed),
        (claim, "no request came", spoiling.without(lambda one: not within(one))),
    ]


def _crowd(seen: Evidence) -> None:
    """Multiply the traffic to ten canary requests per cloud minute."""
    seen.lines.reads = [one for one in seen.lines.reads for _ in range(10)]


_CAUGHT = {claim.__name__.removeprefix("caught_"): claim for claim in LOW_TRAFFIC.claims}

SPOILED: list[Spoiling] = [
    (low_traffic.trickle, "it was a crowd", _crowd),
    (low_traffic.trickle, "nobody was in it", spoiling.canary_reads(canary=False)),
    *(spoiled for part, _ in PARTS for spoiled in _spoiled(_CAUGHT[part], part)),
]
