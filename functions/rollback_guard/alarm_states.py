"""Which alarms are red."""

from __future__ import annotations

from typing import Any


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
