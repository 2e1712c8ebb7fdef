"""The AppSpec of a Lambda deployment: which alias moves from which version to which, and what checks it.

The operator's CLI writes the AppSpec as JSON. The guard and the release check read it back from a deployment.
There, anyone may have written it, in JSON or YAML, as ``AppSpecContent`` or as ``String``:
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html,
https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_RevisionLocation.html. AWS's own examples write
the names of its members in either case.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary import stored
from canary.stored import Unreadable
from canary.unit.app_spec import block_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

BEFORE_TRAFFIC = "BeforeAllowTraffic"


LONGEST = 65_536
"""Maximum length in characters of an AppSpec that is read. One with every hook has fewer than a thousand."""
_MEMBERS = {"AppSpecContent": "appSpecContent", "String": "string"}
_FUNCTION = "AWS::Lambda::Function"
_FUNCTION_NAME = re.compile(r"[a-zA-Z0-9:$_-]{1,170}")
"""A function's name or ARN: https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html."""
_ALIAS_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_VERSION = re.compile(r"[0-9]{1,20}|\$LATEST")


class UnreadableError(ValueError):
    """A revision is no AppSpec of a Lambda function; the message says what is wrong with it."""


@dataclass(frozen=True)
class AppSpec:
    """A shift of one function's alias. Versions are numbers written as text, as Lambda has them.

    Attributes:
        function: Name or ARN of the function.
        alias: The alias that is moved.
        before: The version that the alias has now.
        after: The version that all traffic goes to in the end.
        check: Function that is invoked before any traffic is shifted; ``None`` for none.
    """

    function: str
    alias: str
    before: str
    after: str
    check: str | None = None

    def content(self) -> str:
        """Return the content of the AppSpec file, as JSON."""
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
        """Return the AppSpec in the form that CreateDeployment takes."""
        content = self.content()
        checksum = hashlib.sha256(content.encode()).hexdigest()
        return {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": content, "sha256": checksum},
        }


def of_deployment(codedeploy: Any, info: Mapping[str, Any]) -> AppSpec:
    """Read the AppSpec of a deployment.

    GetDeployment may leave the content out; it is then read from GetApplicationRevision.

    Args:
        codedeploy: A boto3 client of CodeDeploy.
        info: ``deploymentInfo`` of GetDeployment.

    Raises:
        UnreadableError: The deployment has no AppSpec of a Lambda function.
    """
    revision = info.get("revision")
    content = _content(revision)
    if content is None and isinstance(revision, dict) and revision.get("revisionType") in _MEMBERS:
        answer = codedeploy.get_application_revision(
            applicationName=info["applicationName"], revision=revision
        )
        content = _content(answer.get("revision"))
    found = parsed(content)
    if isinstance(found, Unreadable):
        raise UnreadableError(
            f"{info.get('deploymentId')} deploys something else than an AppSpec of `canary release`: "
            f"{found.why}."
        )
    return found


def parsed(content: str | None) -> AppSpec | Unreadable:
    """Parse the AppSpec in a revision's content, in JSON or YAML. Never raises."""
    if content is None:
        return Unreadable("its revision has no content here, as one in S3 or on GitHub")
    if len(content) > LONGEST:
        return Unreadable(f"it has more than {LONGEST} characters")
    document = stored.object_of(content)
    if isinstance(document, Unreadable):
        json_like = content.lstrip("\ufeff \t\r\n").startswith(("{", "["))
        document = document if json_like else _yaml(content)
    return document if isinstance(document, Unreadable) else _spec(document)


def _yaml(content: str) -> Any:
    try:
        return block_yaml.read(content)
    except block_yaml.NotReadError as error:
        return Unreadable(f"it is neither JSON nor YAML in blocks: {error}")


def _spec(document: Any) -> AppSpec | Unreadable:
    resources = _member(document, "Resources")
    named = resources[0] if isinstance(resources, list) and len(resources) == 1 else None
    resource = next(iter(named.values())) if isinstance(named, dict) and len(named) == 1 else None
    if resource is None:
        return Unreadable("it does not have exactly one resource")
    if _member(resource, "Type") != _FUNCTION:
        return Unreadable(f"its resource is no {_FUNCTION}")
    properties = _member(resource, "Properties")
    function, alias = _member(properties, "Name"), _member(properties, "Alias")
    if not (_fits(_FUNCTION_NAME, function) and _fits(_ALIAS_NAME, alias)):
        return Unreadable("it does not name a function and its alias")
    before, after = (_version(_member(properties, name)) for name in ("CurrentVersion", "TargetVersion"))
    if before is None or after is None:
        return Unreadable("CurrentVersion or TargetVersion is no version")
    check = _check(_member(document, "Hooks"))
    return check if isinstance(check, Unreadable) else AppSpec(function, alias, before, after, check)


def _check(hooks: Any) -> str | Unreadable | None:
    """Find the function that is invoked before any traffic is shifted."""
    if not hooks:
        return None
    if not isinstance(hooks, list):
        return Unreadable("its hooks are no list")
    found = [_member(hook, BEFORE_TRAFFIC) for hook in hooks]
    named = [function for function in found if function is not None]
    if not all(isinstance(function, str) and function for function in named):
        return Unreadable("a hook names no function")
    return named[-1] if named else None


def _member(value: Any, name: str) -> Any:
    """Return a member of an object, ignoring the case of its name; ``None`` unless there is exactly one."""
    if not isinstance(value, dict):
        return None
    found = [inner for key, inner in value.items() if key.lower() == name.lower()]
    return found[0] if len(found) == 1 else None


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _version(value: Any) -> str | None:
    """Return a version as Lambda has it: a number, which may be written as text or as a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**20 else ""
    return value if isinstance(value, str) and _VERSION.fullmatch(value) else None


def _content(revision: Any) -> str | None:
    if not isinstance(revision, dict):
        return None
    for member in _MEMBERS.values():
        part = revision.get(member)
        content = part.get("content") if isinstance(part, dict) else None
        if isinstance(content, str) and content:
            return content
    return None
