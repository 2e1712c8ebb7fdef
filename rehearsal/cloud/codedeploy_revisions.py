"""Application revisions that CodeDeploy knows.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RegisterApplicationRevision.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rehearsal.cloud import appspec
from rehearsal.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.cloud.codedeploy_groups import Groups


class Revisions:
    """Revisions by application and content."""

    def __init__(self, now: Callable[[], float], groups: Groups) -> None:
        self._now = now
        self._groups = groups
        self._revisions: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {}

    def register_application_revision(self, params: dict[str, Any]) -> dict[str, Any]:
        """RegisterApplicationRevision; registering one again changes its description only."""
        application, revision = params["applicationName"], params["revision"]
        self._groups.application(application)
        text = appspec.revision_text(revision)
        appspec.parse(text)
        _, info = self._revisions.setdefault(
            (application, appspec.checksum(text)),
            (revision, {"registerTime": self._now(), "deploymentGroups": []}),
        )
        if "description" in params:
            info["description"] = params["description"]
        return {}

    def used(self, application: str, revision: dict[str, Any], group: str) -> None:
        """A deployment uses a revision, which registers it."""
        self.register_application_revision({"applicationName": application, "revision": revision})
        _, info = self._revisions[application, appspec.checksum(appspec.revision_text(revision))]
        info["lastUsedTime"] = self._now()
        info.setdefault("firstUsedTime", info["lastUsedTime"])
        if group not in info["deploymentGroups"]:
            info["deploymentGroups"].append(group)

    def get_application_revision(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetApplicationRevision."""
        application = params["applicationName"]
        self._groups.application(application)
        identity = (application, appspec.checksum(appspec.revision_text(params["revision"])))
        if identity not in self._revisions:
            raise ServiceError("RevisionDoesNotExistException", f"{application} has no such revision")
        revision, info = self._revisions[identity]
        return {"applicationName": application, "revision": revision, "revisionInfo": info}

    def list_application_revisions(self, params: dict[str, Any]) -> dict[str, Any]:
        """ListApplicationRevisions."""
        application = params["applicationName"]
        self._groups.application(application)
        return {"revisions": [found for (of, _), (found, _) in self._revisions.items() if of == application]}
