"""CodeDeploy's applications and deployment groups.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/. Only the Lambda compute platform is implemented.
"""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from localaws.cloud.codedeploy.checks import check_group, lambda_only
from localaws.cloud.codedeploy.configs import ALL_AT_ONCE
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.codedeploy.configs import Configs
    from localaws.cloud.codedeploy.tags import Tags

Group = dict[str, Any]


class Groups:
    """Keeps applications and deployment groups and implements the operations on them.

    Args:
        now: Returns the wall clock time in seconds since the epoch.
        tags: Stores the tags that are given on creation.
        configs: Deployment configurations that groups may name.
    """

    def __init__(self, now: Callable[[], float], tags: Tags, configs: Configs) -> None:
        self._now = now
        self._tags = tags
        self._applications: dict[str, dict[str, Any]] = {}
        self._groups: dict[tuple[str, str], Group] = {}
        self._configs = configs

    def create_application(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateApplication. Platforms other than Lambda are refused."""
        name = params["applicationName"]
        if name in self._applications:
            raise ServiceError("ApplicationAlreadyExistsException", f"Application {name} already exists")
        lambda_only(params.get("computePlatform", "Server"))
        self._applications[name] = {
            "applicationId": str(uuid.uuid4()),
            "applicationName": name,
            "createTime": self._now(),
            "linkedToGitHub": False,
            "computePlatform": "Lambda",
        }
        self._tags.put(f"application:{name}", params)
        return {"applicationId": self._applications[name]["applicationId"]}

    def application(self, name: str) -> dict[str, Any]:
        """Return an application by name.

        Raises:
            ServiceError: There is no application of that name.
        """
        if name not in self._applications:
            raise ServiceError("ApplicationDoesNotExistException", f"No application found for name: {name}")
        return self._applications[name]

    def get_application(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetApplication."""
        return {"application": self.application(params["applicationName"])}

    def list_applications(self, _params: dict[str, Any]) -> dict[str, Any]:
        """ListApplications. The answer is always one page."""
        return {"applications": list(self._applications)}

    def delete_application(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteApplication. Deletes all groups of the application as well."""
        name = params["applicationName"]
        self._applications.pop(name, None)
        self._tags.forget(f"application:{name}")
        for identity in [identity for identity in self._groups if identity[0] == name]:
            del self._groups[identity]
            self._tags.forget(f"deploymentgroup:{name}/{identity[1]}")
        return {}

    def create_deployment_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDeploymentGroup. The deployment configuration defaults to ``LambdaAllAtOnce``."""
        application, name = params["applicationName"], params["deploymentGroupName"]
        self.application(application)
        if (application, name) in self._groups:
            raise ServiceError(
                "DeploymentGroupAlreadyExistsException", f"Deployment group {name} already exists"
            )
        record = {
            "deploymentConfigName": ALL_AT_ONCE,
            **{member: value for member, value in params.items() if member != "tags"},
            "deploymentGroupId": str(uuid.uuid4()),
            "computePlatform": "Lambda",
        }
        self._check(record)
        self._groups[application, name] = record
        self._tags.put(f"deploymentgroup:{application}/{name}", params)
        return {"deploymentGroupId": record["deploymentGroupId"]}

    def _check(self, record: Group) -> None:
        check_group(record)
        self._configs.config(record["deploymentConfigName"])

    def group(self, application: str, name: str) -> Group:
        """Return a deployment group by application and name.

        Raises:
            ServiceError: There is no such application or group.
        """
        self.application(application)
        if (application, name) not in self._groups:
            message = f"No Deployment Group found for name: {name}"
            raise ServiceError("DeploymentGroupDoesNotExistException", message)
        return self._groups[application, name]

    def get_deployment_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetDeploymentGroup."""
        found = self.group(params["applicationName"], params["deploymentGroupName"])
        return {"deploymentGroupInfo": copy.deepcopy(found)}

    def uses_config(self, name: str) -> bool:
        """Return whether a deployment group uses the deployment configuration of that name."""
        return any(group["deploymentConfigName"] == name for group in self._groups.values())

    def update_deployment_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """UpdateDeploymentGroup. Parameters that are not given keep their values."""
        application, name = params["applicationName"], params["currentDeploymentGroupName"]
        new = params.get("newDeploymentGroupName", name)
        ignored = {"currentDeploymentGroupName", "newDeploymentGroupName"}
        changes = {member: value for member, value in params.items() if member not in ignored}
        record = {**self.group(application, name), **changes, "deploymentGroupName": new}
        if new != name and (application, new) in self._groups:
            raise ServiceError(
                "DeploymentGroupAlreadyExistsException", f"Deployment group {new} already exists"
            )
        self._check(record)
        del self._groups[application, name]
        self._groups[application, new] = record
        return {"hooksNotCleanedUp": []}

    def delete_deployment_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDeploymentGroup. Succeeds if the application has no such group."""
        application, name = params["applicationName"], params["deploymentGroupName"]
        self.application(application)
        self._groups.pop((application, name), None)
        self._tags.forget(f"deploymentgroup:{application}/{name}")
        return {"hooksNotCleanedUp": []}
