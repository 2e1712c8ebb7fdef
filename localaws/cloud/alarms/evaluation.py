"""Metric alarms: fetching datapoints and judging them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html: whatever the period,
an alarm is evaluated each minute on a window that slides along, minutes 1 to 5 and then minutes 2 to 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms.alarms import COMPARISONS, EXTRA_POINTS, judge, low_sample_floor
from localaws.cloud.alarms.definition import Alarm, query_of
from metric_math import evaluation

if TYPE_CHECKING:
    from localaws.cloud.alarms.alarms import State
    from localaws.cloud.metrics.metrics import MetricStore

SETTLED_S = 10
"""Cloud seconds after a minute's end at which it is evaluated, for the log lines on their way. CloudWatch
promises no bound; with EMF, minutes are usual."""


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found.

    Attributes:
        points: The evaluation range, oldest first: start in cloud seconds, value or ``None``.
        at: End of the window in cloud seconds.
    """

    state: State
    points: tuple[tuple[int, float | None], ...]
    at: int

    @property
    def known(self) -> list[tuple[int, float]]:
        """The datapoints there are, oldest first."""
        return [(at, value) for at, value in self.points if value is not None]


def evaluate(alarm: Alarm, store: MetricStore, now: float) -> Evaluation:
    """The state an alarm should have.

    Args:
        alarm: As it stands; it is not changed.
        store: Where its metrics are.
        now: Wall clock.
    """
    end = store.cloud(now) - SETTLED_S
    end -= end % alarm.interval
    start = end - alarm.period * (alarm.evaluated + EXTRA_POINTS)
    values = _values(alarm.definition, store, start, end)
    points = tuple((at, values.get(at)) for at in range(start, end, alarm.period))
    if _too_few_samples(alarm, store, end):
        return Evaluation(alarm.state, points, end)
    threshold = float(alarm.definition["Threshold"])
    compare = COMPARISONS[alarm.definition["ComparisonOperator"]]
    breaches = [None if value is None else compare(value, threshold) for _, value in points]
    treat = alarm.definition.get("TreatMissingData", "missing")
    return Evaluation(judge(breaches, alarm.evaluated, alarm.wanted, treat, alarm.state), points, end)


def warming_up(alarm: Alarm, found: Evaluation, store: MetricStore, now: float) -> bool:
    """Whether an alarm stays as it is because its warm-up is not over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html: it is over after its
    time, or, unless the alarm says otherwise, as soon as there is data for the whole evaluation window.

    Args:
        alarm: As it stands; it is not changed.
        found: What an evaluation finds now.
        store: Which knows cloud time.
        now: Wall clock.
    """
    longest, whole = alarm.warm_up
    if alarm.warmed or store.cloud(now) - store.cloud(alarm.created) >= longest:
        return False
    window = found.points[-alarm.evaluated :]
    return whole or any(value is None for _, value in window)


def _values(definition: dict[str, Any], store: MetricStore, start: int, end: int) -> dict[int, float]:
    """The watched metric's or expression's value by period."""
    if "Metrics" not in definition:
        statistic = definition.get("Statistic") or definition["ExtendedStatistic"]
        query = query_of(definition, definition["Period"], statistic, definition.get("Unit"))
        return store.series(query, start, end)
    metrics: dict[str, evaluation.Series] = {}
    for item in definition["Metrics"]:
        if stat := item.get("MetricStat"):
            query = query_of(stat["Metric"], stat["Period"], stat["Stat"], stat.get("Unit"))
            metrics[item["Id"]] = evaluation.Series(store.series(query, start, end), query.period)
    expressions = {item["Id"]: item["Expression"] for item in definition["Metrics"] if "Expression" in item}
    results = evaluation.evaluate_all(expressions, evaluation.Range(start, end, metrics))
    watched = next(item["Id"] for item in definition["Metrics"] if item.get("ReturnData", True))
    result = results.get(watched, metrics.get(watched))
    # PutMetricAlarm refused every expression that is no single series.
    return dict(result.points) if isinstance(result, evaluation.Series) else {}


def _too_few_samples(alarm: Alarm, store: MetricStore, end: int) -> bool:
    """Whether a percentile alarm was told to wait for more samples; then it stays as it is."""
    definition = alarm.definition
    percentile = definition.get("ExtendedStatistic", "")
    if definition.get("EvaluateLowSampleCountPercentile") != "ignore" or not percentile.startswith("p"):
        return False
    query = query_of(definition, alarm.period, "SampleCount", definition.get("Unit"))
    samples = store.series(query, end - alarm.period * alarm.evaluated, end)
    return sum(samples.values()) < low_sample_floor(float(percentile[1:]))
