"""CodeDeploy: applications, deployment configurations, deployment groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import found, key_values, renamed

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _create_application(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("codedeploy").create_application(
        applicationName=props["name"],
        computePlatform=props.get("computePlatform", "Server"),
        tags=key_values(props.get("tagsAll")),
    )
    arn = f"arn:aws:codedeploy:{context.region}:{context.account}:application:{props['name']}"
    return props["name"], {"applicationId": created["applicationId"], "arn": arn, "linkedToGithub": False}


def _create_config(context: Context, props: Props) -> tuple[str, Props]:
    routing = props["trafficRoutingConfig"]
    shaped: dict[str, Any] = {"type": routing["type"]}
    if linear := routing.get("timeBasedLinear"):
        shaped["timeBasedLinear"] = {"linearPercentage": linear["percentage"], "linearInterval": linear["interval"]}
    if canary := routing.get("timeBasedCanary"):
        shaped["timeBasedCanary"] = {"canaryPercentage": canary["percentage"], "canaryInterval": canary["interval"]}
    created = context.client("codedeploy").create_deployment_config(
        deploymentConfigName=props["deploymentConfigName"],
        computePlatform=props.get("computePlatform", "Server"),
        trafficRoutingConfig=shaped,
    )
    arn = f"arn:aws:codedeploy:{context.region}:{context.account}:deploymentconfig:{props['deploymentConfigName']}"
    return props["deploymentConfigName"], {"deploymentConfigId": created["deploymentConfigId"], "arn": arn}


_GROUP = {
    "appName": "applicationName",
    "serviceRoleArn": "serviceRoleArn",
    "deploymentConfigName": "deploymentConfigName",
    "deploymentStyle": "deploymentStyle",
    "autoRollbackConfiguration": "autoRollbackConfiguration",
}


def _group_arguments(props: Props) -> dict[str, Any]:
    alarms = props.get("alarmConfiguration") or {}
    return {
        **renamed(props, _GROUP),
        "alarmConfiguration": {
            "enabled": bool(alarms.get("enabled")),
            "ignorePollAlarmFailure": bool(alarms.get("ignorePollAlarmFailure")),
            "alarms": [{"name": name} for name in alarms.get("alarms") or []],
        },
    }


def _create_group(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("codedeploy").create_deployment_group(
        deploymentGroupName=props["deploymentGroupName"],
        tags=key_values(props.get("tagsAll")),
        **_group_arguments(props),
    )
    arn = (
        f"arn:aws:codedeploy:{context.region}:{context.account}:"
        f"deploymentgroup:{props['appName']}/{props['deploymentGroupName']}"
    )
    outputs = {"deploymentGroupId": created["deploymentGroupId"], "arn": arn, "computePlatform": "Lambda"}
    return created["deploymentGroupId"], outputs


def _read_group(context: Context, _identifier: str, state: Props) -> Props | None:
    answer = found(
        lambda: context.client("codedeploy").get_deployment_group(
            applicationName=state["appName"], deploymentGroupName=state["deploymentGroupName"]
        )
    )
    if answer is None:
        return None
    alarms = answer["deploymentGroupInfo"].get("alarmConfiguration") or {}
    return {
        "alarmConfiguration": {
            "alarms": [alarm["name"] for alarm in alarms.get("alarms", [])],
            "enabled": bool(alarms.get("enabled")),
            "ignorePollAlarmFailure": bool(alarms.get("ignorePollAlarmFailure")),
        }
    }


def _update_group(context: Context, _identifier: str, _olds: Props, news: Props) -> Props:
    context.client("codedeploy").update_deployment_group(
        currentDeploymentGroupName=news["deploymentGroupName"], **_group_arguments(news)
    )
    return {}


def _delete_group(context: Context, _identifier: str, state: Props) -> None:
    context.client("codedeploy").delete_deployment_group(
        applicationName=state["appName"], deploymentGroupName=state["deploymentGroupName"]
    )


KINDS = (
    Kind(
        aws.codedeploy.Application,
        "aws:codedeploy/application:Application",
        create=_create_application,
        delete=lambda context, identifier, _state: context.client("codedeploy").delete_application(
            applicationName=identifier
        ),
    ),
    Kind(
        aws.codedeploy.DeploymentConfig,
        "aws:codedeploy/deploymentConfig:DeploymentConfig",
        create=_create_config,
        delete=lambda context, identifier, _state: context.client("codedeploy").delete_deployment_config(
            deploymentConfigName=identifier
        ),
    ),
    Kind(
        aws.codedeploy.DeploymentGroup,
        "aws:codedeploy/deploymentGroup:DeploymentGroup",
        create=_create_group,
        read=_read_group,
        update=_update_group,
        delete=_delete_group,
        replace_on=frozenset({"appName", "deploymentGroupName"}),
    ),
)
