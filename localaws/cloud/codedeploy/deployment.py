"""A CodeDeploy deployment: its state and its description.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html and API_LambdaTarget.html
"""

from __future__ import annotations

import secrets
import string
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from localaws.cloud.account import ACCOUNT, REGION

if TYPE_CHECKING:
    from localaws.cloud.codedeploy.appspec import AppSpec

Status = Literal["Created", "InProgress", "Succeeded", "Failed", "Stopped"]
EVENTS = ("BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic")
ROLLBACK = "codeDeployRollback"
_LETTERS = string.ascii_uppercase + string.digits


def new_id() -> str:
    """Create a random deployment id such as ``d-RGSWBD91L``."""
    return "d-" + "".join(secrets.choice(_LETTERS) for _ in range(9))


@dataclass
class LifecycleEvent:
    """One of the three lifecycle events that a Lambda deployment goes through in order.

    Attributes:
        execution: Id of the execution, which a hook's function sends back with its result.
        started: Wall clock time in seconds since the epoch; ``None`` before the event starts.
        ended: Wall clock time in seconds since the epoch; ``None`` before the event ends.
        message: Why the event failed. Empty by default.
    """

    name: str
    status: Literal["Pending", "InProgress", "Succeeded", "Failed", "Skipped"] = "Pending"
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float | None = None
    ended: float | None = None
    message: str = ""

    def described(self) -> dict[str, Any]:
        """Return the event in the form that a deployment target shows it."""
        shown: dict[str, Any] = {"lifecycleEventName": self.name, "status": self.status}
        shown |= {} if self.started is None else {"startTime": self.started}
        shown |= {} if self.ended is None else {"endTime": self.ended}
        if self.message:
            shown["diagnostics"] = {"errorCode": "ScriptFailed", "message": self.message}
        return shown


@dataclass
class Deployment:
    """A deployment. Times are wall clock time in seconds since the epoch.

    Attributes:
        steps: Steps of the shift: cloud seconds since the shift began, and percent of traffic.
        alarms: Alarm configuration that applies to this deployment.
        rollback: Automatic rollback configuration that applies to this deployment.
        extra: Other parameters of CreateDeployment that GetDeployment shows.
        weight: Percent of traffic that goes to the target version.
        touched: Whether the deployment has moved the alias.
        stop: ``None`` unless a request has asked to stop the deployment. The tuple says whether to roll back;
            ``None`` in it leaves that to `rollback`.
    """

    application: str
    group: str
    config: str
    revision: dict[str, Any]
    spec: AppSpec
    created: float
    steps: list[tuple[int, int]]
    alarms: dict[str, Any]
    rollback: dict[str, Any]
    extra: dict[str, Any] = field(default_factory=dict)
    creator: str = "user"
    id: str = field(default_factory=new_id)
    status: Status = "Created"
    started: float | None = None
    completed: float | None = None
    error: dict[str, str] | None = None
    rollback_info: dict[str, str] | None = None
    previous_revision: dict[str, Any] | None = None
    events: dict[str, LifecycleEvent] = field(
        default_factory=lambda: {name: LifecycleEvent(name) for name in EVENTS}
    )
    weight: int = 0
    touched: bool = False
    stop: tuple[bool | None] | None = None

    @property
    def active(self) -> bool:
        """Whether the deployment has not ended yet."""
        return self.status in {"Created", "InProgress"}

    @property
    def target_id(self) -> str:
        """Id of the deployment's only target."""
        return f"{self.spec.function}:{self.spec.alias}"

    def described(self) -> dict[str, Any]:
        """Return the deployment in the form that GetDeployment shows it."""
        counted = {"Created": "Pending", "Stopped": "Skipped"}.get(self.status, self.status)
        overview = dict.fromkeys(("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0)
        optional = {
            "startTime": self.started,
            "completeTime": self.completed,
            "errorInformation": self.error,
            "rollbackInfo": self.rollback_info,
            "previousRevision": self.previous_revision,
        }
        return {
            "applicationName": self.application,
            "deploymentGroupName": self.group,
            "deploymentConfigName": self.config,
            "deploymentId": self.id,
            "revision": self.revision,
            "status": self.status,
            "createTime": self.created,
            "deploymentOverview": {**overview, counted: 1},
            "creator": self.creator,
            "autoRollbackConfiguration": self.rollback,
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "computePlatform": "Lambda",
            **{name: value for name, value in optional.items() if value is not None},
            **self.extra,
        }

    def target(self) -> dict[str, Any]:
        """Return the deployment's target in the form that GetDeploymentTarget shows it."""
        function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.target_id}"
        status = {"Created": "Pending", "Stopped": "Skipped"}.get(self.status, self.status)
        return {
            "deploymentTargetType": "LambdaTarget",
            "lambdaTarget": {
                "deploymentId": self.id,
                "targetId": self.target_id,
                "targetArn": function,
                "status": status,
                "lastUpdatedAt": self.completed or self.started or self.created,
                "lifecycleEvents": [event.described() for event in self.events.values()],
                "lambdaFunctionInfo": {
                    "functionName": self.spec.function,
                    "functionAlias": self.spec.alias,
                    "currentVersion": self.spec.current,
                    "targetVersion": self.spec.target,
                    "targetVersionWeight": self.weight,
                },
            },
        }
