"""What woke the guard: an alarm (directly, or through the topic), the clock, a self-test, or nothing.

An alarm's direct event: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AlarmChange:
    """A CloudWatch alarm that changed its state."""

    name: str
    state: str
    reason: str


@dataclass(frozen=True)
class Tick:
    """The clock's minute."""


@dataclass(frozen=True)
class SelfTest:
    """Somebody asks whether the guard could do its work now."""


@dataclass(frozen=True)
class Other:
    """Anything else; ``why`` is logged."""

    why: str


Event = AlarmChange | Tick | SelfTest | Other


def parse(event: Any) -> list[Event]:
    """Everything one invocation brings; the topic may bring several messages. Never raises."""
    if not isinstance(event, dict):
        return [Other("the event is no object")]
    if event.get("tick") is True:
        return [Tick()]
    if event.get("selfTest") is True:
        return [SelfTest()]
    if isinstance(event.get("alarmData"), dict):
        return [_direct(event["alarmData"])]
    if isinstance(event.get("Records"), list):
        return [_from_topic(record) for record in event["Records"]]
    return [Other("neither an alarm nor a tick")]


def _direct(data: dict[str, Any]) -> Event:
    state = data.get("state")
    if not isinstance(data.get("alarmName"), str) or not isinstance(state, dict):
        return Other("an alarm without a name or a state")
    return AlarmChange(data["alarmName"], str(state.get("value", "")), str(state.get("reason", "")))


def _from_topic(record: Any) -> Event:
    """An alarm's notification; the guard's own messages come back here too and are not one."""
    try:
        message = json.loads(record["Sns"]["Message"])
        return AlarmChange(
            str(message["AlarmName"]), str(message["NewStateValue"]), str(message.get("NewStateReason", ""))
        )
    except (KeyError, TypeError, ValueError):
        return Other("a message that is no alarm")
