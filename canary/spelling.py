"""The two spellings of a name: ``errorRatePct`` in documents, ``error_rate_pct`` in Python."""

from __future__ import annotations

import re


def camel(name: str) -> str:
    """A field's name as documents and Pulumi's configuration spell it."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def snake(name: str) -> str:
    """The way back; a name that is in snake case already stays as it is."""
    return re.sub("(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
