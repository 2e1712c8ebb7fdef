"""Who may invoke what, according to the resource policies of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kinds import ALIAS, FUNCTION, PERMISSION

if TYPE_CHECKING:
    from graph import Resource, Stack


def permitted(stack: Stack, principal: str, source: Resource, target: Resource) -> bool:
    """Return whether a service may invoke an alias or a function on behalf of an alarm or a topic."""
    return any(
        _from(stack, permission, source) and _to(stack, permission, target)
        for permission in stack.of_type(PERMISSION)
        if permission.get("principal") == principal
    )


def _from(stack: Stack, permission: Resource, source: Resource) -> bool:
    """Return whether a permission covers a source.

    A permission without a source ARN covers everything in its account. Without an account either, it would
    cover every account; that is too much, so it does not count.
    """
    given = permission.get("sourceArn")
    if given is None:
        return permission.get("sourceAccount") is not None
    if isinstance(given, str) and given.endswith("*"):
        return True
    return source in stack.linked(permission, "sourceArn", source.type)


def _to(stack: Stack, permission: Resource, target: Resource) -> bool:
    functions = stack.linked(permission, "function", FUNCTION)
    if target.type == FUNCTION:
        return target in functions
    by_name = permission.get("qualifier") == target.called() and any(
        function in functions for function in target.sources("functionName", FUNCTION)
    )
    return by_name or target in permission.sources("qualifier", ALIAS) + permission.sources("function", ALIAS)
