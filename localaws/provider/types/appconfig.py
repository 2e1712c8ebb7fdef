"""AppConfig: applications, environments, profiles and deployment strategies.

Hosted versions and deployments are in `appconfig_deployment.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.appconfig_deployment import DEPLOYMENT, HOSTED_VERSION
from localaws.provider.types.shape import camel, pascal, request, response, retag, tag_map

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _create_application(cloud: Cloud, properties: Properties) -> str:
    arguments = request(properties, "name description")
    return str(cloud.client("appconfig").create_application(**arguments, Tags=tag_map(properties))["Id"])


def _read_application(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("appconfig").get_application, ApplicationId=identifier)
    if found is None:
        return None
    return {**response(found, "name description"), "arn": _arn(cloud, f"application/{identifier}")}


def _arn(cloud: Cloud, path: str) -> str:
    return cloud.arn("appconfig", path)


def _update_application(cloud: Cloud, change: Change) -> None:
    texts = {"Description": "", **request(change.new, "name description")}
    cloud.client("appconfig").update_application(ApplicationId=change.identifier, **texts)
    _retag(cloud, change)


def _retag(cloud: Cloud, change: Change) -> None:
    client, arn = cloud.client("appconfig"), change.state["arn"]
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(ResourceArn=arn, Tags=tags),
        lambda gone: client.untag_resource(ResourceArn=arn, TagKeys=gone),
    )


def _delete_application(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("appconfig").delete_application(ApplicationId=identifier)


def _environment(properties: Properties) -> dict[str, Any]:
    monitors = pascal(properties.get("monitors") or [])
    return {**request(properties, "name description"), "Monitors": monitors}


def _create_environment(cloud: Cloud, properties: Properties) -> str:
    application = properties["applicationId"]
    made = cloud.client("appconfig").create_environment(
        ApplicationId=application, **_environment(properties), Tags=tag_map(properties)
    )
    return f"{made['Id']}:{application}"


def _of_environment(identifier: str) -> dict[str, str]:
    environment, application = identifier.split(":")
    return {"ApplicationId": application, "EnvironmentId": environment}


def _read_environment(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    where = _of_environment(identifier)
    found = answer(cloud.client("appconfig").get_environment, **where)
    if found is None:
        return None
    application, environment = where["ApplicationId"], where["EnvironmentId"]
    return {
        **response(found, "name description state"),
        "applicationId": application,
        "environmentId": environment,
        "monitors": camel(found.get("Monitors") or []),
        "arn": _arn(cloud, f"application/{application}/environment/{environment}"),
    }


def _update_environment(cloud: Cloud, change: Change) -> None:
    where = _of_environment(change.identifier)
    cloud.client("appconfig").update_environment(**where, **{"Description": "", **_environment(change.new)})
    _retag(cloud, change)


def _delete_environment(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("appconfig").delete_environment(**_of_environment(identifier))


_PROFILE = "name description retrievalRoleArn kmsKeyIdentifier"


def _create_profile(cloud: Cloud, properties: Properties) -> str:
    application = properties["applicationId"]
    made = cloud.client("appconfig").create_configuration_profile(
        ApplicationId=application,
        **request(properties, f"{_PROFILE} locationUri type"),
        Validators=pascal(properties.get("validators") or []),
        Tags=tag_map(properties),
    )
    return f"{made['Id']}:{application}"


def _of_profile(identifier: str) -> dict[str, str]:
    profile, application = identifier.split(":")
    return {"ApplicationId": application, "ConfigurationProfileId": profile}


def _read_profile(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    where = _of_profile(identifier)
    found = answer(cloud.client("appconfig").get_configuration_profile, **where)
    if found is None:
        return None
    application, profile = where["ApplicationId"], where["ConfigurationProfileId"]
    return {
        **response(found, f"{_PROFILE} locationUri type"),
        "applicationId": application,
        "configurationProfileId": profile,
        "validators": camel(found.get("Validators") or []),
        "arn": _arn(cloud, f"application/{application}/configurationprofile/{profile}"),
    }


def _update_profile(cloud: Cloud, change: Change) -> None:
    texts = {"Description": "", **request(change.new, _PROFILE)}
    validators = pascal(change.new.get("validators") or [])
    where = _of_profile(change.identifier)
    cloud.client("appconfig").update_configuration_profile(**where, **texts, Validators=validators)
    _retag(cloud, change)


def _delete_profile(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("appconfig").delete_configuration_profile(**_of_profile(identifier))


_STRATEGY = "description deploymentDurationInMinutes finalBakeTimeInMinutes growthFactor growthType"


def _create_strategy(cloud: Cloud, properties: Properties) -> str:
    arguments = request(properties, f"name replicateTo {_STRATEGY}")
    made = cloud.client("appconfig").create_deployment_strategy(**arguments, Tags=tag_map(properties))
    return str(made["Id"])


def _read_strategy(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("appconfig").get_deployment_strategy, DeploymentStrategyId=identifier)
    if found is None:
        return None
    return {
        **response(found, f"name replicateTo {_STRATEGY}"),
        "arn": _arn(cloud, f"deploymentstrategy/{identifier}"),
    }


def _update_strategy(cloud: Cloud, change: Change) -> None:
    arguments = {"Description": "", **request(change.new, _STRATEGY)}
    cloud.client("appconfig").update_deployment_strategy(DeploymentStrategyId=change.identifier, **arguments)
    _retag(cloud, change)


def _delete_strategy(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("appconfig").delete_deployment_strategy(DeploymentStrategyId=identifier)


TYPES = (
    ResourceType(
        "aws:appconfig/application:Application",
        Lifecycle(_create_application, _read_application, _delete_application, _update_application),
        autoname="name",
    ),
    ResourceType(
        "aws:appconfig/environment:Environment",
        Lifecycle(_create_environment, _read_environment, _delete_environment, _update_environment),
        replace=keys("applicationId"),
        unordered=keys("monitors"),
        autoname="name",
    ),
    ResourceType(
        "aws:appconfig/configurationProfile:ConfigurationProfile",
        Lifecycle(_create_profile, _read_profile, _delete_profile, _update_profile),
        replace=keys("applicationId locationUri type"),
        defaults={"type": "AWS.Freeform"},
        unordered=keys("validators"),
        json_texts=keys("validators.content"),
        autoname="name",
    ),
    ResourceType(
        "aws:appconfig/deploymentStrategy:DeploymentStrategy",
        Lifecycle(_create_strategy, _read_strategy, _delete_strategy, _update_strategy),
        replace=keys("name replicateTo"),
        defaults={"growthType": "LINEAR"},
        autoname="name",
    ),
    HOSTED_VERSION,
    DEPLOYMENT,
)
