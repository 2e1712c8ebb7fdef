"""Write files that hold a secret. Other users cannot read them, not even while they are being written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """Write a file that only its owner can read. The file appears complete or not at all.

    Args:
        path: Where to write. An existing file is replaced.
        text: Content of the file.
        owner: User id and group id that will own the file. Defaults to those of this process.
    """
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - opens a descriptor, not a path
        if owner is not None:
            os.fchown(descriptor, *owner)
        file.write(text)
    partial.replace(path)
