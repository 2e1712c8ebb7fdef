"""CodeDeploy for Lambda: applications, deployment configurations and groups as they are configured.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/. What a deployment does with them is in
`codedeploy_run.py`; the JSON protocol alone is spoken, which is what botocore sends.
"""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from rehearsal.cloud.request import ServiceError, json_response
from rehearsal.cloud.seams import ACCOUNT, REGION

if TYPE_CHECKING:
    from rehearsal.cloud.clock import Clock
    from rehearsal.cloud.request import AwsRequest, AwsResponse


PREDEFINED = {
    "CodeDeployDefault.LambdaAllAtOnce": {"type": "AllAtOnce"},
    **{
        f"CodeDeployDefault.LambdaCanary10Percent{minutes}Minutes": {
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": minutes},
        }
        for minutes in (5, 10, 15, 30)
    },
    **{
        f"CodeDeployDefault.LambdaLinear10PercentEvery{minutes}Minute{'s' if minutes > 1 else ''}": {
            "type": "TimeBasedLinear",
            "timeBasedLinear": {"linearPercentage": 10, "linearInterval": minutes},
        }
        for minutes in (1, 2, 3, 10)
    },
}
"""Configurations that exist in every account: userguide/deployment-configurations.html."""


class CodeDeploy:
    """Applications, configurations, groups."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.applications: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {
            name: {"deploymentConfigName": name, "computePlatform": "Lambda", "trafficRoutingConfig": routing}
            for name, routing in PREDEFINED.items()
        }
        self.groups: dict[tuple[str, str], dict[str, Any]] = {}
        self._tags: dict[str, dict[str, str]] = {}

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer an operation; one that is unknown here is refused by name."""
        if request.service != "codedeploy":
            return None
        answer = getattr(self, f"_{request.operation}", None)
        if answer is None:
            raise ServiceError("UnsupportedOperation", f"CodeDeploy {request.operation} does not run here")
        return json_response(answer(request.json()))

    def _CreateApplication(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the API's own names
        name = params["applicationName"]
        if name in self.applications:
            raise ServiceError("ApplicationAlreadyExistsException", f"Application {name} already exists")
        platform = params.get("computePlatform", "Server")
        if platform != "Lambda":
            raise ServiceError("InvalidComputePlatformException", f"Only Lambda runs here, not {platform}")
        record = {
            "applicationId": str(uuid.uuid4()),
            "applicationName": name,
            "computePlatform": platform,
            "createTime": self._clock.now(),
        }
        self.applications[name] = record
        self._tag(f"application:{name}", params)
        return {"applicationId": record["applicationId"]}

    def _GetApplication(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"application": self._application(params["applicationName"])}

    def _ListApplications(self, _params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"applications": list(self.applications)}

    def _DeleteApplication(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["applicationName"]
        self.applications.pop(name, None)
        for key in [key for key in self.groups if key[0] == name]:
            del self.groups[key]
        return {}

    def _CreateDeploymentConfig(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["deploymentConfigName"]
        if name in self.configs:
            raise ServiceError("DeploymentConfigAlreadyExistsException", f"Deployment config {name} already exists")
        _check_routing(params.get("trafficRoutingConfig") or {})
        record = {**params, "deploymentConfigId": str(uuid.uuid4()), "createTime": self._clock.now()}
        self.configs[name] = record
        return {"deploymentConfigId": record["deploymentConfigId"]}

    def _GetDeploymentConfig(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["deploymentConfigName"]
        if name not in self.configs:
            raise ServiceError("DeploymentConfigDoesNotExistException", f"No deployment config {name}")
        return {"deploymentConfigInfo": self.configs[name]}

    def _DeleteDeploymentConfig(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["deploymentConfigName"]
        if any(group["deploymentConfigName"] == name for group in self.groups.values()):
            raise ServiceError("DeploymentConfigInUseException", f"Deployment config {name} is in use")
        self.configs.pop(name, None)
        return {}

    def _CreateDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        application = self._application(params["applicationName"])
        name = params["deploymentGroupName"]
        if (application["applicationName"], name) in self.groups:
            raise ServiceError("DeploymentGroupAlreadyExistsException", f"Deployment group {name} already exists")
        _check_style(params)
        record = {
            "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
            **{key: value for key, value in params.items() if key != "tags"},
            "deploymentGroupId": str(uuid.uuid4()),
            "computePlatform": application["computePlatform"],
        }
        self._GetDeploymentConfig(record)
        self.groups[application["applicationName"], name] = record
        self._tag(f"deploymentgroup:{application['applicationName']}/{name}", params)
        return {"deploymentGroupId": record["deploymentGroupId"]}

    def _GetDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {"deploymentGroupInfo": copy.deepcopy(self._group(params))}

    def _ListDeploymentGroups(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        name = params["applicationName"]
        return {"applicationName": name, "deploymentGroups": [group for app, group in self.groups if app == name]}

    def _UpdateDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        named = {**params, "deploymentGroupName": params["currentDeploymentGroupName"]}
        record = self._group(named)
        changes = {k: v for k, v in params.items() if k not in {"currentDeploymentGroupName", "newDeploymentGroupName"}}
        record.update(changes)
        return {"hooksNotCleanedUp": []}

    def _DeleteDeploymentGroup(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.groups.pop((params["applicationName"], params["deploymentGroupName"]), None)
        return {"hooksNotCleanedUp": []}

    def _ListDeployments(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if "applicationName" in params and "deploymentGroupName" in params:
            self._group(params)
        return {"deployments": []}

    def _ListTagsForResource(self, params: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        tags = self._tags.get(params["ResourceArn"], {})
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tag(self, suffix: str, params: dict[str, Any]) -> None:
        tags = {tag["Key"]: tag["Value"] for tag in params.get("tags", [])}
        self._tags[f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:{suffix}"] = tags

    def _application(self, name: str) -> dict[str, Any]:
        if name not in self.applications:
            raise ServiceError("ApplicationDoesNotExistException", f"No application {name}")
        return self.applications[name]

    def _group(self, params: dict[str, Any]) -> dict[str, Any]:
        self._application(params["applicationName"])
        key = (params["applicationName"], params["deploymentGroupName"])
        if key not in self.groups:
            raise ServiceError("DeploymentGroupDoesNotExistException", f"No deployment group {key[1]}")
        return self.groups[key]


def _check_routing(routing: dict[str, Any]) -> None:
    """Percentages are 1 to 99, the whole shift at most 2,880 minutes: reference-limits.html."""
    kind = routing.get("type")
    part = routing.get({"TimeBasedCanary": "timeBasedCanary", "TimeBasedLinear": "timeBasedLinear"}.get(str(kind), ""), {})
    percentage = part.get("canaryPercentage", part.get("linearPercentage", 50))
    if kind not in {"AllAtOnce", "TimeBasedCanary", "TimeBasedLinear"} or not 1 <= percentage <= 99:  # noqa: PLR2004
        raise ServiceError("InvalidTrafficRoutingConfigurationException", f"Traffic routing {routing} is not valid")


def _check_style(params: dict[str, Any]) -> None:
    wanted = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    if params.get("deploymentStyle") != wanted:
        raise ServiceError("InvalidDeploymentStyleException", f"A Lambda deployment group's style is {wanted}")
