"""What happened to alarms.

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
"""Items; CloudWatch keeps them for 30 days."""

DEFAULT_PAGE = 100


class AlarmHistory:
    """Items in the order they happened."""

    def __init__(self, now: Callable[[], float], mirror: AlarmMirror) -> None:
        self._now = now
        self._mirror = mirror
        self._items: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def remember(self, name: str, kind: str, summary: str, data: dict[str, Any]) -> None:
        """Write an item down."""
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
        """Write a change of state down.

        Args:
            alarm: In its new state.
            before: `state_of` the alarm before it changed.
        """
        data = {"oldState": _state(before), "newState": _state(state_of(alarm))}
        summary = f"Alarm updated from {before['value']} to {alarm.state}"
        self.remember(alarm.name, "StateUpdate", summary, data)

    async def describe_alarm_history(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeAlarmHistory; composite alarms' items are MiniStack's."""
        types = params.get("AlarmTypes", ["MetricAlarm"])
        items = [item for item in self._items if "MetricAlarm" in types and _asked_for(item, params)]
        if "CompositeAlarm" in types:
            items += await self._mirror.composite_history(
                {k: v for k, v in params.items() if k != "NextToken"}
            )
        newest_first = params.get("ScanBy", "TimestampDescending") == "TimestampDescending"
        # Stable, so that what happened at the same moment stays in its order.
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
