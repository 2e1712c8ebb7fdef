"""Removes what AppConfig adds to a flag document that it stores: when each flag was created and last changed.

Documents that differ in nothing else are equal, so documents are read without these stamps:
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html
"""

from __future__ import annotations

from typing import Any

STAMPS = frozenset({"_createdAt", "_updatedAt"})


def unstamped(document: Any) -> Any:
    """Return a document without the stamps of its flags and values; anything else is returned as it is."""
    if not isinstance(document, dict):
        return document
    return {part: _each(value) if part in ("flags", "values") else value for part, value in document.items()}


def _each(flags: Any) -> Any:
    if not isinstance(flags, dict):
        return flags
    return {name: _plain(flag) for name, flag in flags.items()}


def _plain(flag: Any) -> Any:
    if not isinstance(flag, dict):
        return flag
    return {name: value for name, value in flag.items() if name not in STAMPS}
