"""Evaluate metric alarms: fetch their datapoints and judge them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html: an alarm is evaluated
every minute, whatever its period, and its window slides along: minutes 1 to 5, then minutes 2 to 6.
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
"""Cloud seconds between the end of a minute and its evaluation, so that log lines in flight are counted.
CloudWatch promises no bound on the delay. With EMF it is usually minutes."""


@dataclass(frozen=True)
class Evaluation:
    """The result of one evaluation of an alarm.

    Attributes:
        state: State that the alarm should have.
        points: Datapoints of the evaluation range, oldest first. Each is the start of its period in cloud
            seconds and its value, or ``None`` if there is no data.
        at: End of the window in cloud seconds.
    """

    state: State
    points: tuple[tuple[int, float | None], ...]
    at: int

    @property
    def known(self) -> list[tuple[int, float]]:
        """The datapoints that have a value, oldest first."""
        return [(at, value) for at, value in self.points if value is not None]


def evaluate(alarm: Alarm, store: MetricStore, now: float) -> Evaluation:
    """Find the state that an alarm should have now.

    Args:
        alarm: The alarm. It is not changed.
        store: Metric store.
        now: Wall clock time in seconds since the epoch.
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
    """Return whether an alarm keeps its state because its warm-up is not over.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html: the warm-up ends
    after its duration. Unless the alarm says otherwise, it ends as soon as the whole evaluation window has
    data.

    Args:
        alarm: The alarm. It is not changed.
        found: Result of the current evaluation.
        store: Metric store, which converts wall clock time to cloud time.
        now: Wall clock time in seconds since the epoch.
    """
    longest, whole = alarm.warm_up
    if alarm.warmed or store.cloud(now) - store.cloud(alarm.created) >= longest:
        return False
    window = found.points[-alarm.evaluated :]
    return whole or any(value is None for _, value in window)


def _values(definition: dict[str, Any], store: MetricStore, start: int, end: int) -> dict[int, float]:
    """Return the values of the watched metric or expression, by the start of the period in cloud seconds."""
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
    # PutMetricAlarm refuses every expression that does not give a single series.
    return dict(result.points) if isinstance(result, evaluation.Series) else {}


def _too_few_samples(alarm: Alarm, store: MetricStore, end: int) -> bool:
    """Return whether a percentile alarm keeps its state because there are too few samples.

    Only an alarm with ``EvaluateLowSampleCountPercentile`` set to ``ignore`` waits for more samples.
    """
    definition = alarm.definition
    percentile = definition.get("ExtendedStatistic", "")
    if definition.get("EvaluateLowSampleCountPercentile") != "ignore" or not percentile.startswith("p"):
        return False
    query = query_of(definition, alarm.period, "SampleCount", definition.get("Unit"))
    samples = store.series(query, end - alarm.period * alarm.evaluated, end)
    return sum(samples.values()) < low_sample_floor(float(percentile[1:]))
