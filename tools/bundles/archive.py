"""Zip archives whose bytes depend only on names and content, not on times, modes, owners or disk order.

Two machines produce identical bytes if their Python has the same zlib. Lambda publishes a version for new
content, so a rebuild, a touched file or another clone must not look like new content.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from tools.setup.stamp import files_under

if TYPE_CHECKING:
    from pathlib import Path

TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""

MODE = 0o100644
"""A regular file that everyone may read, because Lambda runs the function as its own user."""

UNIX = 3


def packed(folder: Path, *, keep: tuple[str, ...] = ()) -> bytes:
    """Pack a folder into a zip.

    Args:
        folder: Folder that becomes the root of the archive.
        keep: Names of folders to include that are left out by default, such as ``__pycache__``.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        names = {file.relative_to(folder).as_posix(): file for file in files_under(folder, keep=keep)}
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, TIME)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, names[name].read_bytes(), compresslevel=9)
    return buffer.getvalue()


def replace_if_different(target: Path, content: bytes) -> bool:
    """Write content to a file atomically, unless the file already holds it.

    Returns:
        Whether the content was different.
    """
    if target.is_file() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(content)
    partial.replace(target)
    return True
