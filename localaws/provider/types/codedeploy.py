"""CodeDeploy for Lambda: applications, deployment configurations and deployment groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import pairs, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _create_application(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("codedeploy").create_application(
        applicationName=properties["name"],
        computePlatform=properties["computePlatform"],
        tags=tag_list(properties),
    )
    return str(made["applicationId"])


def _read_application(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    name = known.get("name", identifier)
    found = answer(cloud.client("codedeploy").get_application, applicationName=name)
    if found is None:
        return None
    application = found["application"]
    return {
        "name": application["applicationName"],
        "applicationId": application["applicationId"],
        "computePlatform": application.get("computePlatform", "Server"),
        "githubAccountName": application.get("gitHubAccountName", ""),
        "linkedToGithub": application.get("linkedToGitHub", False),
        "arn": cloud.arn("codedeploy", f"application:{name}"),
    }


def _update_application(cloud: Cloud, change: Change) -> None:
    if "name" in change.keys:
        cloud.client("codedeploy").update_application(
            applicationName=change.old["name"], newApplicationName=change.new["name"]
        )
    _retag(cloud, change)


def _retag(cloud: Cloud, change: Change) -> None:
    client, arn = cloud.client("codedeploy"), change.state["arn"]
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(ResourceArn=arn, Tags=pairs(tags)),
        lambda gone: client.untag_resource(ResourceArn=arn, TagKeys=gone),
    )


def _delete_application(cloud: Cloud, _identifier: str, state: Properties) -> None:
    cloud.client("codedeploy").delete_application(applicationName=state["name"])


_SHAPES = {"timeBasedCanary": "canary", "timeBasedLinear": "linear"}


def _create_config(cloud: Cloud, properties: Properties) -> str:
    name = properties["deploymentConfigName"]
    arguments: dict[str, Any] = {
        "deploymentConfigName": name,
        "computePlatform": properties["computePlatform"],
    }
    if routing := properties.get("trafficRoutingConfig"):
        arguments["trafficRoutingConfig"] = _routing(routing)
    if hosts := properties.get("minimumHealthyHosts"):
        arguments["minimumHealthyHosts"] = hosts
    cloud.client("codedeploy").create_deployment_config(**arguments)
    return str(name)


def _routing(given: Properties) -> dict[str, Any]:
    result: dict[str, Any] = {"type": given.get("type", "AllAtOnce")}
    for key, word in _SHAPES.items():
        if step := given.get(key):
            result[key] = {f"{word}Interval": step["interval"], f"{word}Percentage": step["percentage"]}
    return result


def _read_config(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("codedeploy").get_deployment_config, deploymentConfigName=identifier)
    if found is None:
        return None
    config = found["deploymentConfigInfo"]
    routing = config.get("trafficRoutingConfig") or {}
    steps = {
        key: {"interval": routing[key][f"{word}Interval"], "percentage": routing[key][f"{word}Percentage"]}
        for key, word in _SHAPES.items()
        if routing.get(key)
    }
    return {
        "deploymentConfigName": identifier,
        "deploymentConfigId": config.get("deploymentConfigId"),
        "computePlatform": config.get("computePlatform", "Server"),
        "trafficRoutingConfig": {"type": routing["type"], **steps} if routing else None,
        "arn": cloud.arn("codedeploy", f"deploymentconfig:{identifier}"),
    }


def _delete_config(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("codedeploy").delete_deployment_config(deploymentConfigName=identifier)


def _group(properties: Properties) -> dict[str, Any]:
    arguments = {
        "serviceRoleArn": properties["serviceRoleArn"],
        "deploymentConfigName": properties["deploymentConfigName"],
    }
    for key in ("deploymentStyle", "autoRollbackConfiguration"):
        if properties.get(key):
            arguments[key] = properties[key]
    if alarms := properties.get("alarmConfiguration"):
        names = [{"name": name} for name in alarms.get("alarms") or []]
        arguments["alarmConfiguration"] = {**alarms, "alarms": names}
    if triggers := properties.get("triggerConfigurations"):
        arguments["triggerConfigurations"] = [_trigger(item) for item in triggers]
    return arguments


def _trigger(given: Properties) -> dict[str, Any]:
    return {key: given[key] for key in ("triggerName", "triggerEvents", "triggerTargetArn") if key in given}


def _create_group(cloud: Cloud, properties: Properties) -> str:
    client = cloud.client("codedeploy")
    arguments = {
        "applicationName": properties["appName"],
        "deploymentGroupName": properties["deploymentGroupName"],
        **_group(properties),
        "tags": tag_list(properties),
    }
    made = cloud.once_role_is_known(
        "InvalidRoleException", lambda: client.create_deployment_group(**arguments)
    )
    return str(made["deploymentGroupId"])


def _of_group(properties: Properties) -> dict[str, str]:
    return {
        "applicationName": properties["appName"],
        "deploymentGroupName": properties["deploymentGroupName"],
    }


def _read_group(cloud: Cloud, _identifier: str, known: Properties) -> Properties | None:
    where = _of_group(known)
    found = answer(cloud.client("codedeploy").get_deployment_group, **where)
    if found is None:
        return None
    group = found["deploymentGroupInfo"]
    alarms = group.get("alarmConfiguration") or {}
    names = [alarm["name"] for alarm in alarms.get("alarms") or []]
    empty = not names and not alarms.get("enabled")
    rollback = group.get("autoRollbackConfiguration") or {}
    return {
        "appName": where["applicationName"],
        "deploymentGroupName": where["deploymentGroupName"],
        "deploymentGroupId": group["deploymentGroupId"],
        "deploymentConfigName": group.get("deploymentConfigName"),
        "serviceRoleArn": group.get("serviceRoleArn"),
        "deploymentStyle": group.get("deploymentStyle"),
        "alarmConfiguration": None if empty else {**alarms, "alarms": names},
        "autoRollbackConfiguration": rollback if rollback.get("enabled") or rollback.get("events") else None,
        "triggerConfigurations": [_trigger(item) for item in group.get("triggerConfigurations") or []],
        "computePlatform": group.get("computePlatform", "Lambda"),
        "arn": cloud.arn(
            "codedeploy", f"deploymentgroup:{where['applicationName']}/{where['deploymentGroupName']}"
        ),
    }


def _update_group(cloud: Cloud, change: Change) -> None:
    """Update the group, and switch off what the program no longer gives.

    The service would keep those settings if they were left out.
    """
    off: dict[str, Any] = {
        "alarmConfiguration": {"enabled": False, "alarms": []},
        "autoRollbackConfiguration": {"enabled": False, "events": []},
        "triggerConfigurations": [],
    }
    gone = {key: value for key, value in off.items() if key in change.keys and not change.new.get(key)}
    renamed = {"newDeploymentGroupName": change.new["deploymentGroupName"]}
    cloud.client("codedeploy").update_deployment_group(
        applicationName=change.new["appName"],
        currentDeploymentGroupName=change.old["deploymentGroupName"],
        **(renamed if "deploymentGroupName" in change.keys else {}),
        **{**_group(change.new), **gone},
    )
    _retag(cloud, change)


def _delete_group(cloud: Cloud, _identifier: str, state: Properties) -> None:
    cloud.client("codedeploy").delete_deployment_group(**_of_group(state))


TYPES = (
    ResourceType(
        "aws:codedeploy/application:Application",
        Lifecycle(_create_application, _read_application, _delete_application, _update_application),
        replace=keys("computePlatform"),
        defaults={"computePlatform": "Server"},
        autoname="name",
    ),
    ResourceType(
        "aws:codedeploy/deploymentConfig:DeploymentConfig",
        Lifecycle(_create_config, _read_config, _delete_config),
        replace=keys(
            "computePlatform deploymentConfigName minimumHealthyHosts trafficRoutingConfig zonalConfig"
        ),
        defaults={"computePlatform": "Server"},
        autoname="deploymentConfigName",
    ),
    ResourceType(
        "aws:codedeploy/deploymentGroup:DeploymentGroup",
        Lifecycle(_create_group, _read_group, _delete_group, _update_group),
        replace=keys("appName"),
        defaults={
            "alarmConfiguration.ignorePollAlarmFailure": False,
            "deploymentConfigName": "CodeDeployDefault.OneAtATime",
            "deploymentStyle.deploymentOption": "WITHOUT_TRAFFIC_CONTROL",
            "deploymentStyle.deploymentType": "IN_PLACE",
            "outdatedInstancesStrategy": "UPDATE",
        },
        computed=keys("deploymentStyle blueGreenDeploymentConfig"),
        unordered=keys(
            "alarmConfiguration.alarms autoRollbackConfiguration.events "
            "autoscalingGroups triggerConfigurations"
        ),
    ),
)
