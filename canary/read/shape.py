"""Declares the shape of a JSON document. A fault is named by its path, never by a value.

The check is strict on purpose: a field that the contract does not know is a fault, since a canary answer with
an extra column would expose that column to the user.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[Any], str | None]
    """Returns ``None`` for a valid value, else the rest of a sentence that starts with the value's path."""


def text(pattern: str = "", *, nullable: bool = False) -> Check:
    """Check for a string that matches all of ``pattern``; without a pattern, any string is valid."""
    matches = re.compile(pattern, re.ASCII).fullmatch if pattern else None

    def check(value: Any) -> str | None:
        if value is None and nullable:
            return None
        if not isinstance(value, str):
            return " is no text"
        return None if matches is None or matches(value) else " is not written as agreed"

    return check


def whole(*, nullable: bool = False) -> Check:
    """Check for a whole number that is not negative."""

    def check(value: Any) -> str | None:
        if value is None and nullable:
            return None
        valid = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return None if valid else " is no whole number"

    return check


def yes_no(value: Any) -> str | None:
    """Check for a boolean."""
    return None if isinstance(value, bool) else " is neither true nor false"


def many(inner: Check) -> Check:
    """Check for a list whose members all have the same shape."""

    def check(value: Any) -> str | None:
        if not isinstance(value, list):
            return " is no list"
        for member in value:
            fault = inner(member)
            if fault is not None:
                return f"[]{fault}"
        return None

    return check


def record(**fields: Check) -> Check:
    """Check for an object with exactly these fields."""
    return _record(fields)


def _record(fields: Mapping[str, Check]) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, dict):
            return " is no object"
        for name, inner in fields.items():
            if name not in value:
                return f".{name} is missing"
            fault = inner(value[name])
            if fault is not None:
                return f".{name}{fault}"
        return None if len(value) == len(fields) else " has a field that is not in the contract"

    return check
