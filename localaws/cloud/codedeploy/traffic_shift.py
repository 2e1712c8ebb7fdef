"""Carry out CodeDeploy deployments, one step each time they are checked.

https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html: a deployment runs the
hook BeforeAllowTraffic, shifts traffic on the cloud's clock, then runs the hook AfterAllowTraffic. An
alarm, a request or a failure ends the deployment early. The rollback is a new deployment that moves the
alias back at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localaws.cloud.codedeploy import appspec
from localaws.cloud.codedeploy.configs import ALL_AT_ONCE
from localaws.cloud.codedeploy.deployment import ROLLBACK, Deployment
from localaws.cloud.codedeploy.deployment_checks import alarm_objection, alias_objection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.cloud.clock import Clock
    from localaws.cloud.codedeploy.deployment import LifecycleEvent, Status
    from localaws.cloud.events import Events
    from localaws.cloud.functions.deployed_functions import Functions

HOOK_TIMEOUT_S = 3_600
"""Cloud seconds within which a hook's function must answer, from the page on AppSpec hooks."""


class TrafficShift:
    """Advances deployments.

    Args:
        clock: The cloud's clock.
        events: Records every step.
        functions: Aliases and hooks of functions.
        alarm_states: Returns the states of those named alarms that exist.
        rolled_back: Takes each new rollback deployment, which must be advanced as well.
    """

    def __init__(
        self,
        clock: Clock,
        events: Events,
        functions: Functions,
        alarm_states: Callable[[list[str]], Awaitable[dict[str, str]]],
        rolled_back: Callable[[Deployment], None],
    ) -> None:
        self._clock = clock
        self._events = events
        self._functions = functions
        self._alarm_states = alarm_states
        self._rolled_back = rolled_back

    async def advance(self, deployment: Deployment) -> None:
        """Do what is due in a deployment; nothing if it has ended."""
        if not deployment.active:
            return
        if deployment.status == "Created" and not self._start(deployment):
            return
        if deployment.stop is not None:
            self._end(
                deployment, "Stopped", "MANUAL_STOP", "The deployment was stopped by a request", "REQUEST"
            )
            return
        if message := await self._alarmed(deployment):
            self._end(deployment, "Stopped", "ALARM_ACTIVE", message, "ALARM")
            return
        if await self._hooked(deployment, "BeforeAllowTraffic") and self._shifted(deployment):
            if not await self._hooked(deployment, "AfterAllowTraffic"):
                return
            deployment.status, deployment.completed = "Succeeded", self._clock.now()
            self._record(deployment, "Succeeded")

    def _start(self, deployment: Deployment) -> bool:
        deployment.status, deployment.started = "InProgress", self._clock.now()
        self._record(deployment, "InProgress")
        # A rollback moves the alias back, whatever state the alias is in.
        objection = (
            None if deployment.creator == ROLLBACK else alias_objection(deployment.spec, self._functions)
        )
        if objection:
            self._end(deployment, "Failed", *objection, "FAILURE")
        return objection is None

    async def _alarmed(self, deployment: Deployment) -> str:
        """Return why alarms stop a deployment; ``""`` if they do not."""
        configuration = deployment.alarms
        if not configuration.get("enabled"):
            return ""
        names = [alarm["name"] for alarm in configuration["alarms"]]
        return alarm_objection(configuration, await self._alarm_states(names))

    async def _hooked(self, deployment: Deployment, name: str) -> bool:
        """Return whether a hook has succeeded.

        Starts the hook if it is pending, and fails the deployment if the hook has failed. A deployment
        without a function for the hook passes it at once.
        """
        event = deployment.events[name]
        function = deployment.spec.hooks.get(name)
        if event.status == "Pending":
            self._begin(event)
            if function is None:
                self._finish(event)
            elif not self._functions.has_version(function, "$LATEST"):
                event.status, event.message = "Failed", f"The function {function} does not exist"
            else:
                payload = {"DeploymentId": deployment.id, "LifecycleEventHookExecutionId": event.execution}
                await self._functions.start(function, payload)
        late = self._clock.now() - (event.started or 0.0) > self._clock.real(HOOK_TIMEOUT_S)
        if event.status == "InProgress" and late:
            event.status, event.message = "Failed", f"{function} did not answer within an hour"
        if event.status == "Failed":
            event.ended = event.ended or self._clock.now()
            why = f"The lifecycle event {name} failed. {event.message}".strip()
            self._end(deployment, "Failed", "HOOK_EXECUTION_FAILURE", why, "FAILURE")
        return event.status == "Succeeded"

    def _shifted(self, deployment: Deployment) -> bool:
        """Shift the traffic that is due and return whether all traffic has been shifted."""
        event = deployment.events["AllowTraffic"]
        if event.status == "Pending":
            self._begin(event)
        passed = (self._clock.now() - (event.started or 0.0)) * self._clock.factor
        due = max((percent for at, percent in deployment.steps if at <= passed + 1e-6), default=0)
        if due > deployment.weight:
            self._point(deployment, due)
        if deployment.weight == 100 and event.status == "InProgress":  # noqa: PLR2004 - 100 percent
            self._finish(event)
        return event.status == "Succeeded"

    def _point(self, deployment: Deployment, percent: int) -> None:
        spec = deployment.spec
        version = spec.target if percent == 100 else spec.current  # noqa: PLR2004 - 100 percent
        weights = {} if version == spec.target else {spec.target: percent / 100}
        self._functions.set_alias(spec.function, spec.alias, version, weights)
        deployment.weight, deployment.touched = percent, True
        self._record(deployment, "Shifted", version=spec.target, weight=percent)

    def _end(self, deployment: Deployment, status: Status, code: str, message: str, cause: str) -> None:
        """End a deployment early, and roll it back if its configuration or the stop request says so.

        Args:
            deployment: The deployment to end.
            status: ``Stopped`` or ``Failed``.
            code: Code of the deployment's error information.
            message: Message of the deployment's error information.
            cause: ``FAILURE``, ``ALARM`` or ``REQUEST``, which selects the automatic rollback event.
        """
        deployment.status, deployment.completed = status, self._clock.now()
        deployment.error = {"code": code, "message": message}
        for event in deployment.events.values():
            event.status = "Skipped" if event.status in {"Pending", "InProgress"} else event.status
        self._record(deployment, status, error=code)
        on = "DEPLOYMENT_FAILURE" if cause == "FAILURE" else f"DEPLOYMENT_STOP_ON_{cause}"
        configuration = deployment.rollback
        wanted = bool(configuration.get("enabled")) and on in configuration.get("events", [])
        asked = deployment.stop[0] if deployment.stop is not None else None
        if deployment.creator != ROLLBACK and (wanted if asked is None else asked):
            self._roll_back(deployment)

    def _roll_back(self, failed: Deployment) -> None:
        """Create the rollback deployment, which deploys the version that traffic came from.

        It changes nothing if no traffic was shifted. It has no hooks. It has no alarms either, because an
        alarm that caused the rollback is still in ALARM.
        """
        found = self._functions.get_alias(failed.spec.function, failed.spec.alias)
        back_to = failed.spec.current if failed.touched or found is None else found[0]
        spec = replace(failed.spec, current=failed.spec.target, target=back_to, hooks={})
        new = Deployment(
            failed.application,
            failed.group,
            ALL_AT_ONCE,
            appspec.write(spec),
            spec,
            self._clock.now(),
            [(0, 100)] if failed.touched else [],
            {},
            failed.rollback,
            creator=ROLLBACK,
            weight=0 if failed.touched else 100,
        )
        new.rollback_info = {
            "rollbackTriggeringDeploymentId": failed.id,
            "rollbackMessage": f"Deployment {new.id} is triggered to roll back deployment {failed.id}.",
        }
        failed.rollback_info = {
            "rollbackDeploymentId": new.id,
            "rollbackMessage": f"Deployment {failed.id} terminated. Automatic rollback is triggered with a "
            f"DeploymentId {new.id}.",
        }
        self._record(new, "Created", rolls_back=failed.id)
        self._rolled_back(new)

    def _begin(self, event: LifecycleEvent) -> None:
        event.status, event.started = "InProgress", self._clock.now()

    def _finish(self, event: LifecycleEvent) -> None:
        event.status, event.ended = "Succeeded", self._clock.now()

    def _record(self, deployment: Deployment, what: str, **more: Any) -> None:
        detail = {"status": what, "group": deployment.group, "function": deployment.spec.function, **more}
        self._events.record("codedeploy", deployment.id, detail)
