"""AppConfig: applications, environments, profiles, strategies, versions, deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import deep_pascal, found, renamed, wait_until

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _arn(context: Context, path: str) -> str:
    return f"arn:aws:appconfig:{context.region}:{context.account}:{path}"


def _tags(props: Props) -> dict[str, Any]:
    return {"Tags": props["tagsAll"]} if props.get("tagsAll") else {}


def _create_application(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("appconfig").create_application(Name=props["name"], **_tags(props))
    return created["Id"], {"arn": _arn(context, f"application/{created['Id']}")}


def _read_application(context: Context, identifier: str, _state: Props) -> Props | None:
    answer = found(lambda: context.client("appconfig").get_application(ApplicationId=identifier))
    return None if answer is None else {"name": answer["Name"]}


def _environment_arguments(props: Props) -> dict[str, Any]:
    monitors = [deep_pascal(monitor) for monitor in props.get("monitors") or []]
    return {"Name": props["name"], "Description": props.get("description", ""), "Monitors": monitors}


def _create_environment(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("appconfig").create_environment(
        ApplicationId=props["applicationId"], **_environment_arguments(props), **_tags(props)
    )
    path = f"application/{props['applicationId']}/environment/{created['Id']}"
    outputs = {"environmentId": created["Id"], "arn": _arn(context, path), "state": created["State"]}
    return f"{created['Id']}:{props['applicationId']}", outputs


def _read_environment(context: Context, identifier: str, _state: Props) -> Props | None:
    environment, _, application = identifier.partition(":")
    answer = found(
        lambda: context.client("appconfig").get_environment(ApplicationId=application, EnvironmentId=environment)
    )
    if answer is None:
        return None
    monitors = [
        {"alarmArn": monitor["AlarmArn"], "alarmRoleArn": monitor.get("AlarmRoleArn")}
        for monitor in answer.get("Monitors") or []
    ]
    return {"name": answer["Name"], "monitors": monitors}


def _update_environment(context: Context, identifier: str, _olds: Props, news: Props) -> Props:
    environment, _, application = identifier.partition(":")
    context.client("appconfig").update_environment(
        ApplicationId=application, EnvironmentId=environment, **_environment_arguments(news)
    )
    return {}


def _delete_environment(context: Context, identifier: str, _state: Props) -> None:
    environment, _, application = identifier.partition(":")
    context.client("appconfig").delete_environment(
        ApplicationId=application, EnvironmentId=environment, DeletionProtectionCheck="BYPASS"
    )


def _create_profile(context: Context, props: Props) -> tuple[str, Props]:
    names = {"name": "Name", "locationUri": "LocationUri", "type": "Type", "description": "Description"}
    created = context.client("appconfig").create_configuration_profile(
        ApplicationId=props["applicationId"], **renamed(props, names), **_tags(props)
    )
    path = f"application/{props['applicationId']}/configurationprofile/{created['Id']}"
    outputs = {"configurationProfileId": created["Id"], "arn": _arn(context, path)}
    return f"{created['Id']}:{props['applicationId']}", outputs


def _delete_profile(context: Context, identifier: str, _state: Props) -> None:
    profile, _, application = identifier.partition(":")
    context.client("appconfig").delete_configuration_profile(
        ApplicationId=application, ConfigurationProfileId=profile, DeletionProtectionCheck="BYPASS"
    )


def _strategy_arguments(props: Props) -> dict[str, Any]:
    names = {
        "deploymentDurationInMinutes": "DeploymentDurationInMinutes",
        "growthFactor": "GrowthFactor",
        "growthType": "GrowthType",
        "finalBakeTimeInMinutes": "FinalBakeTimeInMinutes",
        "description": "Description",
    }
    return renamed(props, names)


def _create_strategy(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("appconfig").create_deployment_strategy(
        Name=props["name"], ReplicateTo=props["replicateTo"], **_strategy_arguments(props), **_tags(props)
    )
    return created["Id"], {"arn": _arn(context, f"deploymentstrategy/{created['Id']}")}


def _update_strategy(context: Context, identifier: str, _olds: Props, news: Props) -> Props:
    context.client("appconfig").update_deployment_strategy(
        DeploymentStrategyId=identifier, **_strategy_arguments(news)
    )
    return {}


def _create_version(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("appconfig").create_hosted_configuration_version(
        ApplicationId=props["applicationId"],
        ConfigurationProfileId=props["configurationProfileId"],
        Content=str(props["content"]).encode(),
        ContentType=props["contentType"],
        Description=props.get("description", ""),
    )
    number = int(created["VersionNumber"])
    identifier = f"{props['applicationId']}/{props['configurationProfileId']}/{number}"
    path = f"application/{props['applicationId']}/configurationprofile/{props['configurationProfileId']}"
    return identifier, {
        "versionNumber": number,
        "arn": _arn(context, f"{path}/hostedconfigurationversion/{number}"),
    }


def _delete_version(context: Context, identifier: str, _state: Props) -> None:
    application, profile, number = identifier.split("/")
    context.client("appconfig").delete_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, VersionNumber=int(number)
    )


def _create_deployment(context: Context, props: Props) -> tuple[str, Props]:
    client = context.client("appconfig")
    where = {"ApplicationId": props["applicationId"], "EnvironmentId": props["environmentId"]}
    started = client.start_deployment(
        **where,
        ConfigurationProfileId=props["configurationProfileId"],
        ConfigurationVersion=str(props["configurationVersion"]),
        DeploymentStrategyId=props["deploymentStrategyId"],
        Description=props.get("description", ""),
    )
    number = int(started["DeploymentNumber"])

    def ended() -> bool:
        return bool(client.get_deployment(**where, DeploymentNumber=number)["State"] not in {"DEPLOYING", "BAKING"})

    wait_until(ended, f"the end of deployment {number}")
    state = client.get_deployment(**where, DeploymentNumber=number)["State"]
    if state != "COMPLETE":
        raise ValueError(f"deployment {number} ended {state}")
    path = f"application/{where['ApplicationId']}/environment/{where['EnvironmentId']}/deployment/{number}"
    outputs = {"deploymentNumber": number, "state": state, "arn": _arn(context, path), "kmsKeyArn": ""}
    return f"{where['ApplicationId']}/{where['EnvironmentId']}/{number}", outputs


KINDS = (
    Kind(
        aws.appconfig.Application,
        "aws:appconfig/application:Application",
        create=_create_application,
        read=_read_application,
        delete=lambda context, identifier, _state: context.client("appconfig").delete_application(
            ApplicationId=identifier
        ),
    ),
    Kind(
        aws.appconfig.Environment,
        "aws:appconfig/environment:Environment",
        create=_create_environment,
        read=_read_environment,
        update=_update_environment,
        delete=_delete_environment,
        replace_on=frozenset({"applicationId"}),
    ),
    Kind(
        aws.appconfig.ConfigurationProfile,
        "aws:appconfig/configurationProfile:ConfigurationProfile",
        create=_create_profile,
        delete=_delete_profile,
    ),
    Kind(
        aws.appconfig.DeploymentStrategy,
        "aws:appconfig/deploymentStrategy:DeploymentStrategy",
        create=_create_strategy,
        update=_update_strategy,
        delete=lambda context, identifier, _state: context.client("appconfig").delete_deployment_strategy(
            DeploymentStrategyId=identifier
        ),
        replace_on=frozenset({"name", "replicateTo"}),
    ),
    Kind(
        aws.appconfig.HostedConfigurationVersion,
        "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
        create=_create_version,
        delete=_delete_version,
    ),
    Kind(
        aws.appconfig.Deployment,
        "aws:appconfig/deployment:Deployment",
        create=_create_deployment,
    ),
)
