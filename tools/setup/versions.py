"""Parses version numbers as programs print them."""

from __future__ import annotations

import re

Version = tuple[int, int, int]


def version_in(text: str | None) -> Version | None:
    """Return the first ``major.minor[.patch]`` in a text.

    Args:
        text: For example ``v20.19.0`` or ``go version go1.26.8 linux/amd64``; None gives None.
    """
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text or "")
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def recent(text: str | None, wanted: Version) -> bool:
    """Return whether the version in the text is at least the wanted one."""
    found = version_in(text)
    return found is not None and found >= wanted


def written(version: Version) -> str:
    """Format a version, for example ``1.25.11``."""
    return ".".join(str(part) for part in version)
