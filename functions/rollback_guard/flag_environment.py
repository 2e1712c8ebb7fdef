"""One AppConfig environment with its flag profile: what it serves, what was deployed, and new deployments."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rollback_guard.stamps import unstamped

if TYPE_CHECKING:
    from datetime import datetime

    from rollback_guard.clients import Clients

IN_PROGRESS = ("VALIDATING", "DEPLOYING", "BAKING", "ROLLING_BACK")


@dataclass(frozen=True)
class Deployment:
    """An AppConfig deployment as it is listed."""

    number: int
    state: str
    version: str
    started: datetime


class FlagEnvironment:
    """An environment and the one profile deployed to it.

    Args:
        clients: Uses appconfig and appconfigdata.
        application: Application id.
        environment: Environment id.
        profile: Configuration profile id.
    """

    def __init__(self, clients: Clients, application: str, environment: str, profile: str) -> None:
        self._clients = clients
        self._where = {"ApplicationId": application, "EnvironmentId": environment}
        self._profile = {"ApplicationId": application, "ConfigurationProfileId": profile}
        self._session = {
            "ApplicationIdentifier": application,
            "EnvironmentIdentifier": environment,
            "ConfigurationProfileIdentifier": profile,
        }
        self._documents: dict[str, dict[str, Any]] = {}

    def served(self) -> dict[str, Any]:
        """Flags as functions are served them now; empty when nothing was ever deployed."""
        return self._clients.flag_session(self._session).read()

    def deployments(self) -> list[Deployment]:
        """All deployments, newest first."""
        pages = self._clients.appconfig.get_paginator("list_deployments").paginate(**self._where)
        found = [
            Deployment(
                int(item["DeploymentNumber"]),
                item["State"],
                str(item["ConfigurationVersion"]),
                item["StartedAt"],
            )
            for page in pages
            for item in page["Items"]
        ]
        return sorted(found, key=lambda deployment: -deployment.number)

    def description(self, number: int) -> str:
        """Why a deployment was started; empty where nobody said."""
        answer = self._clients.appconfig.get_deployment(**self._where, DeploymentNumber=number)
        return str(answer.get("Description") or "")

    def document(self, version: str) -> dict[str, Any]:
        """A hosted version's whole flag document, unstamped; versions never change, so it is read once."""
        if version not in self._documents:
            answer = self._clients.appconfig.get_hosted_configuration_version(
                **self._profile, VersionNumber=int(version)
            )
            self._documents[version] = unstamped(json.loads(answer["Content"].read()))
        return self._documents[version]

    def version_of(self, document: dict[str, Any], what: str) -> str:
        """The hosted version that holds a document, created if there is none.

        It is found again by a label made from the content without AppConfig's stamps, so that repeating an
        act adds no versions. Two guards at the same moment may create one each, which does no harm.
        AppConfig's lock against that (``LatestVersionNumber``) is not used: no document says what it is
        compared with once the newest version has been deleted, and an act must not wait for somebody to find
        out.
        """
        content = json.dumps(unstamped(document), sort_keys=True, separators=(",", ":")).encode()
        label = f"{what}-{hashlib.sha256(content).hexdigest()[:12]}"
        pages = self._clients.appconfig.get_paginator("list_hosted_configuration_versions").paginate(
            **self._profile
        )
        for page in pages:
            for item in page["Items"]:
                if item.get("VersionLabel") == label:
                    return str(item["VersionNumber"])
        created = self._clients.appconfig.create_hosted_configuration_version(
            **self._profile,
            Content=content,
            ContentType="application/json",
            VersionLabel=label,
            Description=what,
        )
        return str(created["VersionNumber"])

    def deploy(self, version: str, strategy: str, description: str, latest: int) -> int:
        """Start a deployment and return its number.

        Args:
            version: Hosted version.
            strategy: Deployment strategy id.
            description: Why; up to 1,024 characters are kept.
            latest: Number of the newest deployment seen. Where the SDK knows the parameter, AppConfig
                refuses when somebody has deployed since (409), so that of two only one acts.
        """
        client = self._clients.appconfig
        known = client.meta.service_model.operation_model("StartDeployment").input_shape.members
        guard = {"LatestDeploymentNumber": latest} if latest and "LatestDeploymentNumber" in known else {}
        answer = client.start_deployment(
            **self._where,
            ConfigurationProfileId=self._profile["ConfigurationProfileId"],
            ConfigurationVersion=version,
            DeploymentStrategyId=strategy,
            Description=description[:1024],
            **guard,
        )
        return int(answer["DeploymentNumber"])

    def stop(self, number: int, *, revert: bool) -> None:
        """Stop a deployment that is in progress.

        Args:
            number: The deployment.
            revert: Needed while it bakes; it must never be given for a deployment that is complete.
        """
        extra = {"AllowRevert": True} if revert else {}
        self._clients.appconfig.stop_deployment(**self._where, DeploymentNumber=number, **extra)
