"""Metric records in CloudWatch's Embedded Metric Format, by Powertools' provider.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNITS = {"Duration": "Milliseconds"}
_AS_TEXT = json.JSONEncoder(separators=(",", ":")).encode


class Records:
    """Makes records of one function, in all and by path.

    Powertools checks names, units and dimensions of a set of metrics; all records of one set differ in
    values and time alone, so it is asked once a set, and each record fills in its own.

    Args:
        function_name: Dimension ``FunctionName``.
        namespace: Of the metrics.
    """

    def __init__(self, function_name: str, namespace: str) -> None:
        self._function = function_name
        self._namespace = namespace
        self._declared: dict[tuple[str | None, ...], tuple[object, Mapping[str, str]]] = {}

    def record(self, values: Mapping[str, float], at: float, path: str | None) -> str:
        """One record as a line.

        Args:
            values: By metric name.
            at: Wall clock.
            path: Dimension ``Path``; ``None`` for metrics that have none.
        """
        names = (path, *values)
        if names not in self._declared:
            self._declared[names] = self._declare(values, path)
        metrics, dimensions = self._declared[names]
        filled = {name: [float(value)] for name, value in values.items()}
        head = {"Timestamp": int(at * 1000), "CloudWatchMetrics": metrics}
        return _AS_TEXT({"_aws": head, **dimensions, **filled}) + "\n"

    def _declare(self, values: Mapping[str, float], path: str | None) -> tuple[object, Mapping[str, str]]:
        provider = AmazonCloudWatchEMFProvider(namespace=self._namespace)
        provider.add_dimension("FunctionName", self._function)
        if path is not None:
            provider.add_dimensions(FunctionName=self._function, Path=path)
        for name, value in values.items():
            provider.add_metric(name, _UNITS.get(name, "Count"), value)
        made = dict(provider.serialize_metric_set())
        head = made.pop("_aws")
        dimensions = {name: str(value) for name, value in made.items() if name not in values}
        return head["CloudWatchMetrics"], dimensions  # type: ignore[index]
