"""The history of alarms: changes of definition and state, and actions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any

from localaws.cloud.alarms.messages import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.alarms.definition import Alarm
    from localaws.cloud.seams.cloudwatch import AlarmMirror

KEPT = 10_000
"""Number of items that are kept. CloudWatch keeps items for 30 days instead."""

DEFAULT_PAGE = 100


class AlarmHistory:
    """History items, in the order in which they happened.

    Args:
        now: Returns the wall clock time in seconds since the epoch.
        mirror: The alarms' counterparts in MiniStack, which keeps the history of composite alarms.
    """

    def __init__(self, now: Callable[[], float], mirror: AlarmMirror) -> None:
        self._now = now
        self._mirror = mirror
        self._items: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def remember(self, name: str, kind: str, summary: str, data: dict[str, Any]) -> None:
        """Add an item with the current time.

        Args:
            name: Name of the alarm.
            kind: The item's ``HistoryItemType``.
            summary: Sentence that says what happened.
            data: The item's ``HistoryData``, without the version.
        """
        self._items.append(
            {
                "AlarmName": name,
                "AlarmType": "MetricAlarm",
                "Timestamp": self._now(),
                "HistoryItemType": kind,
                "HistorySummary": summary,
                "HistoryData": json.dumps({"version": "1.0", **data}),
            }
        )

    def remember_state(self, alarm: Alarm, before: dict[str, Any]) -> None:
        """Add an item for a change of state.

        Args:
            alarm: The alarm, in its new state.
            before: Result of `messages.state_of` from before the change.
        """
        data = {"oldState": _state(before), "newState": _state(state_of(alarm))}
        summary = f"Alarm updated from {before['value']} to {alarm.state}"
        self.remember(alarm.name, "StateUpdate", summary, data)

    async def describe_alarm_history(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeAlarmHistory. Items of composite alarms come from MiniStack."""
        types = params.get("AlarmTypes", ["MetricAlarm"])
        items = [item for item in self._items if "MetricAlarm" in types and _asked_for(item, params)]
        if "CompositeAlarm" in types:
            items += await self._mirror.composite_history(
                {k: v for k, v in params.items() if k != "NextToken"}
            )
        newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        # The sort is stable, so items with the same time stay in their order.
        ordered = sorted(items, key=lambda item: float(item["Timestamp"]))
        ordered = ordered[::-1] if newest_first else ordered
        first, limit = int(params.get("NextToken", "0")), params.get("MaxRecords", DEFAULT_PAGE)
        answer: dict[str, Any] = {"AlarmHistoryItems": ordered[first : first + limit]}
        return {**answer, "NextToken": str(first + limit)} if len(ordered) > first + limit else answer


def _asked_for(item: dict[str, Any], params: dict[str, Any]) -> bool:
    at = float(item["Timestamp"])
    same = all(item[name] == params.get(name, item[name]) for name in ("AlarmName", "HistoryItemType"))
    return same and float(params.get("StartDate", at)) <= at <= float(params.get("EndDate", at))


def _state(state: dict[str, Any]) -> dict[str, Any]:
    shown = {"stateValue": state["value"], "stateReason": state["reason"]}
    return {**shown, "stateReasonData": json.loads(state["reasonData"])} if state.get("reasonData") else shown
