"""A zip whose bytes depend on names and content alone: not on times, modes, owners or the order on disk.

Two machines agree byte for byte when their Python's zlib is the same. A Lambda version is published for new
content, so a rebuild, a touched file or another clone must not look like one.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from tools.setup.stamp import files_under

if TYPE_CHECKING:
    from pathlib import Path

TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can say."""

MODE = 0o100644
"""A regular file that everyone may read: Lambda runs the function as a user of its own."""

UNIX = 3


def packed(folder: Path, *, keep: tuple[str, ...] = ()) -> bytes:
    """A zip of a folder.

    Args:
        folder: Becomes the root of the archive.
        keep: Names of folders that are left out elsewhere but belong in here (``__pycache__``).
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
    """Put content in place at once, or leave the file alone when it holds it already.

    Returns:
        Was it different?
    """
    if target.is_file() and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(content)
    partial.replace(target)
    return True
