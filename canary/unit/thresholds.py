"""The go/no-go table's numbers, as alarms, dashboard and guard need them."""

from typing import TypedDict

from canary.spelling import camel


class Thresholds(TypedDict):
    """Limits; percentages are of 100, not fractions."""

    error_rate_pct: float
    """Error rate over which it is rolled back."""
    overall_error_floor: int
    """Fewest failed requests in 5 minutes for the overall alarm; 1 is the sheet's rule as it stands."""
    canary_error_floor: int
    """Fewest failed canary requests in 5 minutes: at 1 % of 3,000 requests one failure is over 2 %."""
    p95_go_pct: float
    """Canary P95 up to which it is go, in percent of the mock's."""
    p95_investigate_pct: float
    """Canary P95 over which it is rolled back and investigated, in percent of the mock's."""
    p95_floor_ms: float
    """A canary request faster than this is never slow: a mock in memory answers in microseconds."""
    p95_min_requests: int
    """Fewest canary requests in 5 minutes for a P95 to mean something."""
    diffs_go_pct: float
    diffs_investigate_pct: float
    share_low_pct: float
    share_high_pct: float
    """Canary share of the traffic outside which the configuration is checked, at 1 %."""
    shadow_loss_pct: float
    """Lost shadow reads over which people are told."""


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
"""The beta sheet's numbers, and ours where it has none (floors, fewest requests, shadow loss)."""


def exported(limits: Thresholds) -> dict[str, float]:
    """The same by the names of the configuration's keys: ``errorRatePct``."""
    return {camel(name): value for name, value in limits.items() if isinstance(value, int | float)}
