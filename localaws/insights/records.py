"""A log event as Logs Insights sees it, with the system fields and the fields that it discovers.

JSON is flattened to at most 200 fields: ``a.b``, and ``a.0.b`` for lists. Lambda's own lines have fields of
their own.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FIELDS = 200
_PLATFORM = re.compile(r"^(?P<type>START|END|REPORT) RequestId: (?P<id>\S+)")
_REPORTED = {
    "@duration": (r"\tDuration: ([\d.]+) ms", 1.0),
    "@billedDuration": (r"\tBilled Duration: ([\d.]+) ms", 1.0),
    "@initDuration": (r"\tInit Duration: ([\d.]+) ms", 1.0),
    "@memorySize": (r"\tMemory Size: (\d+) MB", 1e6),
    "@maxMemoryUsed": (r"\tMax Memory Used: (\d+) MB", 1e6),
}


@dataclass(frozen=True)
class Record:
    """One event, or one row computed from events.

    Attributes:
        ms: Time of the event in milliseconds since the epoch; 0 for a row of `stats`.
        values: Values by field name. A structure that `jsonParse` made is stored whole under its field's
            name.
    """

    ms: int
    values: dict[str, Any]

    def get(self, name: str) -> Any:
        """Return a field's value, following dots into structures; ``None`` if there is none."""
        if name in self.values:
            return self.values[name]
        head, _, rest = name.partition(".")
        while rest:
            if isinstance(self.values.get(head), dict | list):
                return _follow(self.values[head], rest)
            more, _, rest = rest.partition(".")
            head = f"{head}.{more}"
        return None

    def having(self, **values: Any) -> Record:
        """Return a copy with more fields."""
        return self.with_values(values)

    def with_values(self, values: dict[str, Any]) -> Record:
        """Return a copy with more fields, whose names need not be identifiers."""
        return Record(self.ms, {**self.values, **values})


def shown(ms: float) -> str:
    """Format a time as results show it, in UTC."""
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"


def record(ms: int, stream: str, message: str, group: str = "") -> Record:
    """Make a record of one event of a Lambda function's log group.

    Args:
        ms: Time of the event in milliseconds since the epoch.
        stream: Name of the log stream.
        message: Text of the event.
        group: Name of the log group. Default empty.
    """
    values: dict[str, Any] = {
        "@timestamp": shown(ms),
        "@message": message,
        "@logStream": stream,
        "@log": group,
    }
    try:
        content = json.loads(message) if message.startswith("{") else None
    except ValueError:
        content = None
    if isinstance(content, dict):
        for index, (name, value) in enumerate(_flat(content, "")):
            if index == MOST_FIELDS:
                break
            values.setdefault(name, value)
    elif platform := _PLATFORM.match(message):
        values |= {"@type": platform["type"], "@requestId": platform["id"]}
        for name, (pattern, unit) in _REPORTED.items():
            if found := re.search(pattern, message):
                values[name] = float(found[1]) * unit
    return Record(ms, values)


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, member in members:
            yield from _flat(member, f"{name}.{key}" if name else str(key))
    elif value is not None:
        yield name, int(value) if isinstance(value, bool) else value


def _follow(structure: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(structure, dict):
            structure = structure.get(step)
        elif isinstance(structure, list) and step.isdigit() and int(step) < len(structure):
            structure = structure[int(step)]
        else:
            return None
    return structure
