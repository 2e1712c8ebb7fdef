"""Decide an alarm's state from its datapoints.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: an alarm goes off
when M out of N datapoints breach, missing data has four treatments, and the evaluation range reaches further
back than N so that real datapoints are preferred to filled ones.

This module is pure. `evaluation.py` fetches the datapoints, `operations.py` keeps the alarms, and
`metrics/cloudwatch.py` runs their actions.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
Treatment = Literal["breaching", "notBreaching", "ignore", "missing"]
TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
"""Comparison operators of alarms with a static threshold. Alarms on anomaly detection bands have others."""

EXTRA_POINTS = 2
"""Datapoints that are fetched in addition to N. The page says only that the number depends on the period. In
its examples N is 3 and the range is 5."""


def judge(
    breaches: Sequence[bool | None], evaluated: int, wanted: int, treat: Treatment, current: State
) -> State:
    """Decide the state of an alarm from the datapoints of its evaluation range.

    Args:
        breaches: Whether each datapoint of the range breaches, oldest first. ``None`` is a missing datapoint.
        evaluated: N, the alarm's evaluation periods.
        wanted: M, the alarm's datapoints to alarm.
        treat: How missing data is treated.
        current: State of the alarm before this evaluation.
    """
    real = [breach for breach in breaches if breach is not None]
    newest = real[-evaluated:]
    bad, filled = sum(newest), evaluated - len(newest)
    if treat == "breaching":
        bad += filled
    if bad >= wanted:
        return "ALARM"
    if filled == 0 or treat in {"breaching", "notBreaching"}:
        return "OK"
    if not all(real):
        return "OK"
    # All datapoints are breaching or missing, and too few breach to decide by counting.
    if treat == "ignore":
        return current
    return "ALARM" if _oldest_age(breaches) >= wanted else "INSUFFICIENT_DATA"


def _oldest_age(breaches: Sequence[bool | None]) -> int:
    """Return how many periods ago the oldest datapoint began; 0 if there are no datapoints.

    From the page's *Avoiding premature transitions*: an alarm goes off when the oldest breaching datapoint is
    at least M periods old and everything since is breaching or missing. Until then, the next datapoint might
    not breach.
    """
    known = [index for index, breach in enumerate(breaches) if breach is not None]
    return len(breaches) - known[0] if known else 0


def low_sample_floor(percentile: float) -> float:
    """Return the number of samples that a percentile needs to be significant.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html:
    10/(1 - percentile) from the median up, 10/percentile below it. The limit matters only to alarms that
    ignore evaluations with few samples.

    Args:
        percentile: The percentile, from 0 to 100.
    """
    share = percentile / 100
    rest = 1 - share if share >= 0.5 else share  # noqa: PLR2004 - the page's number
    return 10 / rest if rest > 0 else float("inf")
