"""Alarms over the wire: real boto3 requests, minutes that pass when told to, actions that are seen."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from localaws.cloud.metrics.emf import extract

if TYPE_CHECKING:
    from localaws.tests.cloud.conftest import Metrics

START = 1_800_000_000.0
GUARD = "arn:aws:lambda:us-east-1:000000000000:function:guard:live"


def at(second: float) -> datetime:
    """A time after the start, in real seconds."""
    return datetime.fromtimestamp(START + second, UTC)


def stat(metric: str, statistic: str = "Sum", period: int = 300) -> dict[str, Any]:
    """A statistic of one of the canary path's metrics."""
    dimensions = [{"Name": "Path", "Value": "prisma"}, {"Name": "FunctionName", "Value": "mock"}]
    named = {"Namespace": "Huntaze", "MetricName": metric, "Dimensions": dimensions}
    return {"Metric": named, "Period": period, "Stat": statistic}


def canary_alarm(**more: Any) -> dict[str, Any]:
    """The error rate alarm of the canary, with its floor."""
    return {
        "AlarmName": "canary",
        "AlarmDescription": "the canary fails",
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 2.0,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [GUARD],
        "Metrics": [
            {"Id": "e", "MetricStat": stat("Errors"), "ReturnData": False},
            {"Id": "n", "MetricStat": stat("Requests"), "ReturnData": False},
            {"Id": "rate", "Expression": "IF(e >= 5, 100 * e / n, 0)", "Label": "rate"},
        ],
        **more,
    }


def test_a_new_alarm_waits_for_data_and_describes_itself(cloud: Metrics) -> None:
    """GIVEN a math alarm WHEN described THEN it is INSUFFICIENT_DATA and its metrics come back as put."""
    definition = canary_alarm(Tags=[{"Key": "unit", "Value": "huntaze"}])
    cloud.client.put_metric_alarm(**definition)
    alarm = cloud.client.describe_alarms(AlarmNames=["canary"])["MetricAlarms"][0]
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"
    assert alarm["StateReason"] == "Unchecked: Initial alarm creation"
    assert alarm["StateUpdatedTimestamp"] == at(0)
    for name, value in definition.items():
        if name != "Tags":
            assert alarm[name] == value
    tags = cloud.client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert tags == [{"Key": "unit", "Value": "huntaze"}]


def test_errors_in_log_lines_set_the_alarm_off_and_invoke_the_guard(cloud: Metrics) -> None:
    """GIVEN EMF records of 6 failed requests WHEN a minute ends THEN ALARM, mirror, guard, event."""
    cloud.client.put_metric_alarm(**canary_alarm())
    cloud.minute()
    assert cloud.state("canary") == "OK"
    for number in range(6):
        directive = {
            "Namespace": "Huntaze",
            "Dimensions": [["FunctionName"], ["FunctionName", "Path"]],
            "Metrics": [{"Name": "Requests", "Unit": "Count"}, {"Name": "Errors", "Unit": "Count"}],
        }
        meta = {"Timestamp": int((cloud.now + number / 10) * 1000), "CloudWatchMetrics": [directive]}
        line = {"_aws": meta, "FunctionName": "mock", "Path": "prisma", "Requests": 1, "Errors": 1}
        for datum in extract(json.dumps(line)):
            cloud.store.put(datum)
    cloud.minute()
    assert cloud.state("canary") == "ALARM"
    assert cloud.mirror.moves == [("canary", "OK"), ("canary", "ALARM")]
    assert [(entry["detail"]["from"], entry["detail"]["to"]) for entry in cloud.events.since(0)] == [
        ("INSUFFICIENT_DATA", "OK"),
        ("OK", "ALARM"),
    ]
    assert [arn for arn, _ in cloud.invoked] == [GUARD]


def test_the_event_for_a_function_is_the_documented_one(cloud: Metrics) -> None:
    """GIVEN an alarm going off THEN its function gets source, ARN, both states and the configuration."""
    cloud.client.put_metric_alarm(**canary_alarm())
    cloud.minute()
    for _ in range(10):
        cloud.put("Errors", 1)
        cloud.put("Requests", 1)
    cloud.minute()
    event = cloud.invoked[0][1]
    data = event.pop("alarmData")
    assert event == {
        "source": "aws.cloudwatch",
        "alarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:canary",
        "accountId": "000000000000",
        "time": "2027-01-15T08:00:02.166+0000",
        "region": "us-east-1",
    }
    assert (data["alarmName"], data["state"]["value"], data["previousState"]["value"]) == (
        "canary",
        "ALARM",
        "OK",
    )
    assert data["state"]["reason"] == (
        "Threshold Crossed: 1 out of the last 1 datapoints [100.0 (15/01/27 07:59:57)] was greater than the "
        "threshold (2.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    reason = json.loads(data["state"]["reasonData"])
    assert (reason["period"], reason["recentDatapoints"], reason["threshold"]) == (300, [100.0], 2.0)
    assert data["previousState"]["reason"] == (
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as "
        "[NonBreaching]."
    )
    assert data["configuration"]["description"] == "the canary fails"
    assert data["configuration"]["metrics"][0] == {
        "id": "e",
        "metricStat": {
            "metric": {
                "namespace": "Huntaze",
                "name": "Errors",
                "dimensions": {"FunctionName": "mock", "Path": "prisma"},
            },
            "period": 300,
            "stat": "Sum",
        },
        "returnData": False,
    }
    assert data["configuration"]["metrics"][2] == {
        "id": "rate",
        "expression": "IF(e >= 5, 100 * e / n, 0)",
        "label": "rate",
        "returnData": True,
    }


def test_a_window_slides_by_the_minute(cloud: Metrics) -> None:
    """GIVEN 3 errors in minute 2 and 3 in minute 4 WHEN 5 are needed THEN every window with both breaches.

    A window of five minutes ends with each minute, so three of them do.
    """
    cloud.client.put_metric_alarm(**canary_alarm())
    states = []
    for minute in range(8):
        cloud.put("Errors", 3 if minute in {2, 4} else 0)
        cloud.put("Requests", 10)
        cloud.minute()
        states.append(cloud.state("canary"))
    assert states == [*["OK"] * 4, *["ALARM"] * 3, "OK"]


def test_an_alarm_stays_red_while_only_old_datapoints_are_left(cloud: Metrics) -> None:
    """GIVEN traffic that stops after errors THEN the last datapoints count until they leave the range.

    One of one evaluates with two periods more: 15 minutes for a period of 5.
    """
    cloud.client.put_metric_alarm(**canary_alarm())
    cloud.put("Errors", 9)
    cloud.put("Requests", 9)
    states = []
    for _ in range(18):
        cloud.minute()
        states.append(cloud.state("canary"))
    assert states == [*["ALARM"] * 15, *["OK"] * 3]


def test_missing_data_can_breach(cloud: Metrics) -> None:
    """GIVEN an alarm on a heartbeat WHEN nothing ever comes THEN it goes off; with a beat it is OK."""
    metric = stat("GuardTicks")["Metric"]
    cloud.client.put_metric_alarm(
        AlarmName="silent",
        ComparisonOperator="LessThanThreshold",
        Threshold=1,
        EvaluationPeriods=1,
        TreatMissingData="breaching",
        Statistic="Sum",
        Period=300,
        **metric,
    )
    cloud.minute()
    assert cloud.state("silent") == "ALARM"
    cloud.put("GuardTicks", 1)
    cloud.minute()
    assert cloud.state("silent") == "OK"


def test_disabled_actions_do_nothing_and_the_state_still_changes(cloud: Metrics) -> None:
    """GIVEN disabled actions WHEN the alarm goes off THEN nobody is invoked until they are enabled."""
    cloud.client.put_metric_alarm(**canary_alarm())
    cloud.client.disable_alarm_actions(AlarmNames=["canary"])
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="ALARM", StateReason="test")
    assert (cloud.state("canary"), cloud.invoked) == ("ALARM", [])
    cloud.client.enable_alarm_actions(AlarmNames=["canary"])
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="OK", StateReason="test")
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="ALARM", StateReason="test")
    assert len(cloud.invoked) == 1


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(cloud: Metrics) -> None:
    """SetAlarmState is for tests: the next comparison takes over."""
    cloud.client.put_metric_alarm(**canary_alarm())
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="ALARM", StateReason="test")
    cloud.minute()
    assert cloud.state("canary") == "OK"


def test_an_update_replaces_the_definition_and_leaves_the_state(cloud: Metrics) -> None:
    """GIVEN an alarm in ALARM WHEN put again THEN it is still in ALARM, with the new threshold."""
    cloud.client.put_metric_alarm(**canary_alarm())
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="ALARM", StateReason="test")
    cloud.client.put_metric_alarm(**canary_alarm(Threshold=50.0))
    alarm = cloud.client.describe_alarms()["MetricAlarms"][0]
    assert (alarm["StateValue"], alarm["Threshold"]) == ("ALARM", 50.0)


def test_history_tells_configuration_states_and_actions(cloud: Metrics) -> None:
    """GIVEN an alarm that went off, one action that worked and one that did not THEN all is told."""
    absent = GUARD.replace("guard", "absent")
    cloud.client.put_metric_alarm(**canary_alarm(AlarmActions=[GUARD, absent]))
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="ALARM", StateReason="test")
    items = cloud.client.describe_alarm_history(AlarmName="canary", ScanBy="TimestampAscending")
    assert [item["HistorySummary"] for item in items["AlarmHistoryItems"]] == [
        'Alarm "canary" created',
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        f"Successfully executed action {GUARD}",
        f"Failed to execute (Function not found) action {absent}",
    ]
    updates = cloud.client.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    data = json.loads(updates[0]["HistoryData"])
    assert (data["oldState"]["stateValue"], data["newState"]["stateValue"]) == ("INSUFFICIENT_DATA", "ALARM")


def test_pages_of_alarms_follow_each_other(cloud: Metrics) -> None:
    """GIVEN 5 alarms WHEN listed 2 at a time THEN three pages hold all, in the order of their names."""
    for number in range(5):
        cloud.client.put_metric_alarm(**canary_alarm(AlarmName=f"a{number}"))
    pages = cloud.client.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 2})
    assert [[alarm["AlarmName"] for alarm in page["MetricAlarms"]] for page in pages] == [
        ["a0", "a1"],
        ["a2", "a3"],
        ["a4"],
    ]


def test_composite_alarms_are_listed_and_their_changes_recorded(cloud: Metrics) -> None:
    """GIVEN a composite alarm of MiniStack's THEN it shows when asked for, and its move is an event too."""
    cloud.mirror.composite.append({"AlarmName": "both", "StateValue": "OK", "AlarmRule": "ALARM(canary)"})
    cloud.client.put_metric_alarm(**canary_alarm())
    assert cloud.client.describe_alarms()["CompositeAlarms"] == []
    found = cloud.client.describe_alarms(AlarmTypes=["CompositeAlarm"])
    assert ([alarm["AlarmName"] for alarm in found["CompositeAlarms"]], found["MetricAlarms"]) == (
        ["both"],
        [],
    )
    cloud.client.set_alarm_state(AlarmName="canary", StateValue="ALARM", StateReason="test")
    assert [entry["name"] for entry in cloud.events.since(0)] == ["canary", "both"]
    assert asyncio.run(cloud.cloudwatch.states(["canary", "both", "none"])) == {
        "canary": "ALARM",
        "both": "ALARM",
    }


def test_deleting_is_all_or_nothing(cloud: Metrics) -> None:
    """GIVEN a composite alarm that needs one of two WHEN both are deleted THEN neither is."""
    for name in ("a", "b"):
        cloud.client.put_metric_alarm(**canary_alarm(AlarmName=name))
    cloud.mirror.protected.add("b")
    with pytest.raises(ClientError, match="composite alarm"):
        cloud.client.delete_alarms(AlarmNames=["a", "b"])
    assert len(cloud.client.describe_alarms()["MetricAlarms"]) == 2
    cloud.mirror.protected.clear()
    cloud.client.delete_alarms(AlarmNames=["a", "b"])
    assert cloud.client.describe_alarms()["MetricAlarms"] == []


def test_no_mute_rule_is_ever_in_force(cloud: Metrics) -> None:
    """Whoever looks for rules that mute alarms finds none."""
    assert cloud.client.list_alarm_mute_rules()["AlarmMuteRuleSummaries"] == []


def test_tags_are_added_and_removed(cloud: Metrics) -> None:
    """Tags of an alarm can change after its creation."""
    cloud.client.put_metric_alarm(**canary_alarm())
    arn = cloud.client.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    cloud.client.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    cloud.client.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert cloud.client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_a_missing_alarm_is_the_named_exception(cloud: Metrics) -> None:
    """Clients catch ResourceNotFound by its class."""
    with pytest.raises(cloud.client.exceptions.ResourceNotFound, match="Alarm none does not exist") as caught:
        cloud.client.set_alarm_state(AlarmName="none", StateValue="OK", StateReason="test")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ComparisonOperator": "GreaterThanUpperThreshold"}, "ComparisonOperator must be one of"),
        ({"TreatMissingData": "never"}, "TreatMissingData must be one of"),
        ({"DatapointsToAlarm": 2}, "DatapointsToAlarm must be from 1 to EvaluationPeriods"),
        ({"EvaluationPeriods": 289}, "at most 86400 seconds"),
        ({"AlarmActions": [GUARD] * 6}, "more than 5 actions"),
        ({"MetricName": "Errors"}, "either Metrics or MetricName"),
        ({"Metrics": canary_alarm()["Metrics"][:2]}, "Exactly one of Metrics has ReturnData true"),
        ({"Metrics": [{"Id": "E", "MetricStat": stat("Errors")}]}, "lower case letter"),
        ({"Metrics": [{"Id": "e", "MetricStat": stat("Errors", "p950")}]}, "is no statistic"),
        ({"Metrics": [{"Id": "e", "MetricStat": stat("Errors", period=45)}]}, "multiple of 60"),
        ({"Metrics": [{"Id": "e"}]}, "either MetricStat or Expression"),
        ({"EvaluationWindow": {"WallClockWindow": {}}}, "SlidingWindow"),
    ],
)
def test_an_alarm_that_cannot_work_is_refused(cloud: Metrics, change: dict[str, Any], message: str) -> None:
    """GIVEN what AWS refuses or what is not evaluated here THEN a ValidationError says why."""
    definition = canary_alarm()
    with pytest.raises(ClientError, match=message) as caught:
        cloud.client.put_metric_alarm(**{**definition, **change})
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert cloud.client.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("SUM(e)", "single time series"),
        ("METRICS()", "single time series"),
        ("e / x", "x is no id"),
        ("e +", "end"),
    ],
)
def test_an_expression_that_gives_no_series_is_refused(cloud: Metrics, expression: str, message: str) -> None:
    """A number, an array, an unknown id, or no expression at all."""
    metrics = [*canary_alarm()["Metrics"][:2], {"Id": "rate", "Expression": expression}]
    with pytest.raises(ClientError, match=message):
        cloud.client.put_metric_alarm(**canary_alarm(Metrics=metrics))


def test_alarms_on_a_metric_are_found_by_it(cloud: Metrics) -> None:
    """DescribeAlarmsForMetric finds plain alarms only."""
    cloud.client.put_metric_alarm(**canary_alarm())
    plain = {name: value for name, value in canary_alarm(AlarmName="plain").items() if name != "Metrics"}
    cloud.client.put_metric_alarm(**plain, **stat("Errors")["Metric"], Statistic="Sum", Period=300)
    found = cloud.client.describe_alarms_for_metric(**stat("Errors")["Metric"])["MetricAlarms"]
    assert [alarm["AlarmName"] for alarm in found] == ["plain"]


def test_a_percentile_alarm_can_wait_for_enough_samples(cloud: Metrics) -> None:
    """GIVEN p95 told to ignore few samples WHEN there are 100, then 200 THEN only the latter count."""
    plain = {name: value for name, value in canary_alarm(Threshold=1).items() if name != "Metrics"}
    cloud.client.put_metric_alarm(
        **plain,
        **stat("Duration")["Metric"],
        ExtendedStatistic="p95",
        Period=300,
        EvaluateLowSampleCountPercentile="ignore",
    )
    for _ in range(100):
        cloud.put("Duration", 9)
    cloud.minute()
    assert cloud.state("canary") == "INSUFFICIENT_DATA"
    for _ in range(100):
        cloud.put("Duration", 9)
    cloud.minute()
    assert cloud.state("canary") == "ALARM"
