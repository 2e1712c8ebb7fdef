"""Which alarms are red."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class AlarmState:
    """An alarm as it is described.

    Attributes:
        value: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``.
        since: When it came to that; ``None`` where it is not said.
    """

    value: str
    since: datetime | None


def state(cloudwatch: Any, name: str) -> AlarmState | None:
    """One alarm's state; ``None`` for an alarm that does not exist."""
    answer = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    for alarm in [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]:
        if alarm["AlarmName"] == name:
            since = alarm.get("StateUpdatedTimestamp")
            return AlarmState(str(alarm["StateValue"]), since.astimezone(UTC) if since else None)
    return None


def states(cloudwatch: Any, names: list[str]) -> dict[str, str]:
    """State of each alarm by name; an alarm that does not exist is ``MISSING``."""
    found = dict.fromkeys(names, "MISSING")
    if names:
        answer = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        for kind in ("MetricAlarms", "CompositeAlarms"):
            found.update({alarm["AlarmName"]: alarm["StateValue"] for alarm in answer.get(kind, [])})
    return found


def red(cloudwatch: Any, names: list[str]) -> tuple[str, ...]:
    """Names of those in ALARM."""
    return tuple(name for name, state in states(cloudwatch, names).items() if state == "ALARM")
