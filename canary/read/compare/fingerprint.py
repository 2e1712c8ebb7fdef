"""A keyed hash that stands for a value in a log: equal values have equal hashes, and none can be reversed."""

from __future__ import annotations

import hashlib
from typing import Any

MAX_NODES = 5_000
"""Maximum number of values that go into one hash."""

MAX_DEPTH = 64
TOO_LARGE = "too-large"
"""Replaces everything beyond the limits in what is hashed."""


def fingerprint(value: Any, key: bytes) -> str:
    """Hash parsed JSON, whatever its depth, size or cycles.

    The order of an object's fields does not matter; 1 and 1.0 are the same value; ``true`` is not 1.

    Returns:
        16 hexadecimal digits.
    """
    if isinstance(value, str):
        text = f"s{value}"
    else:
        parts: list[str] = []
        _spell(value, parts, [MAX_NODES], 0)
        text = "".join(parts)
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=key, digest_size=8, person=b"value").hexdigest()


def _spell(value: Any, parts: list[str], left: list[int], depth: int) -> None:
    left[0] -= 1
    # The length comes first: two texts must not hash like one text that contains both.
    if isinstance(value, str):
        parts.append(f"s{len(value)}:{value}")
    elif left[0] < 0 or depth > MAX_DEPTH:
        parts.append(TOO_LARGE)
    elif isinstance(value, dict):
        parts.append("{")
        for name in sorted(value)[: left[0] + 1]:
            parts.append(f"{len(name)}:{name}=")
            _spell(value[name], parts, left, depth + 1)
        parts.append("}")
    elif isinstance(value, list):
        parts.append("[")
        for member in value[: left[0] + 1]:
            _spell(member, parts, left, depth + 1)
        parts.append("]")
    else:
        parts.append(f"n{_number(value)},")


def _number(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return repr(value)
