"""The alarms' counterparts in MiniStack: what they set off there."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from ministack.core import responses
from ministack.services import cloudwatch

from localaws.cloud.account import ACCOUNT, REGION
from localaws.cloud.request import ServiceError
from localaws.cloud.seams.cloudwatch import AlarmMirror

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFINITION: dict[str, Any] = {
    "AlarmName": "canary",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 2,
    "EvaluationPeriods": 1,
    "Metrics": [{"Id": "e", "Expression": "m"}],
    "Tags": [{"Key": "a", "Value": "b"}],
}


@pytest.fixture
def mirror() -> Iterator[AlarmMirror]:
    """A mirror into a MiniStack without alarms."""
    cloudwatch.reset()
    yield AlarmMirror()
    cloudwatch.reset()


def ministack(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """Ask MiniStack itself, in JSON."""
    responses._request_account_id.set(ACCOUNT)
    responses._request_region.set(REGION)
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"x.{operation}"}
    body = json.dumps(params).encode()
    answer: dict[str, Any] = json.loads(
        asyncio.run(cloudwatch.handle_request("POST", "/", headers, body, {}))[2]
    )
    return answer


def test_a_move_cascades_to_composite_alarms(mirror: AlarmMirror) -> None:
    """GIVEN a composite alarm on ours WHEN ours goes off THEN it does too."""
    asyncio.run(mirror.put(DEFINITION))
    ministack("PutCompositeAlarm", {"AlarmName": "both", "AlarmRule": "ALARM(canary)"})
    asyncio.run(mirror.move("canary", "ALARM", "test"))
    assert [alarm["StateValue"] for alarm in asyncio.run(mirror.composites())] == ["ALARM"]
    history = asyncio.run(mirror.composite_history({"AlarmName": "both"}))
    assert history[0]["HistorySummary"].endswith("to ALARM")


def test_a_move_is_what_appconfig_monitors_look_at(mirror: AlarmMirror) -> None:
    """GIVEN a move to ALARM THEN MiniStack's monitor of the alarm finds it in that moment."""
    asyncio.run(mirror.put(DEFINITION))
    arn = mirror.arn("canary")
    ministack("DescribeAlarms", {})
    assert cloudwatch.first_alarm_time(arn, 0, 2e9) is None
    asyncio.run(mirror.move("canary", "ALARM", "test"))
    assert cloudwatch.first_alarm_time(arn, 0, 4e9) is not None


def test_ministack_does_not_judge_by_itself(mirror: AlarmMirror) -> None:
    """GIVEN data MiniStack knows about WHEN an alarm on it is mirrored THEN its state stays as it was."""
    plain = {key: value for key, value in DEFINITION.items() if key != "Metrics"}
    datum = {"MetricName": "m", "Value": 100}
    ministack("PutMetricData", {"Namespace": "N", "MetricData": [datum]})
    asyncio.run(mirror.put({**plain, "Namespace": "N", "MetricName": "m", "Period": 60, "Statistic": "Sum"}))
    alarm = ministack("DescribeAlarms", {})["MetricAlarms"][0]
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"


def test_a_composite_alarm_protects_what_it_needs(mirror: AlarmMirror) -> None:
    """GIVEN a composite alarm on ours THEN ours cannot be deleted before it."""
    asyncio.run(mirror.put(DEFINITION))
    ministack("PutCompositeAlarm", {"AlarmName": "both", "AlarmRule": "ALARM(canary)"})
    with pytest.raises(ServiceError, match="composite alarm"):
        asyncio.run(mirror.delete(["canary"]))
    asyncio.run(mirror.delete(["both"]))
    asyncio.run(mirror.delete(["canary"]))
    assert ministack("DescribeAlarms", {})["MetricAlarms"] == []


def test_actions_are_switched_on_both_sides(mirror: AlarmMirror) -> None:
    """Topics are notified by MiniStack, so it must know that actions are off."""
    asyncio.run(mirror.put(DEFINITION))
    asyncio.run(mirror.switch_actions(["canary"], on=False))
    assert ministack("DescribeAlarms", {})["MetricAlarms"][0]["ActionsEnabled"] is False
