"""Files that hold a secret: no one else can read them, not even for the moment in which they are made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """Write a file that only its owner can read; it appears whole, or not at all.

    Args:
        path: Where; a file that is there is replaced.
        text: What it holds.
        owner: User and group that it is given to; this process's by default.
    """
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a descriptor
        if owner is not None:
            os.fchown(descriptor, *owner)
        file.write(text)
    partial.replace(path)
