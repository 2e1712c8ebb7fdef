"""Contact with MiniStack's CloudWatch: our alarms are mirrored there.

Its topics, composite alarms and AppConfig monitors look at its own alarms, so each of ours is kept there too,
without metrics, and moved by its SetAlarmState, which cascades to all three.
"""

# ruff: noqa: SLF001 - a seam is where another program's inside is touched
from __future__ import annotations

import asyncio
import json
from typing import Any

from ministack.core import responses
from ministack.services import cloudwatch

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.request import ServiceError

_OPERATIONS = {
    "PutMetricAlarm": cloudwatch._put_metric_alarm,
    "SetAlarmState": cloudwatch._set_alarm_state,
    "DeleteAlarms": cloudwatch._delete_alarms,
    "DescribeAlarms": cloudwatch._describe_alarms,
    "DescribeAlarmHistory": cloudwatch._describe_alarm_history,
    "EnableAlarmActions": cloudwatch._enable_alarm_actions,
    "DisableAlarmActions": cloudwatch._disable_alarm_actions,
}
_OURS_ALONE = {
    "Metrics",
    "MetricName",
    "Namespace",
    "Dimensions",
    "Tags",
    "EvaluationWindow",
    "WarmUpConfiguration",
}


class AlarmMirror:
    """Metric alarms' counterparts in MiniStack, in the one account and region of a rehearsal."""

    @staticmethod
    def arn(name: str) -> str:
        """The ARN both sides know an alarm by."""
        return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"

    async def put(self, definition: dict[str, Any]) -> None:
        """Keep an alarm there; without its metrics, or MiniStack would evaluate it by its own rules."""
        await _ask("PutMetricAlarm", {k: v for k, v in definition.items() if k not in _OURS_ALONE})

    async def move(self, name: str, state: str, reason: str) -> None:
        """Change a state; notifies topics and moves composite alarms."""
        await _ask("SetAlarmState", {"AlarmName": name, "StateValue": state, "StateReason": reason})

    async def delete(self, names: list[str]) -> None:
        """Delete alarms, composite ones included.

        Raises:
            ServiceError: A composite alarm depends on one of them.
        """
        await _ask("DeleteAlarms", {"AlarmNames": names})

    async def switch_actions(self, names: list[str], *, on: bool) -> None:
        """Enable or disable actions, composite alarms' included."""
        await _ask("EnableAlarmActions" if on else "DisableAlarmActions", {"AlarmNames": names})

    async def composites(self, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Composite alarms; they are MiniStack's own."""
        answer = await _ask("DescribeAlarms", {**(params or {}), "AlarmTypes": ["CompositeAlarm"]})
        return list(answer["CompositeAlarms"])

    async def composite_history(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """What happened to composite alarms, in the order asked for."""
        answer = await _ask("DescribeAlarmHistory", {**params, "AlarmTypes": ["CompositeAlarm"]})
        return list(answer["AlarmHistoryItems"])


async def _ask(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """MiniStack's answer, in a thread: a topic may deliver to whoever listens on HTTP."""
    status, _, body = await asyncio.to_thread(_call, operation, params)
    answer: dict[str, Any] = json.loads(body)
    if status >= 400:  # noqa: PLR2004
        raise ServiceError(answer["__type"], answer["message"], status)
    return answer


def _call(operation: str, params: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    account = responses._request_account_id.set(ACCOUNT)
    region = responses._request_region.set(REGION)
    try:
        answer: tuple[int, dict[str, str], bytes] = _OPERATIONS[operation]({}, params, False, True)  # noqa: FBT003
    finally:
        responses._request_region.reset(region)
        responses._request_account_id.reset(account)
    return answer
