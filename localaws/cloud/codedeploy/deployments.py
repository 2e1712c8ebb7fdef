"""CodeDeploy's operations on deployments.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html and related pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.codedeploy import appspec, traffic_routing
from localaws.cloud.codedeploy.checks import check_alarms, check_rollback
from localaws.cloud.codedeploy.deployment import Deployment
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.codedeploy.configs import Configs
    from localaws.cloud.codedeploy.groups import Groups
    from localaws.cloud.codedeploy.revisions import Revisions


class Deployments:
    """Keeps all deployments and implements the operations on them.

    Args:
        now: Returns the wall clock time in seconds since the epoch.
        groups: Applications and deployment groups.
        configs: Deployment configurations.
        revisions: Registers the revisions that deployments use.
    """

    def __init__(
        self, now: Callable[[], float], groups: Groups, configs: Configs, revisions: Revisions
    ) -> None:
        self._now = now
        self._groups = groups
        self._configs = configs
        self._revisions = revisions
        self._deployments: dict[str, Deployment] = {}

    def create_deployment(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDeployment. A problem with the alias fails the deployment later, not this call, as on AWS."""
        application = params["applicationName"]
        self._groups.application(application)
        if "deploymentGroupName" not in params:
            raise ServiceError(
                "DeploymentGroupNameRequiredException", "The deployment group name must be given"
            )
        group = self._groups.group(application, params["deploymentGroupName"])
        if "revision" not in params:
            raise ServiceError("RevisionRequiredException", "The revision must be given")
        spec = appspec.parse(appspec.revision_text(params["revision"]))
        config = self._configs.config(str(params.get("deploymentConfigName", group["deploymentConfigName"])))
        alarms = params.get("overrideAlarmConfiguration") or group.get("alarmConfiguration") or {}
        rollback = params.get("autoRollbackConfiguration") or group.get("autoRollbackConfiguration") or {}
        check_alarms(alarms)
        check_rollback(rollback)
        for other in self._of_group(application, group["deploymentGroupName"]):
            if other.active:
                message = (
                    f"The Deployment Group '{other.group}' already has an active Deployment '{other.id}'"
                )
                raise ServiceError("DeploymentLimitExceededException", message)
        given = ("description", "overrideAlarmConfiguration")
        deployment = Deployment(
            application,
            group["deploymentGroupName"],
            config["deploymentConfigName"],
            params["revision"],
            spec,
            self._now(),
            traffic_routing.steps(config["trafficRoutingConfig"]),
            alarms,
            rollback,
            extra={name: params[name] for name in given if name in params},
            previous_revision=group.get("targetRevision"),
        )
        self._revisions.used(application, params["revision"], deployment.group)
        self.keep(deployment)
        return {"deploymentId": deployment.id}

    def active(self) -> list[Deployment]:
        """Return the deployments that have not ended."""
        return [deployment for deployment in self._deployments.values() if deployment.active]

    def keep(self, deployment: Deployment) -> None:
        """Store a new or changed deployment, and update what its group says about its last deployments."""
        self._deployments[deployment.id] = deployment
        group = self._groups.group(deployment.application, deployment.group)
        info = {"deploymentId": deployment.id, "status": deployment.status, "createTime": deployment.created}
        info |= {} if deployment.completed is None else {"endTime": deployment.completed}
        last = group.get("lastAttemptedDeployment", info)
        if last["createTime"] <= deployment.created:
            group["lastAttemptedDeployment"] = info
        if deployment.status == "Succeeded":
            group["lastSuccessfulDeployment"] = info
            group["targetRevision"] = deployment.revision

    def _of_group(self, application: str, group: str) -> list[Deployment]:
        every = self._deployments.values()
        return [each for each in every if (each.application, each.group) == (application, group)]

    def _named(self, identity: str) -> Deployment:
        if identity not in self._deployments:
            raise ServiceError(
                "DeploymentDoesNotExistException", f"The deployment {identity} could not be found"
            )
        return self._deployments[identity]

    def get_deployment(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetDeployment."""
        return {"deploymentInfo": self._named(params["deploymentId"]).described()}

    def list_deployments(self, params: dict[str, Any]) -> dict[str, Any]:
        """ListDeployments: newest first, always in one page."""
        if "applicationName" in params and "deploymentGroupName" in params:
            self._groups.group(params["applicationName"], params["deploymentGroupName"])
        elif "applicationName" in params or "deploymentGroupName" in params:
            raise ServiceError(
                "InvalidInputException", "An application and a group are given together or not at all"
            )
        found = sorted(self._deployments.values(), key=lambda each: each.created, reverse=True)
        return {"deployments": [each.id for each in found if _asked_for(each, params)]}

    def stop_deployment(self, params: dict[str, Any]) -> dict[str, Any]:
        """StopDeployment. A running deployment stops when it is checked next."""
        deployment = self._named(params["deploymentId"])
        if deployment.status in {"Succeeded", "Failed"}:
            raise ServiceError(
                "DeploymentAlreadyCompletedException", f"{deployment.id} is {deployment.status}"
            )
        if deployment.status == "Stopped":
            return {"status": "Succeeded", "statusMessage": "The deployment has been stopped"}
        deployment.stop = (params.get("autoRollbackEnabled"),)
        return {"status": "Pending", "statusMessage": "The deployment is being stopped"}

    def put_lifecycle_event_hook_execution_status(self, params: dict[str, Any]) -> dict[str, Any]:
        """PutLifecycleEventHookExecutionStatus, which the function of a hook calls."""
        deployment = self._named(params.get("deploymentId", ""))
        execution, status = params.get("lifecycleEventHookExecutionId"), params.get("status")
        if status not in {"Succeeded", "Failed"}:
            message = "The result of a validation function must be Succeeded or Failed"
            raise ServiceError("InvalidLifecycleEventHookExecutionStatusException", message)
        event = next((each for each in deployment.events.values() if each.execution == execution), None)
        if event is None:
            raise ServiceError(
                "InvalidLifecycleEventHookExecutionIdException", f"No hook execution {execution}"
            )
        if event.status != "InProgress" or event.name not in deployment.spec.hooks:
            raise ServiceError("LifecycleEventAlreadyCompletedException", f"{event.name} is {event.status}")
        event.status, event.ended = status, self._now()
        return {"lifecycleEventHookExecutionId": execution}

    def list_deployment_targets(self, params: dict[str, Any]) -> dict[str, Any]:
        """ListDeploymentTargets. A Lambda deployment has one target."""
        return {"targetIds": [self._named(params["deploymentId"]).target_id]}

    def get_deployment_target(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetDeploymentTarget, for the deployment's only target."""
        return {"deploymentTarget": self._target(params["deploymentId"], params["targetId"])}

    def _target(self, identity: str, target: str) -> dict[str, Any]:
        deployment = self._named(identity)
        if target != deployment.target_id:
            raise ServiceError("DeploymentTargetDoesNotExistException", f"{identity} has no target {target}")
        return deployment.target()


def _asked_for(deployment: Deployment, params: dict[str, Any]) -> bool:
    window = params.get("createTimeRange", {})
    return (
        deployment.application == params.get("applicationName", deployment.application)
        and deployment.group == params.get("deploymentGroupName", deployment.group)
        and deployment.status in (params.get("includeOnlyStatuses") or [deployment.status])
        and window.get("start", 0.0) <= deployment.created <= window.get("end", float("inf"))
    )
