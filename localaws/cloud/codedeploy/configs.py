"""CodeDeploy's deployment configurations.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localaws.cloud.codedeploy import traffic_routing
from localaws.cloud.codedeploy.checks import lambda_only
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"


class Configs:
    """Keeps deployment configurations, both predefined and custom ones.

    Attributes:
        in_use: Returns whether a deployment group uses the configuration of that name.
    """

    in_use: Callable[[str], bool]

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.in_use = lambda _name: False
        self._configs: dict[str, dict[str, Any]] = {
            name: {"deploymentConfigName": name, "computePlatform": "Lambda", "trafficRoutingConfig": routing}
            for name, routing in traffic_routing.PREDEFINED.items()
        }

    def create_deployment_config(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDeploymentConfig. Names that begin with ``CodeDeployDefault.`` are refused."""
        name = params["deploymentConfigName"]
        if name in self._configs:
            raise ServiceError("DeploymentConfigAlreadyExistsException", f"{name} already exists")
        if name.startswith("CodeDeployDefault."):
            raise ServiceError(
                "InvalidDeploymentConfigNameException", "Names in CodeDeployDefault are reserved"
            )
        lambda_only(params.get("computePlatform", "Server"))
        traffic_routing.check(params.get("trafficRoutingConfig") or {})
        record = {**params, "deploymentConfigId": str(uuid.uuid4()), "createTime": self._now()}
        self._configs[name] = record
        return {"deploymentConfigId": record["deploymentConfigId"]}

    def config(self, name: str) -> dict[str, Any]:
        """Return a deployment configuration by name.

        Raises:
            ServiceError: There is no configuration of that name.
        """
        if name not in self._configs:
            message = f"No Deployment Configuration found for name: {name}"
            raise ServiceError("DeploymentConfigDoesNotExistException", message)
        return self._configs[name]

    def get_deployment_config(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetDeploymentConfig."""
        return {"deploymentConfigInfo": self.config(params["deploymentConfigName"])}

    def list_deployment_configs(self, _params: dict[str, Any]) -> dict[str, Any]:
        """ListDeploymentConfigs, including predefined ones. The answer is always one page."""
        return {"deploymentConfigsList": list(self._configs)}

    def delete_deployment_config(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDeploymentConfig. Predefined configurations and those in use by a group are refused."""
        name = params["deploymentConfigName"]
        if name in traffic_routing.PREDEFINED:
            raise ServiceError("InvalidOperationException", f"{name} is predefined and cannot be deleted")
        if self.in_use(name):
            raise ServiceError("DeploymentConfigInUseException", f"{name} is in use by a deployment group")
        self._configs.pop(name, None)
        return {}
