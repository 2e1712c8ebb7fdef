"""Embedded Metric Format: metrics inside log lines.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rehearsal.cloud.metrics import Datum

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DIMENSIONS, MAX_METRICS, MAX_VALUES = 30, 100, 100


class EmfError(ValueError):
    """A document that claims to be EMF and breaks its specification; CloudWatch drops it silently."""


def extract(line: str) -> list[Datum]:
    """The metrics of a log line; an empty list for a line that is no EMF document.

    Raises:
        EmfError: It has ``_aws.CloudWatchMetrics`` and breaks the specification.
    """
    if not line.startswith("{") or '"_aws"' not in line:
        return []
    try:
        document = json.loads(line)
    except ValueError:
        return []
    if not isinstance(document, dict) or "CloudWatchMetrics" not in (document.get("_aws") or {}):
        return []
    return list(_data(document))


def _data(document: dict[str, Any]) -> Iterator[Datum]:
    meta = document["_aws"]
    if not isinstance(meta.get("Timestamp"), int):
        raise EmfError("_aws.Timestamp must be milliseconds since the epoch")
    for directive in meta["CloudWatchMetrics"]:
        metrics = directive["Metrics"]
        if len(metrics) > MAX_METRICS:
            raise EmfError(f"{len(metrics)} metrics in a directive, {MAX_METRICS} are allowed")
        for names in directive["Dimensions"]:
            if len(names) > MAX_DIMENSIONS:
                raise EmfError(f"{len(names)} dimensions in a set, {MAX_DIMENSIONS} are allowed")
            dimensions = tuple(sorted((name, _dimension(document, name)) for name in names))
            for metric in metrics:
                for value in _values(document, metric["Name"]):
                    yield Datum(directive["Namespace"], metric["Name"], dimensions, value, meta["Timestamp"] / 1000)


def _dimension(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise EmfError(f"dimension {name} has no string value at the top of the document")
    return value


def _values(document: dict[str, Any], name: str) -> list[float]:
    target = document.get(name)
    values = target if isinstance(target, list) else [target]
    if not 0 < len(values) <= MAX_VALUES:
        raise EmfError(f"metric {name} has {len(values)} values, 1 to {MAX_VALUES} are allowed")
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        raise EmfError(f"metric {name} has a value that is no number")
    return [float(value) for value in values]
