"""Metric alarms as PutMetricAlarm defines them, and the checks that refuse invalid definitions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html. Anomaly detection
bands, Metrics Insights queries and calendar windows are refused: an alarm that cannot be evaluated must not
look armed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms.alarms import COMPARISONS, TREATMENTS
from localaws.cloud.metrics import statistics
from localaws.cloud.metrics.metrics import Query, key
from localaws.cloud.request import ServiceError
from metric_math import evaluation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.cloud.alarms.alarms import State

_ID = re.compile(r"^[a-z][A-Za-z0-9_]*$")
_UNSUPPORTED = ("ThresholdMetricId", "EvaluationCriteria", "EvaluationInterval")
HIGH_RESOLUTION_PERIODS = (10, 20, 30)
MINUTE_S, HOUR_S, DAY_S, WEEK_S = 60, 3_600, 86_400, 604_800
LONGEST_WARM_UP_MINUTES = 2_880
MAX_METRICS, MAX_ACTIONS = 10, 5


@dataclass
class Alarm:
    """A metric alarm and its current state. Times are wall clock time in seconds since the epoch.

    Attributes:
        definition: Parameters of PutMetricAlarm without the tags.
        created: When the alarm was created.
        configured: When the definition last changed.
        updated: When the state or its reason last changed.
        transitioned: When the state last changed to another state.
        warmed: Whether the warm-up is over. An alarm warms up once in its life.
    """

    definition: dict[str, Any]
    arn: str
    created: float
    configured: float
    updated: float
    transitioned: float
    state: State = "INSUFFICIENT_DATA"
    reason: str = "Unchecked: Initial alarm creation"
    reason_data: str = ""
    warmed: bool = False
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the alarm, unique in the account and region."""
        return str(self.definition["AlarmName"])

    @property
    def period(self) -> int:
        """Period of a datapoint in cloud seconds. All metrics in an expression have the same period."""
        return period(self.definition)

    @property
    def evaluated(self) -> int:
        """N in "M out of N": the number of evaluation periods."""
        return int(self.definition["EvaluationPeriods"])

    @property
    def wanted(self) -> int:
        """M in "M out of N": the number of datapoints that must breach. Defaults to N."""
        return int(self.definition.get("DatapointsToAlarm") or self.evaluated)

    @property
    def warm_up(self) -> tuple[int, bool]:
        """Longest warm-up in cloud seconds, and whether it always lasts that long.

        The length is 0 without a warm-up. If the flag is ``False``, sufficient data ends the warm-up early.
        """
        given = self.definition.get("WarmUpConfiguration") or {}
        whole = bool(given.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds", False))
        return int(given.get("WarmUpPeriodDurationInMinutes", 0)) * MINUTE_S, whole

    @property
    def interval(self) -> int:
        """Cloud seconds between two evaluations.

        10 for a high-resolution alarm, an hour if the evaluation periods span more than a day, otherwise a
        minute.
        """
        if self.period < MINUTE_S:
            return 10
        return HOUR_S if self.period * self.evaluated > DAY_S else 60


def period(definition: Mapping[str, Any]) -> int:
    """Return the period of an alarm's datapoints in cloud seconds."""
    if "Metrics" not in definition:
        return int(definition["Period"])
    return int(
        next(query["MetricStat"]["Period"] for query in definition["Metrics"] if "MetricStat" in query)
    )


def query_of(metric: Mapping[str, Any], length: int, statistic: str, unit: str | None) -> Query:
    """Build a query to the metric store.

    Args:
        metric: ``Namespace``, ``MetricName`` and ``Dimensions`` of the metric.
        length: Period in cloud seconds.
        statistic: Statistic, as the API spells it.
        unit: Unit that data must have; ``None`` accepts all units.

    Raises:
        ServiceError: The statistic is not one that CloudWatch knows.
    """
    dimensions = [(dimension["Name"], dimension["Value"]) for dimension in metric.get("Dimensions", [])]
    try:
        parsed = statistics.parse(statistic)
    except statistics.StatisticError as error:
        raise invalid(str(error)) from error
    return Query(key(metric["Namespace"], metric["MetricName"], dimensions), length, parsed, unit)


def validate(definition: Mapping[str, Any]) -> None:
    """Check a definition: refuse what CloudWatch refuses and what this cloud cannot evaluate.

    Args:
        definition: Parameters of PutMetricAlarm.

    Raises:
        ServiceError: ``ValidationError`` with a message that says what is wrong.
    """
    _validate_words(definition)
    for name in ("EvaluationPeriods", "Threshold"):
        if name not in definition:
            raise invalid(f"The parameter {name} is required")
    for name in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        if len(definition.get(name, [])) > MAX_ACTIONS:
            raise invalid(f"{name} has more than {MAX_ACTIONS} actions")
    if ("Metrics" in definition) == ("MetricName" in definition):
        raise invalid("An alarm has either Metrics or MetricName")
    if "Metrics" in definition:
        _validate_metrics(definition["Metrics"])
    else:
        _validate_single(definition)
    _validate_times(definition)


def _validate_words(definition: Mapping[str, Any]) -> None:
    if definition.get("ComparisonOperator") not in COMPARISONS:
        raise invalid(f"ComparisonOperator must be one of {', '.join(COMPARISONS)}")
    if definition.get("TreatMissingData", "missing") not in TREATMENTS:
        raise invalid(f"TreatMissingData must be one of {', '.join(TREATMENTS)}")
    for name in _UNSUPPORTED:
        if name in definition:
            raise invalid(f"{name} is not evaluated by this local CloudWatch")
    if "WallClockWindow" in definition.get("EvaluationWindow", {}):
        raise invalid("Only a SlidingWindow is evaluated by this local CloudWatch")


def _validate_single(definition: Mapping[str, Any]) -> None:
    for name in ("Namespace", "Period"):
        if name not in definition:
            raise invalid(f"The parameter {name} is required with MetricName")
    if ("Statistic" in definition) == ("ExtendedStatistic" in definition):
        raise invalid("An alarm on one metric has either Statistic or ExtendedStatistic")
    statistic = definition.get("Statistic") or definition["ExtendedStatistic"]
    if (statistic in statistics.BASIC) != ("Statistic" in definition):
        raise invalid(f"{statistic!r} is no value for this kind of statistic")
    query_of(definition, definition["Period"], statistic, None)


def _validate_times(definition: Mapping[str, Any]) -> None:
    length, evaluated = period(definition), definition["EvaluationPeriods"]
    if length < 1 or (length not in HIGH_RESOLUTION_PERIODS and length % 60):
        raise invalid(f"Period must be 10, 20, 30 or a multiple of 60, not {length}")
    limit = DAY_S if length < HOUR_S else WEEK_S
    if evaluated < 1 or length * evaluated > limit:
        raise invalid(
            f"EvaluationPeriods times Period must be at least one period and at most {limit} seconds"
        )
    if not 1 <= definition.get("DatapointsToAlarm", evaluated) <= evaluated:
        raise invalid("DatapointsToAlarm must be from 1 to EvaluationPeriods")
    warm_up = definition.get("WarmUpConfiguration", {}).get("WarmUpPeriodDurationInMinutes", 1)
    if not 1 <= warm_up <= LONGEST_WARM_UP_MINUTES:
        raise invalid(f"WarmUpPeriodDurationInMinutes must be from 1 to {LONGEST_WARM_UP_MINUTES}")


def _validate_metrics(queries: list[dict[str, Any]]) -> None:
    names = [query["Id"] for query in queries]
    if len(set(names)) != len(names) or not all(_ID.match(name) for name in names):
        raise invalid(
            "Each Id is used once, starts with a lower case letter and has letters, digits and _ only"
        )
    stats = {query["Id"]: query["MetricStat"] for query in queries if "MetricStat" in query}
    expressions = {query["Id"]: query["Expression"] for query in queries if "Expression" in query}
    if len(stats) + len(expressions) != len(queries) or stats.keys() & expressions.keys():
        raise invalid("Each of Metrics has either MetricStat or Expression")
    if not stats or len(stats) > MAX_METRICS or len(expressions) > MAX_METRICS:
        raise invalid(f"Metrics has 1 to {MAX_METRICS} metrics and at most {MAX_METRICS} expressions")
    if len({stat["Period"] for stat in stats.values()}) > 1:
        raise invalid("All metrics of an alarm have the same Period")
    watched = [query["Id"] for query in queries if query.get("ReturnData", True)]
    if len(watched) != 1:
        raise invalid("Exactly one of Metrics has ReturnData true")
    for stat in stats.values():
        query_of(stat["Metric"], stat["Period"], stat["Stat"], stat.get("Unit"))
    one = {name: evaluation.Series({0: 1.0}, 60) for name in stats}
    try:
        results = evaluation.evaluate_all(expressions, evaluation.Range(0, 60, one))
    except evaluation.MathError as error:
        raise invalid(f"Metrics: {error}") from error
    if not isinstance(results.get(watched[0], one.get(watched[0])), evaluation.Series):
        raise invalid(f"The expression {watched[0]} must give a single time series")


def invalid(message: str) -> ServiceError:
    """Build the error that CloudWatch answers for an invalid parameter."""
    return ServiceError("ValidationError", message)
