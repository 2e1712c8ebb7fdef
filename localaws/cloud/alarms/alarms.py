"""Metric alarms: the state that datapoints call for.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: M out of N
datapoints, four treatments of missing data, and an evaluation range that reaches further back than N, so
that real datapoints are preferred to filled ones. The pure part; `alarm_evaluation.py` fetches the
datapoints, `cloudwatch.py` keeps alarms and acts.
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
"""Those of static thresholds; anomaly bands have others."""

EXTRA_POINTS = 2
"""How many datapoints more than N are fetched. The page says only that it depends on the period; in its
examples N is 3 and the range is 5."""


def judge(
    breaches: Sequence[bool | None], evaluated: int, wanted: int, treat: Treatment, current: State
) -> State:
    """The state that an evaluation range calls for.

    Args:
        breaches: Whether each datapoint of the range breaches, oldest first; ``None`` is a missing one.
        evaluated: N, the alarm's evaluation periods.
        wanted: M, its datapoints to alarm.
        treat: How missing data is treated.
        current: The state before.
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
    # Nothing but breaching and missing datapoints, and too few of them to tell by counting.
    if treat == "ignore":
        return current
    return "ALARM" if _oldest_age(breaches) >= wanted else "INSUFFICIENT_DATA"


def _oldest_age(breaches: Sequence[bool | None]) -> int:
    """How many periods ago the oldest datapoint began, 0 without any.

    *Avoiding premature transitions*: an alarm goes off when the oldest breaching datapoint is at least as
    old as M and everything since is breaching or missing; until then the next one might not breach.
    """
    known = [index for index, breach in enumerate(breaches) if breach is not None]
    return len(breaches) - known[0] if known else 0


def low_sample_floor(percentile: float) -> float:
    """Samples that a percentile needs to be trusted, where an alarm asks for that.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html:
    10/(1 - percentile) from the median up, 10/percentile below it.
    """
    share = percentile / 100
    rest = 1 - share if share >= 0.5 else share  # noqa: PLR2004 - the page's own number
    return 10 / rest if rest > 0 else float("inf")
