"""Parses what woke the guard: an alarm (directly or through the topic), a tick, a self-test, or none of them.

An alarm's direct event: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from canary import stored
from canary.stored import Unreadable, encodable

LONGEST_REASON = 1_023
"""Maximum length of an alarm's reason in characters, which is CloudWatch's own limit:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html (StateReason)."""


@dataclass(frozen=True)
class AlarmChange:
    """A CloudWatch alarm that changed its state.

    Attributes:
        name: Name of the alarm.
        state: The new state.
        reason: CloudWatch's reason for the new state.
        when: When the state changed, in UTC; ``None`` if the message does not say.
    """

    name: str
    state: str
    reason: str
    when: datetime | None = None


@dataclass(frozen=True)
class Tick:
    """The guard's schedule fired, as it does every minute."""


@dataclass(frozen=True)
class SelfTest:
    """A request to find out whether the guard could do its work now."""


@dataclass(frozen=True)
class Other:
    """Any other event; ``why`` is logged."""

    why: str


Event = AlarmChange | Tick | SelfTest | Other


def parse(event: Any) -> list[Event]:
    """Parse everything that one invocation brings; the topic may bring several messages. Never raises."""
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
    if not isinstance(state, dict):
        return Other("an alarm without a state")
    return _change(data.get("alarmName"), state.get("value"), state.get("reason"), state.get("timestamp"))


def _from_topic(record: Any) -> Event:
    """Parse an alarm's notification. The guard's own messages come back here too; they are no alarms."""
    notification = record.get("Sns") if isinstance(record, dict) else None
    message = notification.get("Message") if isinstance(notification, dict) else None
    found = stored.object_of(message if isinstance(message, str) else None)
    if isinstance(found, Unreadable):
        return Other("a message that is no alarm")
    state, reason, when = (found.get(name) for name in ("NewStateValue", "NewStateReason", "StateChangeTime"))
    return _change(found.get("AlarmName"), state, reason, when)


def _change(name: Any, state: Any, reason: Any, when: Any) -> Event:
    if not isinstance(name, str) or not isinstance(state, str):
        return Other("an alarm without a name or a state")
    return AlarmChange(
        name, state, encodable(reason[:LONGEST_REASON]) if isinstance(reason, str) else "", _moment(when)
    )


def _moment(text: Any) -> datetime | None:
    """Parse a time as alarms write it, ``2026-11-25T14:00:00.123+0000``; ``None`` for anything else."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
