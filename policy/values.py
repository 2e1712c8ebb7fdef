"""Properties as plain data, in which unknown values are marked instead of raising.

The SDK raises on every access to an unknown value, which ends a rule half-way and turns a mandatory rule into
an advisory one. A rule that can see unknown values decides as much as the known values allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from pulumi_policy.proxy import UnknownValueError


class Unknown(Enum):
    """Type of `UNKNOWN`."""

    UNKNOWN = "not known yet"

    def __bool__(self) -> bool:
        """Refuse to be a condition: an unknown value is neither true nor false, so the rule has a bug."""
        raise TypeError("a value that is not known yet was taken for true or false")


UNKNOWN = Unknown.UNKNOWN
"""Stands for a value that only the update will know."""


REDACTED = "[secret]"
"""What the engine shows instead of a secret that it cannot decrypt, whatever the secret's type.

https://github.com/pulumi/pulumi/blob/master/pkg/backend/secrets/providers.go
"""


def plain(value: Any) -> Any:
    """Convert one or all properties to dictionaries, lists and scalars, with `UNKNOWN` for unknown values.

    A secret that the engine shows redacted becomes `UNKNOWN` too.
    """
    if isinstance(value, str) and value == REDACTED:
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _at(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_at(value, index) for index in range(len(value))]
    return value


def _at(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def inside(value: Any, *path: str | int) -> Any:
    """Return the value at a path: ``None`` if there is none, `UNKNOWN` if it or its container is unknown."""
    for step in path:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def strings(value: Any) -> Iterator[str]:
    """Yield every known text in a value, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def has_unknown(value: Any) -> bool:
    """Return whether any part of a value is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def shown(value: Any) -> str:
    """Format a value for a message."""
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else repr(value)
