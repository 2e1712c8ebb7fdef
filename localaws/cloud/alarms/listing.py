"""Describe and list metric alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.alarms.definition import Alarm

DEFAULT_PAGE, MAX_PAGE = 50, 100


def described(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm in the form that DescribeAlarms shows it."""
    shown = {
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        "Dimensions": [],
        **alarm.definition,
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "StateValue": alarm.state,
        "StateReason": alarm.reason,
        "StateUpdatedTimestamp": alarm.updated,
        "StateTransitionedTimestamp": alarm.transitioned,
    }
    if alarm.reason_data:
        shown["StateReasonData"] = alarm.reason_data
    return shown


def page(found: list[tuple[str, str, dict[str, Any]]], params: dict[str, Any]) -> dict[str, Any]:
    """Return one page of DescribeAlarms, in the order of the alarms' names.

    Args:
        found: All alarms. Each has its name, the member of the answer it belongs to (``MetricAlarms`` or
            ``CompositeAlarms``), and its description.
        params: Parameters of DescribeAlarms. ``NextToken`` is the name of the first alarm of the page.

    Raises:
        ServiceError: ``MaxRecords`` is out of range.
    """
    limit = params.get("MaxRecords", DEFAULT_PAGE)
    if not 1 <= limit <= MAX_PAGE:
        raise ServiceError("ValidationError", f"MaxRecords must be from 1 to {MAX_PAGE}")
    ordered = sorted((entry for entry in found if _asked_for(entry[2], params)), key=lambda entry: entry[:2])
    rest = [entry for entry in ordered if entry[0] >= params.get("NextToken", "")]
    answer: dict[str, Any] = {"MetricAlarms": [], "CompositeAlarms": []}
    for _, member, alarm in rest[:limit]:
        answer[member].append(alarm)
    return {**answer, "NextToken": rest[limit][0]} if len(rest) > limit else answer


def _asked_for(alarm: dict[str, Any], params: dict[str, Any]) -> bool:
    actions = [
        *alarm.get("AlarmActions", []),
        *alarm.get("OKActions", []),
        *alarm.get("InsufficientDataActions", []),
    ]
    prefix = params.get("ActionPrefix", "")
    return (
        alarm["AlarmName"] in (params.get("AlarmNames") or [alarm["AlarmName"]])
        and alarm["AlarmName"].startswith(params.get("AlarmNamePrefix", ""))
        and alarm["StateValue"] == params.get("StateValue", alarm["StateValue"])
        and (not prefix or any(action.startswith(prefix) for action in actions))
    )


def watches(alarm: Alarm, params: dict[str, Any]) -> bool:
    """Return whether an alarm watches the metric that DescribeAlarmsForMetric asks about."""
    definition = alarm.definition
    same = all(
        name not in params or definition.get(name) == params[name]
        for name in ("Statistic", "ExtendedStatistic", "Period", "Unit")
    )
    return (
        same
        and definition.get("MetricName") == params["MetricName"]
        and definition.get("Namespace") == params["Namespace"]
        and _pairs(definition) == _pairs(params)
    )


def _pairs(metric: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["Name"], item["Value"]) for item in metric.get("Dimensions", [])}
