"""What was changed, by whomever: the audit trail, and AppConfig's own list of deployments beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary import stored
from canary.read.flags import KILL_FLAG
from canary.stored import Unreadable, UnreadableError
from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.flags import documents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from canary.cli.audit import Entry, Trail
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.flags.environment import Deployment, FlagEnvironment


@dataclass(frozen=True)
class Deployed:
    """A flag deployment as AppConfig keeps it.

    Attributes:
        flags: The values that it brought.
        said: Its description: who and why, where this product deployed it.
        events: AppConfig's own log of it, oldest first.
    """

    when: str
    environment: str
    number: int
    state: str
    flags: Mapping[str, Any]
    said: str
    events: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**self.__dict__, "events": list(self.events)}

    def line(self) -> str:
        """For a person."""
        what = f"deployment {self.number}: {_flags(self.flags)}. {_told(self.said)}"
        return f"{self.when}  {self.environment:<9} {self.state:<11} {what}"


@dataclass(frozen=True)
class History:
    """Both, of one period."""

    entries: tuple[Entry, ...]
    deployments: tuple[Deployed, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "entries": [entry.as_dict() for entry in self.entries],
            "deployments": [deployed.as_dict() for deployed in self.deployments],
        }

    def lines(self) -> list[str]:
        """Oldest first."""
        return [text for _, text in self.lines_with_times()] or ["Nothing was changed."]

    def lines_with_times(self) -> list[tuple[str, str]]:
        """The same with the moment that each is about, to set other events between them."""
        both: list[Entry | Deployed] = [*self.entries, *self.deployments]
        return sorted((each.when, each.line()) for each in both)


def history(clients: Clients, target: Target, since: datetime, until: datetime, trail: Trail) -> History:
    """What was changed between two moments."""
    settings = target.settings()
    places = {"ramp": ramp_environment(settings, clients), "kill": kill_environment(settings, clients)}
    identifiers = {"ramp": target.ramp_environment_id, "kill": target.kill_environment_id}
    deployments = [
        _deployed(clients, target, name, identifiers[name], environment, found)
        for name, environment in places.items()
        for found in environment.deployments()
        if since <= found.started <= until
    ]
    return History(tuple(trail.read(since, until)), tuple(sorted(deployments, key=lambda each: each.when)))


def _deployed(  # noqa: PLR0913, PLR0917 - where, and which
    clients: Clients,
    target: Target,
    name: str,
    identifier: str,
    environment: FlagEnvironment,
    found: Deployment,
) -> Deployed:
    answer = clients.appconfig.get_deployment(
        ApplicationId=target.appconfig_application_id, EnvironmentId=identifier, DeploymentNumber=found.number
    )
    try:
        values = environment.document(found.version)["values"]
    except (ClientError, UnreadableError):
        # The version may have been removed since; the deployment stays in the list.
        values = {}
    events = sorted(answer.get("EventLog", []), key=lambda event: str(event.get("OccurredAt", "")))
    said = tuple(
        " ".join(str(event[key]) for key in ("EventType", "TriggeredBy", "Description") if event.get(key))
        for event in events
    )
    when = found.started.isoformat(timespec="seconds")
    return Deployed(when, name, found.number, found.state, values, answer.get("Description", ""), said)


def _told(said: str) -> str:
    """A description for a person; ours is JSON, which a long reason may have cut short."""
    trail = stored.object_of(said)
    if isinstance(trail, Unreadable) or not {"verb", "who", "why"} <= trail.keys():
        return said
    return f"{trail['verb']} by {trail['who']}: {trail['why']}"


def _flags(values: Mapping[str, Any]) -> str:
    if KILL_FLAG in values:
        return "kill switch " + ("on" if documents.is_killed(values) else "off")
    state = documents.ramp_state(values)
    return f"canary {state.percentage:g} %, shadow {state.shadow:g} %"
