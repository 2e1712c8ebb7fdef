"""Numbers of the go/no-go table, in the form that alarms, dashboard and guard use."""

from typing import TypedDict

from canary.spelling import camel


class Thresholds(TypedDict):
    """Limits of the go/no-go table. Percentages are of 100, not fractions."""

    error_rate_pct: float
    """Error rate above which the canary is rolled back."""
    overall_error_floor: int
    """Minimum number of failed requests in 5 minutes for the overall alarm. 1 is the sheet's own rule."""
    canary_error_floor: int
    """Minimum of failed canary requests in 5 minutes: at 1 % of 3,000 requests, one failure is over 2 %."""
    p95_go_pct: float
    """Canary P95 up to which the verdict is GO, in percent of the mock's P95."""
    p95_investigate_pct: float
    """Canary P95 above which the canary is rolled back and investigated, in percent of the mock's P95."""
    p95_floor_ms: float
    """Milliseconds below which a canary request is never slow: a mock in memory answers in microseconds."""
    p95_min_requests: int
    """Minimum number of canary requests in 5 minutes for a P95 to be meaningful."""
    diffs_go_pct: float
    diffs_investigate_pct: float
    share_low_pct: float
    share_high_pct: float
    """Canary share of the traffic, at 1 %: outside the low and high limits, check the configuration."""
    shadow_loss_pct: float
    """Percentage of lost shadow reads above which people are told."""


SHEET: Thresholds = {
    "error_rate_pct": 2,
    "overall_error_floor": 1,
    "canary_error_floor": 5,
    "p95_go_pct": 115,
    "p95_investigate_pct": 130,
    "p95_floor_ms": 50,
    "p95_min_requests": 20,
    "diffs_go_pct": 0.5,
    "diffs_investigate_pct": 1,
    "share_low_pct": 0.5,
    "share_high_pct": 2,
    "shadow_loss_pct": 20,
}
"""The beta sheet's numbers, and our own where the sheet has none (floors, fewest requests, shadow loss)."""


def exported(limits: Thresholds) -> dict[str, float]:
    """Return limits by their configuration keys, like ``errorRatePct``."""
    return {camel(name): value for name, value in limits.items() if isinstance(value, int | float)}
