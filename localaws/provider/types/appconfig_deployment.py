"""AppConfig: hosted configuration versions, and the deployments that roll them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from localaws.provider.cloud import answer, code_of
from localaws.provider.model import Lifecycle, ResourceType, keys
from localaws.provider.types.shape import request, response, tag_map

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

FREE_WITHIN_S = 120.0
"""Seconds to retry while another deployment occupies the environment; the real provider tries 25 times."""


def _create_version(cloud: Cloud, properties: Properties) -> str:
    where = request(properties, "applicationId configurationProfileId")
    made = cloud.client("appconfig").create_hosted_configuration_version(
        **where,
        **request(properties, "contentType description versionLabel"),
        Content=properties["content"].encode(),
    )
    return f"{where['ApplicationId']}/{where['ConfigurationProfileId']}/{made['VersionNumber']}"


def _of_version(identifier: str) -> dict[str, Any]:
    application, profile, number = identifier.split("/")
    return {"ApplicationId": application, "ConfigurationProfileId": profile, "VersionNumber": int(number)}


def _read_version(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    """Read a version as AppConfig returns it.

    Feature flags include the timestamps that AppConfig adds, which the real provider keeps too.
    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/appconfig/hosted_configuration_version.go
    """
    where = _of_version(identifier)
    found = answer(cloud.client("appconfig").get_hosted_configuration_version, **where)
    if found is None:
        return None
    application, profile, number = where.values()
    path = f"application/{application}/configurationprofile/{profile}/hostedconfigurationversion/{number}"
    told = response(found, "contentType description versionLabel")
    return {
        # A version never changes, so properties missing from the answer keep their original values.
        **{name: value for name, value in told.items() if value is not None},
        "applicationId": application,
        "configurationProfileId": profile,
        "content": found["Content"].read().decode(),
        "versionNumber": number,
        "arn": cloud.arn("appconfig", path),
    }


def _delete_version(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("appconfig").delete_hosted_configuration_version(**_of_version(identifier))


_DEPLOYMENT = (
    "applicationId environmentId configurationProfileId configurationVersion deploymentStrategyId description"
)


def _create_deployment(cloud: Cloud, properties: Properties) -> str:
    """Start a deployment, retrying while another one occupies the environment, and do not wait for its end.

    The real provider does not wait either, because a strategy may last days; the outputs keep the state that
    it saw: https://github.com/hashicorp/terraform-provider-aws/pull/20288
    """
    arguments = {**request(properties, f"{_DEPLOYMENT} kmsKeyIdentifier"), "Tags": tag_map(properties)}
    started: dict[str, Any] = {}

    def free() -> bool:
        try:
            started.update(cloud.client("appconfig").start_deployment(**arguments))
        except ClientError as error:
            if code_of(error) != "ConflictException":
                raise
            return False
        return True

    cloud.await_true(free, "the environment's other deployment to end", FREE_WITHIN_S, every_s=0.5)
    return f"{arguments['ApplicationId']}/{arguments['EnvironmentId']}/{started['DeploymentNumber']}"


def _read_deployment(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    application, environment, number = identifier.split("/")
    where = {"ApplicationId": application, "EnvironmentId": environment, "DeploymentNumber": int(number)}
    found = answer(cloud.client("appconfig").get_deployment, **where)
    if found is None:
        return None
    path = f"application/{application}/environment/{environment}/deployment/{number}"
    return {
        **response(found, f"{_DEPLOYMENT} state kmsKeyArn kmsKeyIdentifier"),
        "applicationId": application,
        "environmentId": environment,
        "deploymentNumber": int(number),
        "arn": cloud.arn("appconfig", path),
    }


def _leave_deployment(_cloud: Cloud, _identifier: str, _state: Properties) -> None:
    """Do nothing: AppConfig keeps past deployments, and the real provider only forgets them."""


HOSTED_VERSION = ResourceType(
    "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
    Lifecycle(_create_version, _read_version, _delete_version),
    replace=keys("applicationId configurationProfileId content contentType description versionLabel"),
)
DEPLOYMENT = ResourceType(
    "aws:appconfig/deployment:Deployment",
    Lifecycle(_create_deployment, _read_deployment, _leave_deployment),
    replace=keys(f"{_DEPLOYMENT} kmsKeyIdentifier"),
)
