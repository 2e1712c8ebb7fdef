"""Claims about the shadow hour: only mock answers, every request compared, one seeded difference found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rehearsal import read_path
from rehearsal.claims.claim import Claim
from rehearsal.timeline import HOUR

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence


def shadow_hour_mock_only(seen: Evidence) -> Claim:
    """Every answer of the hour equals the mock's, and no log line says canary."""
    outcomes = seen.ledger.outcomes(seen.clock.wall(0), seen.clock.wall(HOUR))
    canary = sum(read.canary for read in seen.lines.reads if read.at < seen.done["canary-on"])
    return Claim(
        "H+0-1: every user got the mock's answer",
        set(outcomes) == {"mock"} and canary == 0,
        {**outcomes, "canary_requests": canary},
    )


def every_request_shadowed(seen: Evidence) -> Claim:
    """Every request was shadowed, according to the log; the sums come from the metrics."""
    sent, compared, lost = (int(seen.sums[name]) for name in ("ShadowSent", "ShadowCompared", "ShadowLost"))
    hour = {read.request_id for read in seen.lines.reads if read.at < seen.done["canary-on"]}
    settled = {one.request_id for one in seen.lines.comparisons} | {one.request_id for one in seen.lines.lost}
    causes = dict(Counter(one.cause for one in seen.lines.lost))
    return Claim(
        "H+0-1: every request was shadowed, and sent = compared + counted losses",
        bool(hour) and hour <= settled and sent == compared + lost and sum(causes.values()) == lost,
        {
            "requests": len(hour),
            "never_shadowed": len(hour - settled),
            "sent": sent,
            "compared": compared,
            "lost": lost,
            "lost_by_cause": causes,
        },
    )


def equal_data_no_diff(seen: Evidence) -> Claim:
    """No comparison that was logged before the seeded difference found one."""
    until = seen.done["seed-difference"] - 1
    compared = [one for one in seen.lines.comparisons if one.at < until]
    diffs = [one.paths for one in compared if one.paths]
    return Claim(
        "H+0-1: no difference on equal data",
        bool(compared) and not diffs,
        {"compared": len(compared), "diffs": len(diffs), "first": diffs[:1]},
    )


def seeded_difference_named(seen: Evidence) -> Claim:
    """The log named only the seeded path while the difference existed, and none after it was fixed."""
    start, end = seen.done["seed-difference"] - 1, seen.done["mend-difference"] + 1
    paths = Counter(path for one in seen.lines.comparisons if start <= one.at <= end for path in one.paths)
    after = sum(bool(one.paths) for one in seen.lines.comparisons if one.at > end)
    return Claim(
        "the seeded difference was found and named by its path, and was gone when mended",
        bool(paths) and set(paths) == {read_path.DIFFERING} and after == 0,
        {"paths": dict(paths), "diffs_after_mending": after},
    )
