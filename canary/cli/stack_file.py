"""A project's or a stack's YAML file, read whole or refused in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from canary.cli.errors import OpsError
from canary.cli.small_file import text_of

if TYPE_CHECKING:
    from pathlib import Path

RESTORE = "Correct it, or take it back from version control."


def content_of(path: Path) -> dict[str, Any]:
    """What a file holds; its ``config`` is a mapping, or is not there.

    Raises:
        OpsError: It cannot be read, is not YAML in UTF-8, is empty, or is no mapping of keys to values.
    """
    try:
        content = yaml.safe_load(text_of(path))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise OpsError(f"{path} is not YAML: {' '.join(str(error).split())}. {RESTORE}") from error
    if content is None:
        raise OpsError(f"{path} is empty: it needs config: with the stack's settings below it. {RESTORE}")
    _mapping(content, str(path))
    if "config" in content:
        if content["config"] is None:
            raise OpsError(f"{path} has nothing below config:, where the stack's settings belong. {RESTORE}")
        _mapping(content["config"], f"config: in {path}")
    return dict(content)


def _mapping(value: object, where: str) -> None:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise OpsError(f"{where} holds no YAML mapping of names to values. {RESTORE}")
