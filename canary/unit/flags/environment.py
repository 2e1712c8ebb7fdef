"""One AppConfig environment with its flag profile: what it serves, its deployments, and starting new ones."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.stored import Unreadable, UnreadableError, encodable
from canary.unit import service_clock
from canary.unit.flags import documents
from canary.unit.flags.stamps import unstamped

if TYPE_CHECKING:
    from canary.unit.clients import Clients

DESCRIPTION_LIMIT = 1024
"""Maximum length of a deployment's description, 1,024 characters:
https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_StartDeployment.html. The page does not say
how characters outside the basic plane are counted, so bytes are counted here."""
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""Start of a deployment that does not say when it began: AppConfig's model does not require it to."""
SERVING = frozenset({"COMPLETE", "BAKING", "DEPLOYING", "VALIDATING"})
"""States in which a deployment's document is served, or is next to be."""
IN_PROGRESS = ("VALIDATING", "DEPLOYING", "BAKING", "ROLLING_BACK")


@dataclass(frozen=True)
class Deployment:
    """An AppConfig deployment, as it is listed."""

    number: int
    state: str
    version: str
    started: datetime


class FlagEnvironment:
    """An environment, and the one profile that is deployed to it.

    Args:
        clients: Uses appconfig and appconfigdata.
        application: Id of the application.
        environment: Id of the environment.
        profile: Id of the configuration profile.

    Attributes:
        moment: AppConfig's own clock, known once `deployments` has been read; ``None`` before.
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
        self._documents: dict[str, dict[str, Any] | Unreadable] = {}
        self.moment: datetime | None = None

    def served(self) -> dict[str, dict[str, Any]]:
        """Return the flags that functions are served now; empty if nothing was ever deployed.

        Raises:
            UnreadableError: What is served is no flag document.
        """
        return _readable(self._clients.flag_session(self._session).read(), "What is served")

    def deployments(self) -> list[Deployment]:
        """List all deployments, newest first. Also sets ``moment`` to AppConfig's own clock."""
        found = []
        for page in self._clients.appconfig.get_paginator("list_deployments").paginate(**self._where):
            self.moment = service_clock.moment(page) or self.moment
            found += [
                Deployment(
                    int(item["DeploymentNumber"]),
                    str(item.get("State", "")),
                    str(item.get("ConfigurationVersion", "")),
                    item.get("StartedAt") or self.moment or LONG_AGO,
                )
                for item in page["Items"]
            ]
        return sorted(found, key=lambda deployment: -deployment.number)

    def description(self, number: int) -> str:
        """Return why a deployment was started; empty if no one said."""
        answer = self._clients.appconfig.get_deployment(**self._where, DeploymentNumber=number)
        return str(answer.get("Description") or "")

    def document(self, version: str) -> dict[str, Any]:
        """Return a hosted version's whole flag document, unstamped.

        Versions never change, so each is read only once.

        Args:
            version: Number or label of the version; a deployment may name either
                (https://docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_StartDeployment.html).

        Raises:
            UnreadableError: The version is no flag document, or no version has this label.
        """
        if version not in self._documents:
            answer = self._clients.appconfig.get_hosted_configuration_version(
                **self._profile, VersionNumber=self._number(version)
            )
            self._documents[version] = documents.document_of(answer["Content"].read())
        found: dict[str, Any] = unstamped(_readable(self._documents[version], f"Version {version}"))
        return found

    def _number(self, version: str) -> int:
        if version.isascii() and version.isdigit():
            return int(version)
        found = self._version_labelled(version)
        if found is None:
            raise UnreadableError(f"There is no version {version!r}.")
        return int(found)

    def version_of(self, document: dict[str, Any], what: str) -> str:
        """Return the hosted version that holds a document; create one if there is none.

        The version is found again by a label that is made from the content without AppConfig's stamps, so
        repeating an act adds no versions. Two guards at the same moment may create one version each, which
        does no harm. AppConfig's lock against that (``LatestVersionNumber``) is not used: no documentation
        says what it is compared with once the newest version has been deleted, and an act must not wait for
        someone to find out.

        Args:
            document: The flag document.
            what: Name of the document; the label begins with it.
        """
        content = json.dumps(unstamped(document), sort_keys=True, separators=(",", ":")).encode()
        label = f"{what}-{hashlib.sha256(content).hexdigest()[:12]}"
        if (found := self._version_labelled(label)) is not None:
            return found
        created = self._clients.appconfig.create_hosted_configuration_version(
            **self._profile,
            Content=content,
            ContentType="application/json",
            VersionLabel=label,
            Description=what,
        )
        return str(created["VersionNumber"])

    def _version_labelled(self, label: str) -> str | None:
        pages = self._clients.appconfig.get_paginator("list_hosted_configuration_versions").paginate(
            **self._profile
        )
        for page in pages:
            for item in page["Items"]:
                if item.get("VersionLabel") == label:
                    return str(item["VersionNumber"])
        return None

    def deploy(self, version: str, strategy: str, description: str, latest: int) -> int:
        """Start a deployment and return its number.

        Args:
            version: The hosted version.
            strategy: Id of the deployment strategy.
            description: Why; as much of it as fits is kept.
            latest: Number of the newest deployment seen, 0 for none. If the SDK knows the parameter,
                AppConfig refuses the deployment (409) if someone has deployed since, so that of two callers
                only one acts.
        """
        client = self._clients.appconfig
        known = client.meta.service_model.operation_model("StartDeployment").input_shape.members
        guard = {"LatestDeploymentNumber": latest} if latest and "LatestDeploymentNumber" in known else {}
        answer = client.start_deployment(
            **self._where,
            ConfigurationProfileId=self._profile["ConfigurationProfileId"],
            ConfigurationVersion=version,
            DeploymentStrategyId=strategy,
            Description=_fitting(description),
            **guard,
        )
        return int(answer["DeploymentNumber"])

    def stop(self, number: int, *, revert: bool) -> None:
        """Stop a deployment that is in progress.

        Args:
            number: Number of the deployment.
            revert: Whether to allow a revert. It is needed while the deployment bakes, and must never be set
                for a deployment that is complete.
        """
        extra = {"AllowRevert": True} if revert else {}
        self._clients.appconfig.stop_deployment(**self._where, DeploymentNumber=number, **extra)


def _readable(found: dict[str, Any] | Unreadable, what: str) -> dict[str, Any]:
    if isinstance(found, Unreadable):
        raise UnreadableError(f"{what} is no flag document: {found.why}.")
    return found


def _fitting(description: str) -> str:
    shown = "".join(each if each.isprintable() else " " for each in encodable(description))
    kept = shown.encode()[:DESCRIPTION_LIMIT]
    return kept.decode("utf-8", "ignore")
