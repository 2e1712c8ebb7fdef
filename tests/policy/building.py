"""Builds resources by hand, in the form that the engine passes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.policy.harness import Json

ACCOUNT = "123456789012"


def resource(  # noqa: PLR0913 - a resource takes this many arguments
    token: str,
    name: str,
    properties: Json | None = None,
    *,
    made_from: dict[str, list[Json]] | None = None,
    outputs: Json | None = None,
    options: Json | None = None,
) -> Json:
    """Build one resource; only a look at the whole stack shows its outputs."""
    given = properties or {}
    return {
        "type": token,
        "name": name,
        "urn": f"urn:pulumi:dev::somebody::{token}::{name}",
        "inputs": dict(given),
        "properties": {**copy.deepcopy(given), **(outputs or {})},
        "options": {"ignoreChanges": [], **(options or {})},
        "dependencies": [],
        "propertyDependencies": {
            prop: {"urns": [source["urn"] for source in sources]}
            for prop, sources in (made_from or {}).items()
        },
    }


def arn(service: str, rest: str) -> str:
    """Build an ARN in one account and region."""
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{rest}"


def tagged(**properties: Any) -> Json:
    """Add the tags that the pack requires to properties."""
    return {**properties, "tagsAll": {"Project": "somebody", "Stack": "dev", "Owner": "me"}}
