"""One CodeDeploy deployment: where it stands, and how it is described.

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
    """An id such as ``d-RGSWBD91L``."""
    return "d-" + "".join(secrets.choice(_LETTERS) for _ in range(9))


@dataclass
class LifecycleEvent:
    """One of the three things a Lambda deployment does in order.

    Attributes:
        execution: What a hook's function names when it answers.
        started: Wall clock; ``None`` before.
    """

    name: str
    status: Literal["Pending", "InProgress", "Succeeded", "Failed", "Skipped"] = "Pending"
    execution: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float | None = None
    ended: float | None = None
    message: str = ""

    def described(self) -> dict[str, Any]:
        """As a target shows it."""
        shown: dict[str, Any] = {"lifecycleEventName": self.name, "status": self.status}
        shown |= {} if self.started is None else {"startTime": self.started}
        shown |= {} if self.ended is None else {"endTime": self.ended}
        if self.message:
            shown["diagnostics"] = {"errorCode": "ScriptFailed", "message": self.message}
        return shown


@dataclass
class Deployment:
    """A deployment; times are wall clock.

    Attributes:
        alarms: The alarm configuration that holds for it.
        rollback: The automatic rollback configuration that holds for it.
        steps: Seconds since the shift began, and percent.
        weight: Percent of traffic that goes to the target version.
        touched: Whether it has moved the alias.
        stop: Whether it was asked to stop, and then whether to roll back; ``None`` leaves that to `rollback`.
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
        """Whether it has not ended."""
        return self.status in {"Created", "InProgress"}

    @property
    def target_id(self) -> str:
        """What its only target is called."""
        return f"{self.spec.function}:{self.spec.alias}"

    def described(self) -> dict[str, Any]:
        """As GetDeployment shows it."""
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
        """As GetDeploymentTarget shows its target."""
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
