"""Finds the programs that `make setup` prepared and that a rehearsal starts."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLES = ("mock_read", "prisma_read", "prisma_migrate", "rollback_guard")


class NotSetUpError(RuntimeError):
    """Something that `make setup` prepares is missing."""


@dataclass(frozen=True)
class Toolchain:
    """Programs outside this process.

    Attributes:
        runtime_python: The interpreter that runs the Python functions.
        node: The Node.js that runs the Prisma function.
    """

    runtime_python: Path
    node: Path


def find() -> Toolchain:
    """Look up all programs before any work starts.

    Raises:
        NotSetUpError: Something is missing. The message names it and says how to get it.
    """
    python = ROOT / ".venvs" / "runtime" / "bin" / "python"
    node = _node()
    wanted = {
        "the functions' Python": python,
        "the local cloud's Python": ROOT / ".venvs" / "cloud" / "bin" / "python",
        "the Pulumi CLI": ROOT / "build" / "bin" / "pulumi",
        **{f"the bundle of {name}": ROOT / "build" / "functions" / f"{name}.zip" for name in BUNDLES},
    }
    missing = [f"{what} ({path.relative_to(ROOT)})" for what, path in wanted.items() if not path.exists()]
    if node is None:
        missing.append("Node.js (PATH or build/bin/node)")
    if missing or node is None:
        raise NotSetUpError(f"Not set up: {', '.join(missing)}. Run: make setup")
    return Toolchain(python, node)


def _node() -> Path | None:
    own = ROOT / "build" / "bin" / "node"
    if own.exists():
        return own
    found = shutil.which("node", path=os.environ.get("PATH"))
    return Path(found) if found else None
