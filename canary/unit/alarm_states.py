"""States of CloudWatch alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class AlarmState:
    """State of an alarm, as CloudWatch describes it.

    Attributes:
        value: ``OK``, ``ALARM`` or ``INSUFFICIENT_DATA``.
        since: When the alarm entered this state, in UTC; ``None`` if CloudWatch does not say.
    """

    value: str
    since: datetime | None


def state(cloudwatch: Any, name: str) -> AlarmState | None:
    """Return one alarm's state; ``None`` for an alarm that does not exist."""
    answer = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    for alarm in [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]:
        if alarm["AlarmName"] == name:
            since = alarm.get("StateUpdatedTimestamp")
            return AlarmState(str(alarm["StateValue"]), since.astimezone(UTC) if since else None)
    return None


def states(cloudwatch: Any, names: list[str]) -> dict[str, str]:
    """Return the state of each alarm by name; an alarm that does not exist is ``MISSING``."""
    found = dict.fromkeys(names, "MISSING")
    if names:
        answer = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        for kind in ("MetricAlarms", "CompositeAlarms"):
            found.update({alarm["AlarmName"]: alarm["StateValue"] for alarm in answer.get(kind, [])})
    return found


def red(cloudwatch: Any, names: list[str]) -> tuple[str, ...]:
    """Return the names of the alarms that are in ALARM."""
    return tuple(name for name, state in states(cloudwatch, names).items() if state == "ALARM")
