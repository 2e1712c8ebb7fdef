"""Following a CodeDeploy deployment to its end, and the rollback that may come after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.unit.release.take_back import RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.unit.patience import Patience


@dataclass(frozen=True)
class Ended:
    """How a deployment ended.

    Attributes:
        status: CodeDeploy's; one that is still running has not ended in time.
        why: CodeDeploy's own words; empty for a success.
        rollback: The deployment that took it back, if there was one.
    """

    status: str
    why: str
    rollback: str | None

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.status in RUNNING


def follow(clients: Clients, identifier: str, patience: Patience, say: Callable[[str], None]) -> Ended:
    """Look until a deployment and its rollback have ended; says what changes.

    Args:
        clients: Uses codedeploy.
        identifier: The deployment.
        patience: How long; what has not ended then goes on without being watched.
        say: Told of each change once.
    """
    pauses = patience.pauses()
    told = ""
    while True:
        info = clients.codedeploy.get_deployment(deploymentId=identifier)["deploymentInfo"]
        rollback = (info.get("rollbackInfo") or {}).get("rollbackDeploymentId")
        back = rollback is not None and _status(clients, rollback) in RUNNING
        now = f"{rollback} takes it back" if back else _progress(clients, identifier, info)
        if now != told:
            say(f"{identifier}: {now}")
            told = now
        if (info["status"] not in RUNNING and not back) or not pauses.take():
            status = info["status"] if not back else "InProgress"
            return Ended(status, (info.get("errorInformation") or {}).get("message", ""), rollback)


def _status(clients: Clients, identifier: str) -> str:
    return str(clients.codedeploy.get_deployment(deploymentId=identifier)["deploymentInfo"]["status"])


def _progress(clients: Clients, identifier: str, info: dict[str, Any]) -> str:
    """What it is at: the check, or how much traffic it has moved."""
    if info["status"] not in RUNNING:
        return str(info["status"])
    targets = clients.codedeploy.list_deployment_targets(deploymentId=identifier)["targetIds"]
    if not targets:
        return str(info["status"])
    found = clients.codedeploy.get_deployment_target(deploymentId=identifier, targetId=targets[0])
    target = found["deploymentTarget"]["lambdaTarget"]
    at = next((event for event in target.get("lifecycleEvents", []) if event["status"] == "InProgress"), None)
    weight = (target.get("lambdaFunctionInfo") or {}).get("targetVersionWeight", 0)
    step = f", {at['lifecycleEventName']}" if at else ""
    return f"{info['status']}{step}, {weight:g} % on the new version"
