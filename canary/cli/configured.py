"""What the ramp said in the course of a window: one percentage, or several when steps changed in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli.errors import OpsError
from canary.stored import UnreadableError
from canary.unit.current_step import TAKEN_BACK, taken_back_at
from canary.unit.flags import documents
from canary.unit.patience import code

if TYPE_CHECKING:
    from datetime import datetime

    from canary.cli.clients import Clients
    from canary.unit.flags.environment import Deployment, FlagEnvironment
    from canary.unit.settings import Settings

LEAST = timedelta(minutes=1)
"""A step that takes up less of a window is left out: metrics are counted by the minute."""


@dataclass(frozen=True)
class Configured:
    """A percentage and since when it was in force; that of the first begins with the window."""

    since: datetime
    percentage: float

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"since": self.since.isoformat(), "percentage": self.percentage}


def configured(
    settings: Settings, clients: Clients, ramp: FlagEnvironment, start: datetime, end: datetime
) -> tuple[Configured, ...]:
    """The percentages of a window, oldest first; 0 before anything was deployed.

    Args:
        settings: Of the unit.
        clients: Of the account.
        ramp: The ramp's environment.
        start: Of the window, with a time zone.
        end: Of the window.

    Raises:
        OpsError: A document that was in force cannot be read.
    """
    changes = _changes(settings, clients, ramp, start, end)
    before = [deployment for moment, deployment in changes if moment <= start]
    pieces = [(start, before[-1] if before else None)]
    pieces += [(moment, deployment) for moment, deployment in changes if start < moment < end]
    ends = [moment for moment, _ in pieces[1:]] + [end]
    long = [piece for piece, until in zip(pieces, ends, strict=True) if until - piece[0] >= LEAST]
    found: list[Configured] = []
    for moment, deployment in long or pieces[-1:]:
        percentage = _percentage(ramp, deployment)
        if not found or found[-1].percentage != percentage:
            found.append(Configured(moment if found else start, percentage))
    return tuple(found)


def _changes(
    settings: Settings, clients: Clients, ramp: FlagEnvironment, start: datetime, end: datetime
) -> list[tuple[datetime, Deployment | None]]:
    """Moments at which another deployment came into force: by itself, or when a later one was taken back."""
    begun = [found for found in reversed(ramp.deployments()) if found.started < end]
    settled = [
        place for place, found in enumerate(begun) if found.started <= start and found.state not in TAKEN_BACK
    ]
    kept: Deployment | None = None
    changes: list[tuple[datetime, Deployment | None]] = []
    for found in begun[settled[-1] if settled else 0 :]:
        changes.append((found.started, found))
        if found.state in TAKEN_BACK:
            changes.append((taken_back_at(settings, clients, found), kept))
        else:
            kept = found
    return changes


def _percentage(ramp: FlagEnvironment, deployment: Deployment | None) -> float:
    if deployment is None:
        return 0.0
    try:
        return documents.ramp_state(ramp.document(deployment.version)["values"]).percentage
    except UnreadableError as error:
        why = str(error)
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        why = f"Version {deployment.version}, which was in force, is gone."
    raise OpsError(f"{why} Say what was configured: --percentage.")
