"""AppConfig in memory: one deployment at a time, bakes, monitors, refusals and timestamps as on AWS."""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from localaws.cloud import flag_documents
from tests.fakes.aws import Clock, CloudWatch, Script, Service, answered_at, body, refusal
from tests.fakes.flag_schema import refusal_of

if TYPE_CHECKING:
    from datetime import datetime

POLL_S = 15.0
"""Seconds that have to pass between two calls of a session."""
IN_PROGRESS = {"DEPLOYING", "BAKING", "ROLLING_BACK"}


@dataclass
class Deployed:
    number: int
    version: int
    description: str
    started: datetime
    state: str
    ended: datetime | None = None


@dataclass
class Environment:
    """Deployments of one environment; `monitors` are alarms that roll back a deployment in progress."""

    monitors: list[str] = field(default_factory=list)
    deployments: list[Deployed] = field(default_factory=list)


class AppConfig(Service):
    """Both planes of AppConfig, with environments ``ramp`` and ``kill`` and profiles of the same names.

    Attributes:
        stay: State in which a new deployment is left, by strategy id: COMPLETE, DEPLOYING or BAKING.
        received: Number of documents that sessions were sent, which is what AWS bills.
        instead: Content to answer instead of what is served, by environment; a proxy's error page, for
            example.
    """

    services = ("appconfig", "appconfigdata")

    def __init__(self, script: Script, cloudwatch: CloudWatch, clock: Clock) -> None:
        super().__init__(script)
        self._cloudwatch = cloudwatch
        self._clock = clock
        self.environments = {"ramp": Environment(["canary-alarm"]), "kill": Environment()}
        self.versions: dict[str, dict[int, tuple[bytes, str | None]]] = {"ramp": {}, "kill": {}}
        self.stay = {"bakes": "BAKING", "at-once": "COMPLETE"}
        self.instead: dict[str, bytes] = {}
        self._sessions: dict[str, tuple[str, bytes | None, float, float]] = {}
        self._tokens = self.received = 0
        shape = SimpleNamespace(input_shape=SimpleNamespace(members={"LatestDeploymentNumber": None}))
        self.meta = SimpleNamespace(service_model=SimpleNamespace(operation_model=lambda _name: shape))

    def happen(self) -> None:
        """Do what AppConfig does by itself: roll back under a red monitor, and finish rolling back."""
        for environment in self.environments.values():
            red = any(self._cloudwatch.alarms.get(name) == "ALARM" for name in environment.monitors)
            for deployed in environment.deployments:
                if deployed.state == "ROLLING_BACK":
                    deployed.state, deployed.ended = "ROLLED_BACK", self._clock.moment
                elif deployed.state in {"DEPLOYING", "BAKING"} and red:
                    deployed.state = "ROLLING_BACK"

    def finish(self, name: str) -> None:
        """End the bake of the deployment in progress."""
        for deployed in self.environments[name].deployments:
            if deployed.state in {"DEPLOYING", "BAKING"}:
                deployed.state = "COMPLETE"

    def values(self, name: str) -> dict[str, Any]:
        """Return the flags as they are served; empty if nothing is served or it is not a flag document."""
        try:
            found = json.loads(self.content(name))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def content(self, name: str) -> bytes:
        """Return what is served: the values of a flag document, or anything else unchanged."""
        serving = [
            d for d in self.environments[name].deployments if d.state in {"COMPLETE", "BAKING", "DEPLOYING"}
        ]
        if not serving:
            return b""
        content = self.versions[name][serving[-1].version][0]
        if refusal_of(content):
            return content
        return flag_documents.served(content)

    def op_start_configuration_session(self, *, EnvironmentIdentifier: str, **_: Any) -> dict[str, str]:
        return {"InitialConfigurationToken": self._session(EnvironmentIdentifier, None)}

    def op_get_latest_configuration(self, *, ConfigurationToken: str) -> dict[str, Any]:
        environment, known, polled, expires = self._sessions.pop(ConfigurationToken, ("", None, 0.0, 0.0))
        now = self._clock.now()
        if now >= expires or (known is not None and now < polled + POLL_S):
            raise refusal("BadRequestException", "Expired, or PollIntervalNotSatisfied")
        content = self.instead.get(environment, self.content(environment))
        self.received += content != known
        return {
            "Configuration": body(content if content != known else b""),
            "NextPollConfigurationToken": self._session(environment, content),
        }

    def _session(self, environment: str, known: bytes | None) -> str:
        """Return a token that is good for one call and for a day."""
        self._tokens += 1
        token = f"token-{self._tokens}"
        now = self._clock.now()
        self._sessions[token] = (environment, known, now, now + 86_400)
        return token

    def op_list_environments(self, **_: Any) -> dict[str, Any]:
        return {"Items": [{"Id": name, "Name": f"{name}-name"} for name in self.environments]}

    def op_list_configuration_profiles(self, **_: Any) -> dict[str, Any]:
        return {"Items": [{"Id": name, "Name": f"{name}-profile"} for name in self.versions]}

    def op_list_deployments(self, *, EnvironmentId: str, **_: Any) -> dict[str, Any]:
        return {
            "Items": [
                {
                    "DeploymentNumber": d.number,
                    "State": d.state,
                    "ConfigurationVersion": str(d.version),
                    "StartedAt": d.started,
                }
                for d in self.environments[EnvironmentId].deployments
            ],
            **answered_at(self._clock),
        }

    def op_get_deployment(self, *, EnvironmentId: str, DeploymentNumber: int, **_: Any) -> dict[str, Any]:
        deployed = self._deployed(EnvironmentId, DeploymentNumber)
        log = [{"EventType": "ROLLBACK_COMPLETED", "OccurredAt": deployed.ended}] if deployed.ended else []
        return {
            "Description": deployed.description,
            "ConfigurationVersion": str(deployed.version),
            "State": deployed.state,
            "EventLog": log,
        }

    def op_start_deployment(
        self,
        *,
        EnvironmentId: str,
        ConfigurationVersion: str,
        DeploymentStrategyId: str,
        Description: str,
        LatestDeploymentNumber: int | None = None,
        **_: Any,
    ) -> dict[str, int]:
        deployments = self.environments[EnvironmentId].deployments
        if any(d.state in IN_PROGRESS for d in deployments):
            raise refusal("ConflictException", "a deployment is already in progress", 409)
        if LatestDeploymentNumber is not None and LatestDeploymentNumber != len(deployments):
            raise refusal("ConflictException", "not the latest deployment", 409)
        state = self.stay[DeploymentStrategyId]
        number, moment = len(deployments) + 1, self._clock.moment
        deployments.append(Deployed(number, int(ConfigurationVersion), Description, moment, state))
        return {"DeploymentNumber": number}

    def op_stop_deployment(
        self, *, EnvironmentId: str, DeploymentNumber: int, AllowRevert: bool = False, **_: Any
    ) -> None:
        deployed = self._deployed(EnvironmentId, DeploymentNumber)
        if deployed.state == "COMPLETE" and AllowRevert:
            raise AssertionError("a complete deployment must never be reverted")
        if deployed.state != "DEPLOYING" and not (deployed.state == "BAKING" and AllowRevert):
            raise refusal("BadRequestException", f"deployment is {deployed.state}")
        deployed.state = "ROLLING_BACK"

    def op_create_hosted_configuration_version(
        self,
        *,
        ConfigurationProfileId: str,
        Content: bytes,
        VersionLabel: str | None = None,
        **_: Any,
    ) -> dict[str, int]:
        held = self.versions[ConfigurationProfileId]
        if VersionLabel and any(label == VersionLabel for _, label in held.values()):
            raise refusal("ConflictException", "the label is taken", 409)
        if why := refusal_of(Content):
            raise refusal("BadRequestException", f"Invalid configuration content: {why}")
        number = max(held, default=0) + 1
        held[number] = (flag_documents.stamped(Content, self._clock.now()), VersionLabel)
        return {"VersionNumber": number}

    def op_get_hosted_configuration_version(
        self, *, ConfigurationProfileId: str, VersionNumber: int, **_: Any
    ) -> Any:
        held = self.versions[ConfigurationProfileId]
        if VersionNumber not in held:
            raise refusal("ResourceNotFoundException", status=404)
        return {"Content": body(held[VersionNumber][0])}

    def op_list_hosted_configuration_versions(
        self, *, ConfigurationProfileId: str, **_: Any
    ) -> dict[str, Any]:
        held = self.versions[ConfigurationProfileId]
        return {
            "Items": [{"VersionNumber": number, "VersionLabel": label} for number, (_, label) in held.items()]
        }

    def op_delete_hosted_configuration_version(
        self, *, ConfigurationProfileId: str, VersionNumber: int, **_: Any
    ) -> None:
        del self.versions[ConfigurationProfileId][VersionNumber]

    def _deployed(self, environment: str, number: int) -> Deployed:
        deployments = self.environments[environment].deployments
        if not 0 < number <= len(deployments):
            raise refusal("ResourceNotFoundException", f"deployment {number}", 404)
        return deployments[number - 1]
