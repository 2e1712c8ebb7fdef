"""Answers CodeDeploy's BeforeAllowTraffic hook: may this version take traffic?

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html: the event
names the deployment and the execution of the hook, and the answer is an API call. A hook that does not answer
within an hour fails the deployment, so everything that goes wrong here is answered with Failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.unit import app_spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from release_check.check import Check

ANSWERED = "LifecycleEventAlreadyCompletedException"


class NotAHookError(ValueError):
    """The function was not invoked by CodeDeploy."""


@dataclass
class Hook:
    """Checks the version of a deployment and answers CodeDeploy.

    Attributes:
        codedeploy: A boto3 client of CodeDeploy.
        check: Checks a version.
        log: Writes one line: a word and fields.
    """

    codedeploy: Any
    check: Check
    log: Callable[..., None]

    def run(self, event: Any) -> dict[str, Any]:
        """Check the version that a deployment shifts traffic to, and answer CodeDeploy.

        Args:
            event: The event of the hook.

        Returns:
            The deployment, the status and the faults, for the log.

        Raises:
            NotAHookError: The event names no deployment.
            ClientError: The answer did not reach CodeDeploy. Lambda then runs the hook again.
        """
        try:
            deployment, execution = str(event["DeploymentId"]), str(event["LifecycleEventHookExecutionId"])
        except (KeyError, TypeError) as error:
            raise NotAHookError(
                "The event has no DeploymentId and LifecycleEventHookExecutionId: this function is invoked "
                "by CodeDeploy, when `canary release` starts a deployment."
            ) from error
        faults = self._faults(deployment)
        status = "Failed" if faults else "Succeeded"
        self.log("RELEASE-CHECK", deployment=deployment, status=status, faults=faults)
        self._answer(deployment, execution, status)
        return {"deployment": deployment, "status": status, "faults": faults}

    def _faults(self, deployment: str) -> list[str]:
        try:
            info = self.codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
            spec = app_spec.of_deployment(self.codedeploy, info)
        except (ClientError, BotoCoreError, app_spec.UnreadableError) as error:
            return [f"{deployment} could not be read: {error}"]
        return self.check.faults(spec.function, spec.after)

    def _answer(self, deployment: str, execution: str, status: str) -> None:
        try:
            self.codedeploy.put_lifecycle_event_hook_execution_status(
                deploymentId=deployment, lifecycleEventHookExecutionId=execution, status=status
            )
        except ClientError as error:
            # An earlier run of this hook has already answered, or the deployment has been stopped meanwhile.
            if error.response["Error"]["Code"] != ANSWERED:
                raise
            self.log("ANSWERED-BEFORE", deployment=deployment)
