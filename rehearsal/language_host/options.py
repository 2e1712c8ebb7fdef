"""The options under `runtime.options` in `Pulumi.yaml` or `PulumiPolicy.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from google.protobuf import json_format

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2

LOCKS = {"uv.lock": "uv", "poetry.lock": "poetry"}
"""Toolchains by lock file.

If `toolchain` is not set, the real host takes the one whose lock file is in the program's folder or above it.
"""
TOOLCHAINS = ("pip", "poetry", "uv")
TYPECHECKERS = ("mypy", "pyright")


class HostError(Exception):
    """An error as the real host answers it; the engine shows the message to a person."""


@dataclass(frozen=True)
class Options:
    """Where a program and its environment are.

    Attributes:
        root: Folder of the project file.
        program: Folder of the program.
        virtualenv: As written in the project file, relative to `root`; empty for the Python on PATH.
    """

    root: Path
    program: Path
    virtualenv: str


def parsed(info: language_pb2.ProgramInfo) -> Options:
    """Read the options of a program or of a policy pack.

    Raises:
        HostError: The real host does not accept an option, or this stand-in does not support it.
    """
    given = json_format.MessageToDict(info.options)
    root, program = Path(info.root_directory), Path(info.program_directory)
    virtualenv = _text(given, "virtualenv")
    checker = _text(given, "typechecker")
    if checker and checker not in TYPECHECKERS:
        raise HostError(f"unsupported typechecker option: {checker}")
    if checker:
        raise HostError(f"this stand-in runs no typechecker: {checker}")
    toolchain = _text(given, "toolchain")
    if toolchain and toolchain not in TOOLCHAINS:
        raise HostError(f"unsupported toolchain option: {toolchain}")
    if (chosen := toolchain or _detected(program)) != "pip":
        raise HostError(f"this stand-in knows the toolchain pip alone, and the real host would take {chosen}")
    return Options(root, program, virtualenv)


def _text(given: dict[str, object], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise HostError(f"{name} option must be a string")
    return value


def _detected(program: Path) -> str:
    for lock, toolchain in LOCKS.items():
        if any((folder / lock).exists() for folder in (program, *program.parents)):
            return toolchain
    return "pip"
