"""CloudWatch's operations on metric data.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html, API_GetMetricData,
API_GetMetricStatistics, API_ListMetrics. `Period` is in cloud seconds. Timestamps are wall clock time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms.definition import invalid, query_of
from localaws.cloud.metrics.metrics import NO_UNIT, STANDARD_S, Datum
from localaws.cloud.request import ServiceError
from metric_math import evaluation

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.metrics.metrics import MetricStore

MAX_DATUMS, MAX_QUERIES, MAX_PER_STATISTICS = 1_000, 500, 1_440
SUB_MINUTE = (1, 5, 10, 20, 30)


class MetricData:
    """Implements the operations that put and read metric data."""

    def __init__(self, store: MetricStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def put_metric_data(self, params: dict[str, Any]) -> dict[str, Any]:
        """PutMetricData. Stores all the given data or, if part of it is invalid, none."""
        datums = params.get("MetricData", [])
        if len(datums) > MAX_DATUMS:
            raise ServiceError("InvalidParameterValue", f"At most {MAX_DATUMS} metrics may be put at once")
        found = [datum for item in datums for datum in self._datums(params["Namespace"], item)]
        for datum in found:
            self._store.put(datum)
        return {}

    def _datums(self, namespace: str, item: dict[str, Any]) -> list[Datum]:
        name, given = (
            item["MetricName"],
            [part for part in ("Value", "Values", "StatisticValues") if part in item],
        )
        if len(given) != 1:
            raise ServiceError(
                "InvalidParameterCombination", f"{name} has one of Value, Values, StatisticValues"
            )
        dimensions = tuple(sorted((pair["Name"], pair["Value"]) for pair in item.get("Dimensions", [])))
        at = float(item.get("Timestamp", self._clock.now()))
        rest = (item.get("Unit", NO_UNIT), item.get("StorageResolution", STANDARD_S))
        if "StatisticValues" in item:
            part = item["StatisticValues"]
            whole = (part["SampleCount"], part["Sum"], part["Minimum"], part["Maximum"])
            return [Datum(namespace, name, dimensions, 0.0, at, 1.0, *rest, statistic_set=whole)]
        values = item.get("Values", [item.get("Value")])
        counts = item.get("Counts", [1.0] * len(values))
        if len(counts) != len(values):
            raise ServiceError(
                "InvalidParameterValue", f"{name} has {len(values)} Values and {len(counts)} Counts"
            )
        pairs = zip(values, counts, strict=True)
        return [
            Datum(namespace, name, dimensions, float(value), at, float(count), *rest)
            for value, count in pairs
        ]

    def get_metric_data(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetMetricData, including expressions. The answer is always one page."""
        queries = params["MetricDataQueries"]
        if len(queries) > MAX_QUERIES:
            raise invalid(f"At most {MAX_QUERIES} queries may be asked at once")
        finest = min(
            (query["MetricStat"]["Period"] for query in queries if "MetricStat" in query), default=60
        )
        start, end = self._range(params, finest)
        metrics: dict[str, evaluation.Series] = {}
        for query in queries:
            if stat := query.get("MetricStat"):
                _check_period(stat["Period"])
                asked = query_of(stat["Metric"], stat["Period"], stat["Stat"], stat.get("Unit"))
                points = self._store.series(asked, start, end)
                label = query.get("Label", stat["Metric"]["MetricName"])
                metrics[query["Id"]] = evaluation.Series(points, asked.period, label)
        expressions = {query["Id"]: query["Expression"] for query in queries if "Expression" in query}
        try:
            computed = evaluation.evaluate_all(expressions, evaluation.Range(start, end, metrics))
        except evaluation.MathError as error:
            raise invalid(f"Error in expression: {error}") from error
        newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        results: list[dict[str, Any]] = []
        for query in queries:
            if query.get("ReturnData", True):
                value = computed.get(query["Id"], metrics.get(query["Id"]))
                results.extend(self._results(query, value, newest_first=newest_first))
        return {"MetricDataResults": results, "Messages": []}

    def _results(
        self, query: dict[str, Any], value: evaluation.Value | None, *, newest_first: bool
    ) -> list[dict[str, Any]]:
        """Return one result for each time series of a query. The series of an array share the query's Id."""
        if value is None or isinstance(value, float):
            raise invalid(f"{query['Id']}: an expression must give a time series or an array of them")
        several = value if isinstance(value, list) else [value]
        found = []
        for series in several:
            own = query.get("Label", query["Id"]) if "Expression" in query else series.label
            ordered = sorted(series.points.items(), reverse=newest_first)
            found.append(
                {
                    "Id": query["Id"],
                    "Label": f"{own} {series.label}".strip() if isinstance(value, list) else own,
                    "Timestamps": [self._store.wall(at) for at, _ in ordered],
                    "Values": [point for _, point in ordered],
                    "StatusCode": "Complete",
                }
            )
        return found

    def get_metric_statistics(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetMetricStatistics, for basic and extended statistics."""
        basic, extended = params.get("Statistics", []), params.get("ExtendedStatistics", [])
        if not basic and not extended:
            raise ServiceError("MissingParameter", "Statistics or ExtendedStatistics must be given")
        _check_period(params["Period"])
        start, end = self._range(params, params["Period"])
        if (end - start) / params["Period"] > MAX_PER_STATISTICS:
            message = f"More than {MAX_PER_STATISTICS} datapoints were asked for: ask for a longer Period"
            raise ServiceError("InvalidParameterCombination", message)
        points: dict[int, dict[str, Any]] = {}
        unit = params.get("Unit")
        for name in [*basic, *extended]:
            asked = query_of(params, params["Period"], name, unit)
            shown = unit or next(iter(self._store.units(asked.metric)), NO_UNIT)
            for at, value in self._store.series(asked, start, end).items():
                point = points.setdefault(at, {"Timestamp": self._store.wall(at), "Unit": shown})
                (point if name in basic else point.setdefault("ExtendedStatistics", {}))[name] = value
        return {"Label": params["MetricName"], "Datapoints": list(points.values())}

    def list_metrics(self, params: dict[str, Any]) -> dict[str, Any]:
        """ListMetrics. A dimension filter without a value matches any value of that dimension."""
        wanted = [(item["Name"], item.get("Value")) for item in params.get("Dimensions", [])]
        found = [
            {
                "Namespace": namespace,
                "MetricName": name,
                "Dimensions": [{"Name": dimension, "Value": value} for dimension, value in dimensions],
            }
            for namespace, name, dimensions in self._store.names()
            if params.get("Namespace", namespace) == namespace
            and params.get("MetricName", name) == name
            and all(_has(dict(dimensions), *pair) for pair in wanted)
        ]
        return {"Metrics": found}

    def _range(self, params: dict[str, Any], period: int) -> tuple[int, int]:
        """Return the start and end of the requested range in cloud seconds.

        The start is rounded down to a minute, or to the period if it is shorter than a minute.

        Raises:
            ServiceError: The end is not after the start.
        """
        start, end = (
            self._store.cloud(float(params["StartTime"])),
            self._store.cloud(float(params["EndTime"])),
        )
        start -= start % (period if period in SUB_MINUTE else 60)
        if start >= end:
            raise invalid("EndTime must be after StartTime")
        return start, end


def _has(dimensions: dict[str, str], name: str, value: str | None) -> bool:
    return name in dimensions and value in {None, dimensions[name]}


def _check_period(period: int) -> None:
    if period not in SUB_MINUTE and (period < 60 or period % 60):  # noqa: PLR2004 - seconds in a minute
        raise ServiceError(
            "InvalidParameterValue", f"Period must be 1, 5, 10, 20, 30 or a multiple of 60, not {period}"
        )
