"""Starting a release: what stands in its way, its AppSpec, and the override of a red alarm.

An override is named, written down and told: it leaves only the alarms that are red out of this one
deployment, and it ends. https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html,
*overrideAlarmConfiguration*; it needs codedeploy:UpdateDeploymentGroup as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli.errors import OpsError
from canary.cli.note import fitting
from canary.cli.operating import who
from canary.unit.app_spec import AppSpec
from canary.unit.patience import code
from canary.unit.visible import visible

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.release.plan import Plan
    from canary.cli.target import Target

LONGEST_DESCRIPTION = 1000
"""Characters kept of a deployment's description; CodeDeploy's documents name no limit."""


@dataclass(frozen=True)
class Override:
    """Permission to release although an alarm is red: for the fix that makes it green.

    Attributes:
        reason: Why; it is written down and told to people.
        minutes: How long it holds: a shift that takes longer is not begun, one that has is stopped.
    """

    reason: str
    minutes: int


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes:
        unchecked: Leave the release check out.
    """

    reason: str
    override: Override | None = None
    unchecked: bool = False


def refuse(planned: Plan, override: Override | None, *, again: bool) -> None:
    """Say no to a release that would be stopped, or that was taken back before.

    Raises:
        OpsError: What stands in the way, and what can be done about it.
    """
    if planned.before == planned.after:
        return
    if planned.taken_back and not again:
        raise OpsError(
            f"Version {planned.after} was taken back before, by {planned.taken_back}. Mend it and `pulumi "
            "up`, or release it once more with --again."
        )
    if planned.red and override is None:
        raise OpsError(
            f"{', '.join(planned.red)} is in ALARM, so CodeDeploy would stop the release at once. Wait until "
            "it is OK; or, if this release mends it, --override-alarm REASON --override-minutes N leaves "
            "just the red alarms out of this one deployment."
        )
    if planned.red and override and planned.shift.minutes >= override.minutes:
        raise OpsError(
            f"The shift takes {planned.shift.minutes} min and the override holds for {override.minutes}: it "
            "would be taken back half-way. Give it more minutes."
        )


def start(
    clients: Clients,
    target: Target,
    planned: Plan,
    request: Request,
) -> str:
    """Start the deployment and return its id.

    Raises:
        OpsError: Somebody else has just started one.
    """
    override = request.override
    check = None if request.unchecked else planned.check
    spec = AppSpec(planned.function, planned.alias, planned.before, planned.after, check)
    caller = who(clients)
    trail: dict[str, Any] = {"verb": "release", "who": caller, "why": request.reason}
    trail["checked"] = not request.unchecked
    extra: dict[str, Any] = {}
    if planned.red and override:
        until = datetime.now(UTC) + timedelta(minutes=override.minutes)
        trail["override"] = {
            "alarms": planned.red,
            "why": override.reason,
            "until": until.isoformat(timespec="minutes"),
        }
        extra["overrideAlarmConfiguration"] = _others(planned)
    try:
        identifier = clients.codedeploy.create_deployment(
            applicationName=target.codedeploy_application,
            deploymentGroupName=target.codedeploy_group,
            revision=spec.revision(),
            description=fitting(trail, LONGEST_DESCRIPTION),
            **extra,
        )["deploymentId"]
    except ClientError as error:
        if code(error) == "DeploymentLimitExceededException":
            raise OpsError(
                "Somebody else has just started a release. Run it again to follow that one."
            ) from error
        raise
    if "override" in trail:
        _tell(clients, target, planned, caller, trail["override"])
    return str(identifier)


def _others(planned: Plan) -> dict[str, Any]:
    """The alarms that are not red go on stopping the release; without any, none is asked."""
    others = [{"name": name} for name in planned.alarms if name not in planned.red]
    return {"enabled": bool(others), "alarms": others}


def _tell(clients: Clients, target: Target, planned: Plan, caller: str, override: dict[str, Any]) -> None:
    clients.sns.publish(
        TopicArn=target.topic_arn,
        Subject=f"{planned.function}: released under a red alarm"[:100],
        Message=visible(
            f"{caller} releases version {planned.after} although {', '.join(planned.red)} is in ALARM, until "
            f"{override['until']}: {override['why']}"
        ),
    )
