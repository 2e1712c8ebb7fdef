"""CloudWatch: metric alarms, composite alarms and dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import camel, pairs, pascal, request, response, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

_RENAMED = {
    "AlarmName": "name",
    "OKActions": "okActions",
    "EvaluateLowSampleCountPercentile": "evaluateLowSampleCountPercentiles",
}
_ALARM = (
    "actionsEnabled alarmActions alarmDescription comparisonOperator datapointsToAlarm "
    "evaluationPeriods extendedStatistic insufficientDataActions metricName namespace period "
    "statistic threshold thresholdMetricId treatMissingData unit"
)


def _put_alarm(cloud: Cloud, properties: Properties, **tags: Any) -> str:
    arguments = request(properties, _ALARM, **_RENAMED)
    if dimensions := properties.get("dimensions"):
        arguments["Dimensions"] = pairs(dimensions, "Name")
    if warm_up := properties.get("warmUpConfiguration"):
        arguments["WarmUpConfiguration"] = pascal(warm_up)
    if queries := properties.get("metricQueries"):
        arguments["Metrics"] = [_query(item) for item in queries]
    cloud.client("cloudwatch").put_metric_alarm(**arguments, **tags)
    return str(properties["name"])


def _query(given: Properties) -> dict[str, Any]:
    result = request(given, "id accountId expression label period returnData")
    if metric := given.get("metric"):
        name = request(metric, "namespace metricName")
        dimensions = pairs(metric.get("dimensions") or {}, "Name")
        result["MetricStat"] = {
            "Metric": {**name, "Dimensions": dimensions},
            **request(metric, "period stat unit"),
        }
    return result


def _given_query(live: dict[str, Any]) -> Properties:
    result = response(live, "id accountId expression label period")
    result["returnData"] = live.get("ReturnData", True)
    if stat := live.get("MetricStat"):
        metric = stat["Metric"]
        result["metric"] = {
            **response(metric, "namespace metricName"),
            **response(stat, "period stat unit"),
            "dimensions": _dimensions(metric),
        }
    return result


def _dimensions(metric: dict[str, Any]) -> dict[str, str]:
    return {item["Name"]: item["Value"] for item in metric.get("Dimensions") or []}


def _create_alarm(cloud: Cloud, properties: Properties) -> str:
    return _put_alarm(cloud, properties, Tags=tag_list(properties))


def _read_alarm(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[identifier], AlarmTypes=["MetricAlarm"])
    if not found.get("MetricAlarms"):
        return None
    alarm = found["MetricAlarms"][0]
    result = response(alarm, _ALARM, AlarmArn="arn", **_RENAMED)
    result["treatMissingData"] = alarm.get("TreatMissingData") or _ALARM_DEFAULTS["treatMissingData"]
    result["warmUpConfiguration"] = camel(alarm.get("WarmUpConfiguration"))
    if alarm.get("Metrics"):
        result |= dict.fromkeys(("metricName", "namespace", "statistic", "period", "dimensions"))
        result["metricQueries"] = [_given_query(item) for item in alarm["Metrics"]]
    else:
        result["dimensions"] = _dimensions(alarm)
    return result


def _update_alarm(cloud: Cloud, change: Change) -> None:
    _put_alarm(cloud, change.new)
    _retag(cloud, change)


def _retag(cloud: Cloud, change: Change) -> None:
    client, arn = cloud.client("cloudwatch"), change.state["arn"]
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(ResourceARN=arn, Tags=pairs(tags)),
        lambda gone: client.untag_resource(ResourceARN=arn, TagKeys=gone),
    )


def _delete_alarm(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("cloudwatch").delete_alarms(AlarmNames=[identifier])


_COMPOSITE = "alarmName alarmRule actionsEnabled alarmActions alarmDescription insufficientDataActions"


def _put_composite(cloud: Cloud, properties: Properties, **tags: Any) -> str:
    arguments = request(properties, _COMPOSITE, OKActions="okActions")
    if suppressor := properties.get("actionsSuppressor"):
        arguments["ActionsSuppressor"] = suppressor["alarm"]
        arguments["ActionsSuppressorExtensionPeriod"] = suppressor["extensionPeriod"]
        arguments["ActionsSuppressorWaitPeriod"] = suppressor["waitPeriod"]
    cloud.client("cloudwatch").put_composite_alarm(**arguments, **tags)
    return str(properties["alarmName"])


def _create_composite(cloud: Cloud, properties: Properties) -> str:
    return _put_composite(cloud, properties, Tags=tag_list(properties))


def _read_composite(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = cloud.client("cloudwatch").describe_alarms(AlarmNames=[identifier], AlarmTypes=["CompositeAlarm"])
    if not found.get("CompositeAlarms"):
        return None
    return response(found["CompositeAlarms"][0], _COMPOSITE, AlarmArn="arn", OKActions="okActions")


def _update_composite(cloud: Cloud, change: Change) -> None:
    _put_composite(cloud, change.new)
    _retag(cloud, change)


def _put_dashboard(cloud: Cloud, properties: Properties) -> str:
    name, body = properties["dashboardName"], properties["dashboardBody"]
    cloud.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
    return str(name)


def _read_dashboard(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("cloudwatch").get_dashboard, DashboardName=identifier)
    return None if found is None else response(found, "dashboardArn dashboardBody dashboardName")


def _update_dashboard(cloud: Cloud, change: Change) -> None:
    _put_dashboard(cloud, change.new)


def _delete_dashboard(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("cloudwatch").delete_dashboards(DashboardNames=[identifier])


_ALARM_DEFAULTS = {
    "actionsEnabled": True,
    "metricQueries.returnData": False,
    "treatMissingData": "missing",
}

TYPES = (
    ResourceType(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        Lifecycle(_create_alarm, _read_alarm, _delete_alarm, _update_alarm),
        replace=keys("name"),
        unordered=keys("alarmActions okActions insufficientDataActions metricQueries"),
        defaults=_ALARM_DEFAULTS,
        computed=keys("evaluateLowSampleCountPercentiles"),
        autoname="name",
    ),
    ResourceType(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        Lifecycle(_create_composite, _read_composite, _delete_alarm, _update_composite),
        replace=keys("alarmName actionsEnabled"),
        unordered=keys("alarmActions okActions insufficientDataActions"),
        defaults={"actionsEnabled": True},
    ),
    ResourceType(
        "aws:cloudwatch/dashboard:Dashboard",
        Lifecycle(_put_dashboard, _read_dashboard, _delete_dashboard, _update_dashboard),
        replace=keys("dashboardName"),
        json_texts=keys("dashboardBody"),
    ),
)
