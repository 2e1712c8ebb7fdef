"""What set-up requires of the machine. It is checked before any work starts, and what is missing is named."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.setup.versions import Version, version_in, written

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.places import Places

PYTHON: Version = (3, 11, 0)
GLIBC: Version = (2, 28, 0)
"""The wheels of PostgreSQL and Node.js are manylinux_2_28."""

CHECKOUT_GB = 2.5
"""GB of disk for environments and npm packages of one checkout, measured, with a margin."""

SYSTEMS = frozenset({"Linux", "Darwin"})
MACHINES = frozenset({"x86_64", "amd64", "aarch64", "arm64"})


@dataclass(frozen=True)
class Machine:
    """Properties of a machine that set-up checks.

    Attributes:
        system: ``Linux``, ``Darwin``, ...
        processor: ``x86_64``, ``arm64``, ...
        libc: Value of ``CS_GNU_LIBC_VERSION`` (``glibc 2.36``); empty if there is none.
        python: Version of the interpreter that runs this.
        can_install: Whether it has pip or ensurepip.
        free_gb: Free disk for the checkout, in GB.
        unwritable: Folders that set-up must write to but cannot.
    """

    system: str
    processor: str
    libc: str
    python: Version
    can_install: bool
    free_gb: float
    unwritable: tuple[Path, ...]


def ask(places: Places) -> Machine:
    """Inspect this machine."""
    return Machine(
        system=platform.system(),
        processor=platform.machine().lower(),
        libc=_libc(),
        python=sys.version_info[:3],
        can_install=any(importlib.util.find_spec(name) for name in ("pip", "ensurepip")),
        free_gb=shutil.disk_usage(places.root).free / 1e9,
        unwritable=tuple(folder for folder in (places.root, places.cache) if not _writable(folder)),
    )


def missing(machine: Machine) -> list[str]:
    """List what is missing, each with what is wanted and what was found; empty if set-up can start."""
    linux_without_glibc = machine.system == "Linux" and (version_in(machine.libc) or (0, 0, 0)) < GLIBC
    checks = {
        f"Linux or macOS (found {machine.system}; on Windows use WSL 2)": machine.system not in SYSTEMS,
        f"an x86-64 or ARM64 processor (found {machine.processor})": machine.processor not in MACHINES,
        f"glibc {GLIBC[0]}.{GLIBC[1]} or newer, for PostgreSQL's and Node.js's wheels "
        f"(found {machine.libc or 'none'})": linux_without_glibc,
        f"Python {PYTHON[0]}.{PYTHON[1]} or newer (found {written(machine.python)})": machine.python < PYTHON,
        "pip or venv for that Python (Debian, Ubuntu: apt install python3-venv)": not machine.can_install,
        f"{CHECKOUT_GB} GB of free disk (found {machine.free_gb:.1f} GB)": machine.free_gb < CHECKOUT_GB,
    }
    return [what for what, lacks in checks.items() if lacks] + [
        f"permission to write to {folder}" for folder in machine.unwritable
    ]


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, OSError, ValueError):
        return ""


def _writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)
