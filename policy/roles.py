"""What a role may do, as far as the stack shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents import statements
from kinds import ATTACHMENT, ROLE, ROLE_POLICY
from values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graph import Resource, Stack


READS_ALARMS = "cloudwatch:describealarms"
INVOKES = "lambda:invokefunction"


def policies_of(stack: Stack, role: Resource) -> list[Resource]:
    """Return the role's inline policies that are separate resources."""
    return [policy for policy in stack.of_type(ROLE_POLICY) if role in stack.linked(policy, "role", ROLE)]


def attached(stack: Stack, role: Resource) -> bool:
    """Return whether the role has policies that are not read here: managed, or inline in the role itself."""
    managed = role.get("managedPolicyArns")
    inline = role.get("inlinePolicies")
    return (
        any(role in stack.linked(attachment, "role", ROLE) for attachment in stack.of_type(ATTACHMENT))
        or (managed is not UNKNOWN and bool(managed))
        or (inline is not UNKNOWN and bool(inline))
    )


def may(stack: Stack, role: Resource, action: str, things: Iterable[Resource]) -> bool:
    """Return whether a role may do something to things, as far as is known.

    A document that is not known yet must be made from each of the things. Managed policies, and those inline
    in the role itself, are trusted.
    """
    policies = policies_of(stack, role)
    if attached(stack, role) or allowed((policy.get("policy") for policy in policies), action):
        return True
    unknown = [policy for policy in policies if policy.get("policy") is UNKNOWN]
    made_from = {source for policy in unknown for source in policy.made_from.get("policy", [])}
    return bool(unknown) and all(thing in made_from for thing in things)


def allowed(documents: Iterable[Any], action: str) -> bool:
    """Return whether a known document allows an action, given in lower case. A wildcard allows it too."""
    service = action.split(":", maxsplit=1)[0]
    return any(
        name in (action, "*", f"{service}:*") or (name.endswith("*") and action.startswith(name[:-1]))
        for document in documents
        for statement in statements(document)
        for name in statement.actions
    )
