"""A stack as a graph, so that wiring can be judged while values are still unknown.

In a preview of a stack that does not exist yet, ARNs and ids are unknown, and touching one makes the
engine turn a mandatory rule advisory. What is known is which resource a property was made from:
``property_dependencies``. Rules ask that, and read only values that a program writes down itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi_policy import PolicyResource


def of_type(resources: Iterable[PolicyResource], token: str) -> list[PolicyResource]:
    """The resources of one type."""
    return [resource for resource in resources if resource.resource_type == token]


def feeding(resource: PolicyResource, prop: str, token: str) -> list[PolicyResource]:
    """The resources of a type that a property's value was made from."""
    sources = resource.property_dependencies.get(prop) or []
    return [source for source in sources if source.resource_type == token]


def plain(props: Any, name: str) -> Any:
    """A property's value as plain data, ``None`` when it is absent, not known yet, or partly so.

    The SDK raises a private exception for an unknown value, hence the broad handler.
    """
    try:
        return _plain(props[name]) if name in props else None
    except Exception:  # noqa: BLE001
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    if hasattr(value, "items"):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value]


def inner(props: Any, name: str, field: str) -> Any:
    """A field of an object property that is known although others of the object may not be."""
    try:
        return _plain(props[name][field])
    except Exception:  # noqa: BLE001
        return None
