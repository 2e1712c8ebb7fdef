"""Finds the step of the migration that is in force: which percentage, and since when.

A step begins when AppConfig starts to serve its document: with the deployment that brought the document, or
with the rollback that brought it back. Nothing older may be judged as part of the step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.read.flags import CANARY_FLAG
from canary.stored import UnreadableError
from canary.unit.flags import documents
from canary.unit.flags.environment import SERVING
from canary.unit.patience import FAULTS, code

if TYPE_CHECKING:
    from datetime import datetime

    from canary.unit.clients import Clients
    from canary.unit.flags.environment import Deployment, FlagEnvironment
    from canary.unit.settings import Settings

TAKEN_BACK = {"ROLLED_BACK", "ROLLING_BACK", "REVERTED"}
_ENDED = {"ROLLBACK_COMPLETED", "REVERT_COMPLETED"}


@dataclass(frozen=True)
class CurrentStep:
    """What the ramp says, and since when.

    Attributes:
        percentage: Percentage of users in the canary; 0 if it is off.
        shadow: Percentage of requests that are shadowed; 0 if shadowing is off.
        began: When the step began.
        deployment: Number of the AppConfig deployment that is served.
        unreadable: Why the percentages are not known; empty if they are known. Unknown percentages are 0 and
            mean nothing.
    """

    percentage: float
    shadow: float
    began: datetime
    deployment: int
    unreadable: str = ""


def current(settings: Settings, clients: Clients, ramp: FlagEnvironment) -> CurrentStep | None:
    """Find the step in force; ``None`` if nothing was ever deployed."""
    deployments = ramp.deployments()
    serving = next((found for found in deployments if found.state in SERVING), None)
    if serving is None:
        return None
    state, unreadable = _state(ramp, serving.version)
    newer = [found for found in deployments if found.number > serving.number and found.state in TAKEN_BACK]
    ended = [taken_back_at(settings, clients, found) for found in newer]
    began = max([serving.started, *ended])
    return CurrentStep(state.percentage, state.shadow, began, serving.number, unreadable)


def _state(ramp: FlagEnvironment, version: str) -> tuple[documents.RampState, str]:
    """Return what a version says; if it cannot be read, what is served, or why neither can be read."""
    try:
        return _said(ramp.document(version)["values"]), ""
    except UnreadableError as error:
        why = str(error)
    except FAULTS as error:
        if code(error) != "ResourceNotFoundException":
            raise
        why = f"Version {version} is gone."
    try:
        return _said(ramp.served()), ""
    except (*FAULTS, KeyError, UnreadableError) as error:
        return documents.RampState(0.0, 0.0), f"{why} {error}"


def _said(values: dict[str, Any]) -> documents.RampState:
    if CANARY_FLAG not in values:
        raise UnreadableError(f"The flags have no {CANARY_FLAG}.")
    return documents.ramp_state(values)


def taken_back_at(settings: Settings, clients: Clients, deployment: Deployment) -> datetime:
    """When a deployment that was taken back ended, from which on the one before it was served again."""
    answer: dict[str, Any] = clients.appconfig.get_deployment(
        ApplicationId=settings.application,
        EnvironmentId=settings.ramp_environment,
        DeploymentNumber=deployment.number,
    )
    times: list[datetime] = [
        event["OccurredAt"]
        for event in answer.get("EventLog", [])
        if event.get("EventType") in _ENDED and "OccurredAt" in event
    ]
    return max(times, default=deployment.started)
