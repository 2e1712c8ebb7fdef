"""Extract metrics from log lines in the Embedded Metric Format (EMF).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
A document that breaks the specification gives no metrics at all. It is counted, as CloudWatch Logs does:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
"""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

from localaws.cloud.metrics.metrics import HIGH_S, NO_UNIT, STANDARD_S, Datum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.cloud.metrics.metrics import MetricStore

MAX_DIMENSIONS, MAX_METRICS, MAX_VALUES, MAX_BYTES = 30, 100, 100, 256 * 1024


class EmfError(ValueError):
    """A document claims to be EMF but breaks the specification.

    Attributes:
        counter: Name of the metric in ``AWS/Logs`` that counts such documents.
    """

    counter = "EMFValidationErrors"


class EmfParseError(EmfError):
    """A line has ``"_aws"`` but is not valid JSON."""

    counter = "EMFParsingErrors"


def ingest_log_line(store: MetricStore, function_name: str, line: str, timestamp: float) -> None:
    """Put the metrics of a log line into the store. An invalid line is counted instead.

    Args:
        store: Metric store.
        function_name: Name of the function that wrote the log.
        line: Message of one log event.
        timestamp: Wall clock time of the log event in seconds since the epoch, for the counter.

    Raises:
        EmfError: The line is invalid EMF. It is raised after counting, so that a rehearsal can show the
            error.
    """
    try:
        data = extract(line)
    except EmfError as error:
        group = (("LogGroupName", f"/aws/lambda/{function_name}"),)
        store.put(Datum("AWS/Logs", error.counter, group, 1.0, timestamp, unit="Count"))
        raise
    for datum in data:
        store.put(datum)


def extract(line: str) -> list[Datum]:
    """Extract the metrics of a log line.

    Returns:
        The metrics, or an empty list if the line is not an EMF document.

    Raises:
        EmfError: The line has ``"_aws"`` and is not valid JSON, or it has ``_aws.CloudWatchMetrics`` and
            breaks the specification.
    """
    # Lambda may put a timestamp and a request id in front of what the function printed.
    start = line.find("{")
    if start < 0 or '"_aws"' not in line:
        return []
    try:
        document = json.loads(line[start:])
    except ValueError as error:
        raise EmfParseError(f"not JSON: {error}") from error
    if not isinstance(document, dict) or "_aws" not in document:
        return []
    meta = document["_aws"]
    if not isinstance(meta, dict) or "CloudWatchMetrics" not in meta:
        return []
    if len(line.encode()) > MAX_BYTES:
        raise EmfError(f"longer than {MAX_BYTES} bytes")
    return list(_data(document, meta))


def _data(document: dict[str, Any], meta: dict[str, Any]) -> Iterator[Datum]:
    at = meta.get("Timestamp")
    if not isinstance(at, int) or isinstance(at, bool):
        raise EmfError("_aws.Timestamp must be whole milliseconds since the epoch")
    for directive in _list(meta, "CloudWatchMetrics", "_aws"):
        namespace = _text(directive, "Namespace", "a directive")
        definitions = _list(directive, "Metrics", namespace)
        if len(definitions) > MAX_METRICS:
            raise EmfError(f"{len(definitions)} metrics in a directive, {MAX_METRICS} are allowed")
        sets = [_dimensions(document, names) for names in _list(directive, "Dimensions", namespace)]
        for definition in definitions:
            name = _text(definition, "Name", "a metric definition")
            resolution = definition.get("StorageResolution", STANDARD_S)
            if resolution not in {STANDARD_S, HIGH_S}:
                raise EmfError(f"metric {name}: StorageResolution must be {HIGH_S} or {STANDARD_S}")
            unit = definition.get("Unit", NO_UNIT)
            for value, dimensions in product(_values(document, name), sets):
                yield Datum(namespace, name, dimensions, value, at / 1000, 1.0, unit, resolution)


def _list(holder: Any, name: str, where: str) -> list[Any]:
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, list):
        raise EmfError(f"{name} of {where} must be an array")
    return value


def _text(holder: Any, name: str, where: str) -> str:
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, str) or not value:
        raise EmfError(f"{name} of {where} must be a string")
    return value


def _dimensions(document: dict[str, Any], names: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(names, list) or len(names) > MAX_DIMENSIONS:
        raise EmfError(f"a dimension set is an array of at most {MAX_DIMENSIONS} names")
    for name in names:
        value = document.get(name) if isinstance(name, str) else None
        if not isinstance(value, str) or not value:
            raise EmfError(f"dimension {name} has no string value at the top of the document")
    return tuple(sorted((name, document[name]) for name in names))


def _values(document: dict[str, Any], name: str) -> list[float]:
    target = document.get(name)
    values = target if isinstance(target, list) else [target]
    if not 0 < len(values) <= MAX_VALUES:
        raise EmfError(f"metric {name} has {len(values)} values, 1 to {MAX_VALUES} are allowed")
    numbers = [
        float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if len(numbers) != len(values):
        raise EmfError(f"metric {name} has a value that is no number")
    return numbers
