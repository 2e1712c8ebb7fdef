"""Compiled modules in a package.

Lambda's disk is read-only, so without them every cold start would compile the modules again. The files are
hash-based and unchecked (PEP 552): they contain no times, and an import does not look at the source. They are
compiled only by an interpreter of Lambda's own minor version, because bytecode of another is useless to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.setup.interpreters import LAMBDA_MINOR
from tools.setup.versions import version_in

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.commands import Commands

TASK_ROOT = "/var/task"
"""Folder into which Lambda unpacks a package; tracebacks show it."""


def compiles_for_lambda(python: Path) -> bool:
    """Return whether the environment's interpreter has Lambda's minor version."""
    configuration = (python.parent.parent / "pyvenv.cfg").read_text()
    lines = dict(line.split(" = ", 1) for line in configuration.splitlines() if " = " in line)
    version = version_in(lines.get("version_info") or lines.get("version"))
    return version is not None and version[:2] == LAMBDA_MINOR


def add(stage: Path, python: Path, commands: Commands) -> None:
    """Compile every module of a laid-out package, if this interpreter can compile for Lambda."""
    if not compiles_for_lambda(python):
        return
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(stage), "-p", TASK_ROOT]
    # The order in which a set was built must not show in the bytes.
    commands.run([python, "-I", "-m", "compileall", *options, stage], env={"PYTHONHASHSEED": "0"})
