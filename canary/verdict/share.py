"""The canary's share of the traffic: does the observed split fit the configured percentage?

Two questions. The *row* asks what the sheet asks: is the share of requests within 0.5 to 2 % at a 1 %
canary? The *sample-ratio check* comes before everything else and asks whether the split can be believed
at all. Buckets are given to users, so it counts users, and each user once; requests of one user are no
news. Where users are not counted it judges as if `ASSUMED_USERS` had made all requests: a weak check, but
one that a single busy user cannot set off.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from canary.verdict import rate_test
from canary.verdict.question import missing
from canary.verdict.rate_test import ALPHA_LOW_ENOUGH, ALPHA_TOO_HIGH
from canary.verdict.row import Row, percent

if TYPE_CHECKING:
    from canary.verdict.counts import Counts, Thresholds
    from canary.verdict.row import Decision

ASSUMED_USERS = 50
"""The beta's own size."""
ALPHA_UNBELIEVABLE = 0.001
"""How often a sound split may ever be called unbelievable, on each side: everything else hangs on it."""
_ALWAYS, _NEVER = 100.0, 0.0


@dataclass(frozen=True)
class SampleRatio:
    """Whether the split fits the configured percentage.

    Attributes:
        believable: Whether the rest of the verdict may be GO.
        n: Users, or the number of users the requests were taken for.
        k: Those of them in the canary.
        expected_percent: What is configured, ``None`` where several percentages were.
        e: Larger evidence of both sides; decides at 1,000.
        why: One sentence.
    """

    believable: bool
    n: float
    k: float
    expected_percent: float | None
    e: float
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "e": min(self.e, 1.7976931348623157e308)}


def sample_ratio(counts: Counts, configured_percent: float | None) -> SampleRatio:
    """Check the split; with nothing to check it is believable."""
    if counts.users is not None and counts.canary_users is not None:
        n, k, unit = float(counts.users), float(counts.canary_users), "users"
    else:
        n = float(min(counts.requests, ASSUMED_USERS))
        k = n * counts.canary_requests / counts.requests if counts.requests else 0.0
        unit = f"users (assumed from {counts.requests} requests)"
    seen = f"{k:.3g} of {n:g} {unit} are in the canary"
    if configured_percent is None:
        return SampleRatio(
            believable=True,
            n=n,
            k=k,
            expected_percent=None,
            e=1.0,
            why=f"{seen}; several percentages were configured: not judged.",
        )
    seen += f", {configured_percent:g} % are configured"
    if configured_percent in {_ALWAYS, _NEVER}:
        strays = k if configured_percent == _NEVER else n - k
        # A sandbox learns of a flag a poll interval late, so a few strays prove nothing.
        believable = strays <= n / 2
        return SampleRatio(believable, n, k, configured_percent, 1.0, seen + ".")
    expected = rate_test.as_rate(configured_percent / 100)
    e = max(
        rate_test.weigh(n, k, expected, "above", ALPHA_UNBELIEVABLE).e,
        rate_test.weigh(n, k, expected, "below", ALPHA_UNBELIEVABLE).e,
    )
    believable = e < 1 / ALPHA_UNBELIEVABLE
    return SampleRatio(
        believable, n, k, configured_percent, e, seen + ("." if believable else ": that does not fit.")
    )


def share(counts: Counts, limits: Thresholds, configured_percent: float | None) -> Row | None:
    """The traffic-share row: within its band, outside it, or not yet known. No row without one percentage.

    Both edges are judged each way, so `e_bad` is the larger evidence of "over the upper edge" and "under
    the lower edge", and `e_good` the smaller of "under the upper edge" and "over the lower edge"; the
    row's two limits are the upper and the lower edge. Being outside one edge excludes being outside the
    other, so alpha stands for both.
    """
    n, k = counts.requests, counts.canary_requests
    if configured_percent is None or configured_percent <= _NEVER or configured_percent >= _ALWAYS:
        return None
    low, high = limits.share_band(configured_percent)
    outside = max(
        (
            rate_test.weigh(n, k, high, "above", ALPHA_TOO_HIGH),
            rate_test.weigh(n, k, low, "below", ALPHA_TOO_HIGH),
        ),
        key=lambda found: found.e,
    )
    inside = min(
        (
            rate_test.weigh(n, k, high, "below", ALPHA_LOW_ENOUGH),
            rate_test.weigh(n, k, low, "above", ALPHA_LOW_ENOUGH),
        ),
        key=lambda found: found.e,
    )
    decision: Decision = "INVESTIGATE" if outside.decided else "GO" if inside.decided else "INCONCLUSIVE"
    more = _more(n, k, low, high, configured_percent / 100) if decision == "INCONCLUSIVE" else 0
    minutes = more * counts.minutes / n if more is not None and n and counts.minutes > 0 else None
    return Row(
        name="share",
        decision=decision,
        unit="requests",
        n=n,
        k=k,
        observed_percent=100 * k / n if n else None,
        limit_percent=100 * high,
        e_bad=outside.e,
        bad_needed=outside.needed,
        good_n=n,
        good_k=k,
        good_limit_percent=100 * low,
        e_good=inside.e,
        good_needed=inside.needed,
        more=more,
        minutes=minutes,
        why=_why(n, k, f"{100 * low:.2g} to {100 * high:.2g} %", decision, missing(more, minutes)),
    )


def _more(n: int, k: int, low: float, high: float, configured: float) -> int | None:
    rate = k / n if n else configured
    if low < rate < high:
        below_high = rate_test.events_to_decide(n, k, high, "below", ALPHA_LOW_ENOUGH, rate=rate)
        above_low = rate_test.events_to_decide(n, k, low, "above", ALPHA_LOW_ENOUGH, rate=rate)
        return None if below_high is None or above_low is None else max(below_high, above_low)
    side: rate_test.Side = "above" if rate >= high else "below"
    return rate_test.events_to_decide(n, k, high if side == "above" else low, side, ALPHA_TOO_HIGH, rate=rate)


def _why(n: int, k: int, band: str, decision: Decision, needs: str) -> str:
    seen = f"{k} of {n} requests took the canary path{percent(k, n)}"
    match decision:
        case "GO":
            return f"{seen}: within {band}."
        case "INVESTIGATE":
            return f"{seen}: outside {band}, check the configuration."
    return f"{seen}: {needs}."
