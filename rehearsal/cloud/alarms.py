"""Metric alarms: when one changes its state.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html: M out of N
datapoints, four treatments of missing data, and the evaluation range that reaches further back than N
so that a late datapoint is no missing one. The pure part; `cloudwatch.py` stores and acts.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from rehearsal.cloud import metric_math
from rehearsal.cloud.metrics import key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rehearsal.cloud.clock import Clock
    from rehearsal.cloud.metrics import MetricStore

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


@dataclass
class Alarm:
    """A metric alarm as PutMetricAlarm defined it, and where it stands."""

    definition: dict[str, Any]
    arn: str
    state: State = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    updated: float = 0.0
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name, unique in account and region."""
        return str(self.definition["AlarmName"])


def judge(
    points: Sequence[float | None], breaching: Callable[[float], bool], wanted: int, treat: str, current: State
) -> State:
    """The state that datapoints call for.

    Args:
        points: The N newest datapoints, newest last; ``None`` is a missing one.
        breaching: Whether a value crosses the threshold.
        wanted: M, how many of the N must breach.
        treat: ``breaching``, ``notBreaching``, ``ignore`` or ``missing``.
        current: The state before.
    """
    if all(point is None for point in points):
        match treat:
            case "breaching":
                return "ALARM"
            case "notBreaching":
                return "OK"
            case "ignore":
                return current
        return "INSUFFICIENT_DATA"
    verdicts = [None if point is None else breaching(point) for point in points]
    bad = sum(verdict is True for verdict in verdicts)
    missing = sum(verdict is None for verdict in verdicts)
    if treat == "breaching":
        bad += missing
        missing = 0
    if bad >= wanted:
        return "ALARM"
    if missing and bad + missing >= wanted and treat in {"ignore", "missing"}:
        # Enough are unknown to tip it either way: CloudWatch then keeps the state it had.
        return current if treat == "ignore" or current != "INSUFFICIENT_DATA" else "OK"
    return "OK"


def datapoints(definition: dict[str, Any], store: MetricStore, clock: Clock, now: float) -> list[float | None]:
    """The N newest datapoints of an alarm; each window slides, so that it is whole at every evaluation."""
    count = int(definition.get("EvaluationPeriods", 1))
    period_s = float(_period(definition))
    length = clock.real(period_s)
    starts = [now - length * (count - index) for index in range(count)]
    return [_point(definition, store, start, start + length) for start in starts]


def _period(definition: dict[str, Any]) -> float:
    if "Period" in definition:
        return float(definition["Period"])
    periods = [query["MetricStat"]["Period"] for query in definition["Metrics"] if "MetricStat" in query]
    return float(max(periods))


def _point(definition: dict[str, Any], store: MetricStore, start: float, end: float) -> float | None:
    if "Metrics" not in definition:
        statistic = definition.get("Statistic") or definition["ExtendedStatistic"]
        return store.window(_key(definition), start, end, statistic)
    values: dict[str, metric_math.Value] = {}
    for query in definition["Metrics"]:
        if "MetricStat" in query:
            stat = query["MetricStat"]
            value = store.window(_key(stat["Metric"]), start, end, stat["Stat"])
            values[query["Id"]] = {} if value is None else {start: value}
    for query in definition["Metrics"]:
        if "Expression" in query:
            values[query["Id"]] = metric_math.evaluate(metric_math.parse(query["Expression"]), values, [start])
    watched = next(query["Id"] for query in definition["Metrics"] if query.get("ReturnData", True))
    result = values[watched]
    return result if isinstance(result, float) else result.get(start)


def _key(metric: dict[str, Any]) -> Any:
    return key(
        metric["Namespace"], metric["MetricName"], [(d["Name"], d["Value"]) for d in metric.get("Dimensions", [])]
    )


def evaluate(alarm: Alarm, store: MetricStore, clock: Clock, now: float) -> tuple[State, str]:
    """The state an alarm should have now, and the reason in CloudWatch's manner."""
    definition = alarm.definition
    threshold = float(definition["Threshold"])
    compare = COMPARISONS[definition["ComparisonOperator"]]
    points = datapoints(definition, store, clock, now)
    wanted = int(definition.get("DatapointsToAlarm") or len(points))
    treat = definition.get("TreatMissingData", "missing")
    state = judge(points, lambda value: compare(value, threshold), wanted, treat, alarm.state)
    known = [round(point, 3) for point in points if point is not None]
    if not known:
        return state, f"no datapoints were received for {len(points)} period(s), treated as {treat}"
    return state, f"{len(known)} of {len(points)} datapoints {known} against {definition['ComparisonOperator']} {threshold}"
