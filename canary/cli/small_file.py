"""Files that an operator names: small, regular and text; anything else is refused by name, at once."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 4 * 1024 * 1024
"""Bytes: a hundred times the longest list of users or summary that there is."""


def text_of(path: Path) -> str:
    """A file's text.

    Raises:
        OpsError: It cannot be read, is no regular file, is larger than ``LARGEST``, or is not UTF-8.
    """
    try:
        # Without waiting: a pipe that nothing writes to would never open.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - a descriptor
            kind = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISCHR(kind)):
                raise OpsError(f"{path} cannot be read: it is no file. Save what is to be read in one first.")
            content = file.read(LARGEST + 1) or b""
    except OSError as error:
        raise OpsError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise OpsError(f"{str(path)!r} cannot be read: {error}.") from error
    if len(content) > LARGEST:
        raise OpsError(f"{path} cannot be read: it has more than {LARGEST // 1024**2} MB.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise OpsError(f"{path} is no text in UTF-8 (byte {error.start}).") from error


def json_of(text: str, where: str) -> dict[str, Any]:
    """The JSON object in a text.

    Args:
        text: What was read.
        where: What to call it when it holds none.

    Raises:
        OpsError: It is not JSON, or no object.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise OpsError(f"{where} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise OpsError(f"{where} holds no JSON object.")
    return value
