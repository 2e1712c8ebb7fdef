"""Metric records in CloudWatch's Embedded Metric Format, with exactly the dimensions written here.

Powertools' provider adds a dimension ``service`` wherever ``POWERTOOLS_SERVICE_NAME`` is set, which is a
common account-wide default, and no argument turns that off. Alarms, dashboard and verdict would then find no
total.
https://docs.aws.amazon.com/powertools/python/latest/core/metrics/
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNITS = {"Duration": "Milliseconds"}
_AS_TEXT = json.JSONEncoder(separators=(",", ":")).encode


class Records:
    """Makes the metric records of one function: in total, and by path.

    Args:
        function_name: Value of the dimension ``FunctionName``.
        namespace: Namespace of the metrics.
    """

    def __init__(self, function_name: str, namespace: str) -> None:
        self._function = function_name
        self._namespace = namespace

    def record(self, values: Mapping[str, float], at: float, path: str | None) -> str:
        """Make one record, as a line that ends with a line feed.

        Args:
            values: Values by metric name.
            at: Wall clock of the record, in seconds.
            path: Value of the dimension ``Path``; ``None`` for metrics that have no path.
        """
        dimensions = {"FunctionName": self._function}
        sets = [["FunctionName"]]
        if path is not None:
            dimensions["Path"] = path
            sets.append(["FunctionName", "Path"])
        metrics = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in values]
        declared = {"Namespace": self._namespace, "Dimensions": sets, "Metrics": metrics}
        head = {"Timestamp": int(at * 1000), "CloudWatchMetrics": [declared]}
        filled = {name: [float(value)] for name, value in values.items()}
        return _AS_TEXT({"_aws": head, **dimensions, **filled}) + "\n"
