"""CloudWatch: alarms, dashboards, log groups, saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import found, key_values, renamed

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props

_ALARM = {
    "name": "AlarmName",
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "threshold": "Threshold",
    "evaluationPeriods": "EvaluationPeriods",
    "datapointsToAlarm": "DatapointsToAlarm",
    "treatMissingData": "TreatMissingData",
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "okActions": "OKActions",
    "insufficientDataActions": "InsufficientDataActions",
    "namespace": "Namespace",
    "metricName": "MetricName",
    "statistic": "Statistic",
    "extendedStatistic": "ExtendedStatistic",
    "period": "Period",
}


def _dimensions(dimensions: Props | None) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in (dimensions or {}).items()]


def _query(query: Props) -> dict[str, Any]:
    shaped: dict[str, Any] = {"Id": query["id"], "ReturnData": bool(query.get("returnData", False))}
    if query.get("label"):
        shaped["Label"] = query["label"]
    if query.get("expression"):
        return {**shaped, "Expression": query["expression"]}
    metric = query["metric"]
    return {
        **shaped,
        "MetricStat": {
            "Metric": {
                "Namespace": metric["namespace"],
                "MetricName": metric["metricName"],
                "Dimensions": _dimensions(metric.get("dimensions")),
            },
            "Period": metric["period"],
            "Stat": metric["stat"],
        },
    }


def _put_alarm(context: Context, props: Props) -> tuple[str, Props]:
    arguments = renamed(props, _ALARM)
    if props.get("dimensions"):
        arguments["Dimensions"] = _dimensions(props["dimensions"])
    if props.get("metricQueries"):
        arguments["Metrics"] = [_query(query) for query in props["metricQueries"]]
    context.client("cloudwatch").put_metric_alarm(**arguments, Tags=key_values(props.get("tagsAll")))
    arn = f"arn:aws:cloudwatch:{context.region}:{context.account}:alarm:{props['name']}"
    return props["name"], {"arn": arn}


def _read_alarm(context: Context, identifier: str, state: Props) -> Props | None:
    alarms = context.client("cloudwatch").describe_alarms(AlarmNames=[identifier])["MetricAlarms"]
    if not alarms:
        return None
    seen = {own: alarms[0][api] for own, api in _ALARM.items() if api in alarms[0] and own in state}
    return {"arn": alarms[0]["AlarmArn"], **seen}


def _put_dashboard(context: Context, props: Props) -> tuple[str, Props]:
    context.client("cloudwatch").put_dashboard(
        DashboardName=props["dashboardName"], DashboardBody=props["dashboardBody"]
    )
    arn = f"arn:aws:cloudwatch::{context.account}:dashboard/{props['dashboardName']}"
    return props["dashboardName"], {"dashboardArn": arn}


def _create_log_group(context: Context, props: Props) -> tuple[str, Props]:
    client = context.client("logs")
    client.create_log_group(logGroupName=props["name"], tags=props.get("tagsAll") or {})
    client.put_retention_policy(logGroupName=props["name"], retentionInDays=props["retentionInDays"])
    arn = f"arn:aws:logs:{context.region}:{context.account}:log-group:{props['name']}"
    return props["name"], {"arn": arn, "logGroupClass": "STANDARD"}


def _read_log_group(context: Context, identifier: str, _state: Props) -> Props | None:
    groups = context.client("logs").describe_log_groups(logGroupNamePrefix=identifier)["logGroups"]
    group = next((one for one in groups if one["logGroupName"] == identifier), None)
    return None if group is None else {"retentionInDays": group.get("retentionInDays", 0)}


def _update_log_group(context: Context, identifier: str, _olds: Props, news: Props) -> Props:
    context.client("logs").put_retention_policy(logGroupName=identifier, retentionInDays=news["retentionInDays"])
    return {}


def _put_query(context: Context, props: Props, identifier: str | None = None) -> tuple[str, Props]:
    existing = {"queryDefinitionId": identifier} if identifier else {}
    answer = context.client("logs").put_query_definition(
        name=props["name"],
        queryString=props["queryString"],
        logGroupNames=props.get("logGroupNames") or [],
        **existing,
    )
    return answer["queryDefinitionId"], {"queryDefinitionId": answer["queryDefinitionId"]}


KINDS = (
    Kind(
        aws.cloudwatch.MetricAlarm,
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        create=_put_alarm,
        read=_read_alarm,
        update=lambda context, _id, _olds, news: _put_alarm(context, news)[1],
        delete=lambda context, identifier, _state: context.client("cloudwatch").delete_alarms(AlarmNames=[identifier]),
        replace_on=frozenset({"name"}),
    ),
    Kind(
        aws.cloudwatch.Dashboard,
        "aws:cloudwatch/dashboard:Dashboard",
        create=_put_dashboard,
        read=lambda context, identifier, _state: (
            None
            if found(lambda: context.client("cloudwatch").get_dashboard(DashboardName=identifier)) is None
            else {}
        ),
        update=lambda context, _id, _olds, news: _put_dashboard(context, news)[1],
        delete=lambda context, identifier, _state: context.client("cloudwatch").delete_dashboards(
            DashboardNames=[identifier]
        ),
        replace_on=frozenset({"dashboardName"}),
    ),
    Kind(
        aws.cloudwatch.LogGroup,
        "aws:cloudwatch/logGroup:LogGroup",
        create=_create_log_group,
        read=_read_log_group,
        update=_update_log_group,
        delete=lambda context, identifier, _state: context.client("logs").delete_log_group(logGroupName=identifier),
        replace_on=frozenset({"name"}),
    ),
    Kind(
        aws.cloudwatch.QueryDefinition,
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        create=_put_query,
        update=lambda context, identifier, _olds, news: _put_query(context, news, identifier)[1],
        delete=lambda context, identifier, _state: context.client("logs").delete_query_definition(
            queryDefinitionId=identifier
        ),
    ),
)
