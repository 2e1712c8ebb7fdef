"""Checks of the parameters of deployment groups and deployments.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html, *Errors*.
"""

from __future__ import annotations

from typing import Any

from localaws.cloud.request import ServiceError

EVENTS = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST")
STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
MAX_ALARMS = 10


def lambda_only(platform: str) -> None:
    """Check that the compute platform is Lambda.

    Raises:
        ServiceError: It is another platform, which is not implemented here.
    """
    if platform != "Lambda":
        raise ServiceError("InvalidComputePlatformException", f"Only Lambda runs here, not {platform}")


def check_group(group: dict[str, Any]) -> None:
    """Check a deployment group's style, alarms and rollback the way CodeDeploy does.

    Raises:
        ServiceError: CodeDeploy would refuse the deployment group.
    """
    if group.get("deploymentStyle") != STYLE:
        raise ServiceError("InvalidDeploymentStyleException", f"A Lambda deployment group's style is {STYLE}")
    check_alarms(group.get("alarmConfiguration") or {})
    check_rollback(group.get("autoRollbackConfiguration") or {})


def check_alarms(configuration: dict[str, Any]) -> None:
    """Check an alarm configuration.

    Raises:
        ServiceError: It is enabled without alarms, names an alarm twice or not at all, or has too many
            alarms.
    """
    names = [alarm.get("name", "") for alarm in configuration.get("alarms", [])]
    if configuration.get("enabled") and not names:
        raise ServiceError(
            "InvalidAlarmConfigException", "The alarm configuration is enabled and has no alarms"
        )
    if len(set(names)) != len(names) or not all(names):
        raise ServiceError("InvalidAlarmConfigException", "Each alarm has a name and is named once")
    if len(names) > MAX_ALARMS:
        raise ServiceError(
            "AlarmsLimitExceededException", f"A deployment group has at most {MAX_ALARMS} alarms"
        )


def check_rollback(configuration: dict[str, Any]) -> None:
    """Check an automatic rollback configuration.

    Raises:
        ServiceError: It is enabled without events, or has an unknown event.
    """
    events = configuration.get("events", [])
    if configuration.get("enabled") and not events:
        raise ServiceError("InvalidAutoRollbackConfigException", "Automatic rollback is enabled for no event")
    if unknown := [event for event in events if event not in EVENTS]:
        raise ServiceError("InvalidAutoRollbackConfigException", f"Unknown events: {', '.join(unknown)}")
