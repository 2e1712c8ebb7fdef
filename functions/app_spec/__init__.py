"""The AppSpec of a Lambda deployment: which alias goes from which version to which, checked by whom.

The operator's CLI writes it; the guard and the release check read it back from a deployment:
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

BEFORE_TRAFFIC = "BeforeAllowTraffic"


class UnreadableError(ValueError):
    """A revision that is no AppSpec of ours; says what is wrong with it."""


@dataclass(frozen=True)
class AppSpec:
    """A shift of one function's alias; versions are numbers written as text, as Lambda has them.

    Attributes:
        before: The version that the alias has now.
        after: The version that all traffic is to go to.
        check: Function that is asked before any traffic is shifted; ``None`` for none.
    """

    function: str
    alias: str
    before: str
    after: str
    check: str | None = None

    def content(self) -> str:
        """The AppSpec file."""
        properties = {
            "Name": self.function,
            "Alias": self.alias,
            "CurrentVersion": self.before,
            "TargetVersion": self.after,
        }
        document: dict[str, Any] = {
            "version": 0.0,
            "Resources": [{"entry": {"Type": "AWS::Lambda::Function", "Properties": properties}}],
        }
        if self.check is not None:
            document["Hooks"] = [{BEFORE_TRAFFIC: self.check}]
        return json.dumps(document, sort_keys=True)

    def revision(self) -> dict[str, Any]:
        """The same as CreateDeployment wants it."""
        content = self.content()
        checksum = hashlib.sha256(content.encode()).hexdigest()
        return {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": content, "sha256": checksum},
        }


def of_deployment(codedeploy: Any, info: Mapping[str, Any]) -> AppSpec:
    """The AppSpec of a deployment; GetDeployment may leave its content out, GetApplicationRevision has it.

    Args:
        codedeploy: A boto3 client.
        info: ``deploymentInfo`` of GetDeployment.

    Raises:
        UnreadableError: It is no AppSpec of a Lambda function.
    """
    revision = info["revision"]
    content = _content(revision)
    if not content:
        answer = codedeploy.get_application_revision(
            applicationName=info["applicationName"], revision=revision
        )
        content = _content(answer["revision"])
    try:
        document = json.loads(content)
        (resource,) = document["Resources"]
        properties = next(iter(resource.values()))["Properties"]
        hooks = {name: function for hook in document.get("Hooks", []) for name, function in hook.items()}
        return AppSpec(
            str(properties["Name"]),
            str(properties["Alias"]),
            str(properties["CurrentVersion"]),
            str(properties["TargetVersion"]),
            hooks.get(BEFORE_TRAFFIC),
        )
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration) as error:
        raise UnreadableError(
            f"{info['deploymentId']} deploys something else than an AppSpec of `canary release`: {error!r}."
        ) from error


def _content(revision: Mapping[str, Any]) -> str:
    return str((revision.get("appSpecContent") or revision.get("string") or {}).get("content") or "")
