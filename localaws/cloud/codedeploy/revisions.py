"""Application revisions that are registered with CodeDeploy.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetApplicationRevision.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.cloud.codedeploy import appspec
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.cloud.codedeploy.groups import Groups


class Revisions:
    """Keeps revisions by application and content.

    Args:
        now: Returns the wall clock time in seconds since the epoch.
        groups: Applications and deployment groups.
    """

    def __init__(self, now: Callable[[], float], groups: Groups) -> None:
        self._now = now
        self._groups = groups
        self._revisions: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {}

    def used(self, application: str, revision: dict[str, Any], group: str) -> None:
        """Register the revision that a deployment uses.

        Args:
            application: Name of the application.
            revision: The revision.
            group: Name of the deployment group.
        """
        text = appspec.revision_text(revision)
        _, info = self._revisions.setdefault(
            (application, appspec.checksum(text)),
            (revision, {"registerTime": self._now(), "deploymentGroups": []}),
        )
        info["lastUsedTime"] = self._now()
        info.setdefault("firstUsedTime", info["lastUsedTime"])
        if group not in info["deploymentGroups"]:
            info["deploymentGroups"].append(group)

    def get_application_revision(self, params: dict[str, Any]) -> dict[str, Any]:
        """GetApplicationRevision. Finds a revision by its content."""
        application = params["applicationName"]
        self._groups.application(application)
        identity = (application, appspec.checksum(appspec.revision_text(params["revision"])))
        if identity not in self._revisions:
            raise ServiceError("RevisionDoesNotExistException", f"{application} has no such revision")
        revision, info = self._revisions[identity]
        return {"applicationName": application, "revision": revision, "revisionInfo": info}
