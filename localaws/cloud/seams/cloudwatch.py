"""Mirror the local cloud's alarms in MiniStack's CloudWatch.

MiniStack's topics, composite alarms and AppConfig monitors watch MiniStack's own alarms. Each of the local
cloud's alarms therefore has a counterpart there, without metrics. MiniStack's SetAlarmState moves the
counterpart and cascades to topics, composite alarms and monitors.
"""

# ruff: noqa: SLF001 - a seam is the code that touches MiniStack's internals
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
    """The counterparts of metric alarms in MiniStack, in the only account and region of a rehearsal."""

    @staticmethod
    def arn(name: str) -> str:
        """Return the ARN of an alarm, which is the same on both sides."""
        return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"

    async def put(self, definition: dict[str, Any]) -> None:
        """Create or replace an alarm's counterpart.

        It has no metrics, since MiniStack would evaluate them by its own rules.
        """
        await _ask("PutMetricAlarm", {k: v for k, v in definition.items() if k not in _OURS_ALONE})

    async def move(self, name: str, state: str, reason: str) -> None:
        """Change the state of an alarm's counterpart. This notifies topics and moves composite alarms."""
        await _ask("SetAlarmState", {"AlarmName": name, "StateValue": state, "StateReason": reason})

    async def delete(self, names: list[str]) -> None:
        """Delete alarms, including composite alarms.

        Raises:
            ServiceError: A composite alarm depends on one of the alarms.
        """
        await _ask("DeleteAlarms", {"AlarmNames": names})

    async def switch_actions(self, names: list[str], *, on: bool) -> None:
        """Enable or disable the actions of alarms, including composite alarms."""
        await _ask("EnableAlarmActions" if on else "DisableAlarmActions", {"AlarmNames": names})

    async def composites(self, params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return composite alarms, which only MiniStack keeps.

        Args:
            params: Other parameters of DescribeAlarms. Defaults to none, which returns all composite alarms.
        """
        answer = await _ask("DescribeAlarms", {**(params or {}), "AlarmTypes": ["CompositeAlarm"]})
        return list(answer["CompositeAlarms"])

    async def composite_history(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the history of composite alarms, in the requested order.

        Args:
            params: Parameters of DescribeAlarmHistory.
        """
        answer = await _ask("DescribeAlarmHistory", {**params, "AlarmTypes": ["CompositeAlarm"]})
        return list(answer["AlarmHistoryItems"])


async def _ask(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """Call an operation of MiniStack's CloudWatch and return its answer.

    The call runs in a thread because a topic may deliver over HTTP, which would block the event loop.

    Raises:
        ServiceError: MiniStack refused the call.
    """
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
