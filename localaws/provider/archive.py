"""Turns an archive into the bytes that a service expects: a single zip file."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from localaws.provider.model import ProviderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from localaws.provider.wire import Blob

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Timestamp of every entry, the earliest that a zip file can hold; the same content gives the same bytes."""


def zipped(archive: Blob, root: Path) -> bytes:
    """Return a zip file's own bytes, or zip a folder or the given assets.

    Args:
        archive: The archive as the engine sent it.
        root: Folder against which relative paths are resolved.

    Raises:
        ProviderError: The path holds neither a zip file nor a folder, or the archive is of another kind.
    """
    raw = archive.raw
    if path := raw.get("path"):
        file = root / path
        if file.is_file() and zipfile.is_zipfile(file):
            content: bytes = file.read_bytes()
            return content
        if not file.is_dir():
            raise ProviderError(f"code: {path} is neither a zip file nor a folder")
        return _zip(dict(_files(file, "")))
    if "assets" in raw:
        return _zip(dict(_entries(raw["assets"], root, "")))
    raise ProviderError("code must be a zip file, a folder or a set of assets on this machine")


def _zip(content: Mapping[str, bytes]) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(content):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content[name], zipfile.ZIP_DEFLATED)
    return result.getvalue()


def _files(folder: Path, under: str) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield under + path.relative_to(folder).as_posix(), path.read_bytes()


def _entries(assets: Mapping[str, Any], root: Path, under: str) -> Iterator[tuple[str, bytes]]:
    for name, asset in assets.items():
        if "assets" in asset:
            yield from _entries(asset["assets"], root, f"{under}{name}/")
        elif "text" in asset:
            yield under + name, str(asset["text"]).encode()
        elif "path" in asset and (root / asset["path"]).is_dir():
            yield from _files(root / asset["path"], f"{under}{name}/")
        elif "path" in asset:
            yield under + name, (root / asset["path"]).read_bytes()
        else:
            raise ProviderError(f"code: {under}{name} is not on this machine")
