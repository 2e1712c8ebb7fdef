"""Checks that stop a CodeDeploy deployment: the state of the alias, and alarms.

Error codes are from https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ErrorInformation.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.cloud.codedeploy.appspec import AppSpec
    from localaws.cloud.functions.deployed_functions import Functions

INVALID = (
    "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration "
    "is missing or has an invalid configuration. "
)


def alias_objection(spec: AppSpec, functions: Functions) -> tuple[str, str] | None:
    """Check whether the alias can be shifted.

    Returns:
        Code and message of the error, or ``None`` if the alias can be shifted.
    """
    found = functions.get_alias(spec.function, spec.alias)
    if found is None or not functions.has_version(spec.function, spec.target):
        missing = f"{spec.function}:{spec.alias if found is None else spec.target}"
        return "INVALID_LAMBDA_FUNCTION", f"The deployment failed because {missing} does not exist."
    version, weights = found
    why = None
    if version != spec.current:
        why = "The Lambda function alias version does not match the current version in AppSpec file."
    elif spec.target == spec.current:
        why = "The current and the target version are the same."
    elif weights:
        why = "The Lambda function alias has a routing configuration already."
    return None if why is None else ("INVALID_LAMBDA_CONFIGURATION", INVALID + why)


def alarm_objection(configuration: Mapping[str, Any], states: Mapping[str, str]) -> str:
    """Check whether alarms stop a deployment.

    An alarm stops it in the state ALARM. An alarm whose state is not known stops it too, unless the
    configuration sets ``ignorePollAlarmFailure``.

    Args:
        configuration: AlarmConfiguration that applies to the deployment.
        states: State of each alarm that exists, by name.

    Returns:
        CodeDeploy's message, or ``""`` if no alarm stops the deployment.
    """
    names = [alarm["name"] for alarm in configuration["alarms"]]
    active = [f"<{name}>" for name in names if states.get(name) == "ALARM"]
    if active:
        return (
            "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, "
            f"and the affected deployments have been stopped. Activated alarms: {' '.join(active)}"
        )
    unknown = [name for name in names if name not in states]
    if unknown and not configuration.get("ignorePollAlarmFailure"):
        return (
            f"The state of these alarms could not be retrieved from Amazon CloudWatch: {', '.join(unknown)}"
        )
    return ""
