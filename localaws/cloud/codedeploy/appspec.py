"""Read and write AppSpec files of the Lambda compute platform.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html and
reference-appspec-file-structure-hooks.html: an AppSpec is JSON or YAML. It names one function, its alias, the
current and the target version, and the functions to run before and after the shift. AWS's own examples write
member names in either case, so case is ignored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import yaml

from localaws.cloud.request import ServiceError

HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")
_FUNCTION = "AWS::Lambda::Function"


@dataclass(frozen=True)
class AppSpec:
    """The shift that an AppSpec describes.

    Attributes:
        function: Name of the function.
        alias: Alias that is moved.
        current: Version that traffic goes to now.
        target: Version that traffic will go to.
        hooks: Function to run, by lifecycle event.
    """

    function: str
    alias: str
    current: str
    target: str
    hooks: dict[str, str]


def revision_text(revision: dict[str, Any]) -> str:
    """Return the text of the AppSpec in a revision.

    Raises:
        ServiceError: ``InvalidRevisionException``. The revision is of another type, has no content, or its
            checksum is wrong.
    """
    members = {"AppSpecContent": "appSpecContent", "String": "string"}
    kind = str(revision.get("revisionType"))
    if kind not in members:
        raise _invalid(f"revisionType must be AppSpecContent here, not {kind}")
    part = revision.get(members[kind]) or {}
    content = part.get("content")
    if not content:
        raise _invalid("the AppSpec file is empty")
    if part.get("sha256") not in {None, checksum(content)}:
        raise _invalid("sha256 is not that of the content")
    return str(content)


def checksum(content: str) -> str:
    """Return the SHA-256 of an AppSpec in hexadecimal, which also identifies its revision."""
    return hashlib.sha256(content.encode()).hexdigest()


def parse(content: str) -> AppSpec:
    """Parse an AppSpec.

    Raises:
        ServiceError: ``InvalidRevisionException`` with a message that says what is missing or wrong.
    """
    try:
        document = _lower(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise _invalid(f"neither JSON nor YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(document, dict) or not isinstance(document.get("resources"), list):
        raise _invalid("resources must be a list with one function")
    resources = [
        resource for entry in document["resources"] if isinstance(entry, dict) for resource in entry.values()
    ]
    if len(resources) != 1 or not isinstance(resources[0], dict) or resources[0].get("type") != _FUNCTION:
        raise _invalid(f"resources must be a list with one {_FUNCTION}")
    properties = resources[0].get("properties") or {}
    named = {
        name: _version(properties.get(name), name)
        for name in ("name", "alias", "currentversion", "targetversion")
    }
    hooks = _hooks(document.get("hooks") or [])
    return AppSpec(named["name"], named["alias"], named["currentversion"], named["targetversion"], hooks)


def write(spec: AppSpec) -> dict[str, Any]:
    """Write an AppSpec as a revision, the way CodeDeploy does for a rollback."""
    properties = {
        "Name": spec.function,
        "Alias": spec.alias,
        "CurrentVersion": spec.current,
        "TargetVersion": spec.target,
    }
    resource = {"Type": _FUNCTION, "Properties": properties}
    content = json.dumps({"version": 0.0, "Resources": [{spec.function: resource}]})
    return {
        "revisionType": "AppSpecContent",
        "appSpecContent": {"content": content, "sha256": checksum(content)},
    }


def _version(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise _invalid(f"{name} must be a string; a version is one too")
    return value


def _hooks(entries: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        for name, function in (entry if isinstance(entry, dict) else {"": ""}).items():
            event = next((hook for hook in HOOKS if hook.lower() == name), None)
            if event is None or not isinstance(function, str) or not function:
                raise _invalid(f"hooks are {' and '.join(HOOKS)}, each with a function's name")
            found[event] = function
    return found


def _lower(value: Any) -> Any:
    """Convert member names to lower case at every depth."""
    if isinstance(value, dict):
        return {str(name).lower(): _lower(inner) for name, inner in value.items()}
    return [_lower(inner) for inner in value] if isinstance(value, list) else value


def _invalid(why: str) -> ServiceError:
    return ServiceError("InvalidRevisionException", f"The revision was specified in an invalid format: {why}")
