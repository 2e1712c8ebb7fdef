"""Exceptions to a rule: for one resource, for a reason, until a date. The rule's configuration holds them.

An exception names a resource as the program does, or by its URN if two resources share a name. ``stack``
means findings about the stack as a whole. An exception holds through its expiry date; after that the rule
applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graph import Resource

KEY = "exceptions"
SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "default": [],
    "description": "Resources that the rule lets pass: which, why, and until when (YYYY-MM-DD)",
    "items": {
        "type": "object",
        "required": ["resource", "reason", "expires"],
        "additionalProperties": False,
        "properties": {
            "resource": {"type": "string", "minLength": 1},
            "reason": {"type": "string", "minLength": 10},
            "expires": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        },
    },
}
"""Schema that the engine checks before it starts. This module checks that each date exists."""


@dataclass(frozen=True)
class Exemption:
    """One exception."""

    rule: str
    resource: str
    reason: str
    expires: date

    def covers(self, resource: Resource | None) -> bool:
        """Whether the exception is for this resource; None means the stack as a whole."""
        named = {"stack"} if resource is None else {resource.name, resource.urn}
        return self.resource in named

    def holds(self, today: date) -> bool:
        """Whether the exception has not expired."""
        return today <= self.expires


def exemptions(rule: str, configuration: Mapping[str, Any]) -> list[Exemption]:
    """Read a rule's exceptions from its configuration.

    Raises:
        ValueError: A date does not exist; the message names the exception.
    """
    found = []
    for entry in configuration.get(KEY) or []:
        try:
            expires = date.fromisoformat(entry["expires"])
        except ValueError:
            raise ValueError(
                f"{rule}: the exception for '{entry['resource']}' expires on {entry['expires']}, "
                "which is no day. Write it as YYYY-MM-DD."
            ) from None
        found.append(Exemption(rule, entry["resource"], entry["reason"], expires))
    return found
