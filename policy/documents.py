"""Parses IAM policy documents, as far as their content is known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Statement:
    """One statement that allows something. Action names are in lower case.

    Attributes:
        inverted: Whether it allows everything but what it names (NotAction, NotResource, NotPrincipal).
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]
    conditions: dict[str, Any]
    inverted: bool


def statements(document: Any) -> list[Statement]:
    """Return the statements of a document that allow something.

    Empty for a document that is absent, not known yet, or not JSON; AWS refuses a document that is not JSON.
    """
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except json.JSONDecodeError:
            return []
    if not isinstance(document, dict):
        return []
    given = _list(document.get("Statement"))
    return [_statement(one) for one in given if isinstance(one, dict) and one.get("Effect") == "Allow"]


def _statement(given: dict[str, Any]) -> Statement:
    principal = given.get("Principal")
    principals = [principal] if isinstance(principal, str) else []
    if isinstance(principal, dict):
        principals = [name for names in principal.values() for name in _list(names)]
    return Statement(
        actions=tuple(str(action).lower() for action in _list(given.get("Action"))),
        resources=tuple(str(resource) for resource in _list(given.get("Resource"))),
        principals=tuple(str(name) for name in principals),
        conditions=given.get("Condition") or {},
        inverted=any(key in given for key in ("NotAction", "NotResource", "NotPrincipal")),
    )


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
