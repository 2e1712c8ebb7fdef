"""The executor: the Python program with which a language host runs a Pulumi program.

The real language host ships it. The source of that host is in no Go module, but the executor is in the module
that the CLI is built from, under the same checksums.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tools.setup.commands import answer
from tools.setup.step import StepError

if TYPE_CHECKING:
    from tools.setup.commands import Commands
    from tools.setup.go import Go

NAME = "pulumi-language-python-exec"
MODULE = "github.com/pulumi/pulumi/sdk/v3"


def take(toolchain: Go, source: Path, folder: Path, commands: Commands) -> None:
    """Copy the executor out of Go's module cache, after filling the cache.

    Args:
        toolchain: Go toolchain that locates the module.
        source: Folder with the pins.
        folder: Folder to copy the executor to.
        commands: Runs Go.

    Raises:
        StepError: The module cannot be downloaded, or contains no executor.
    """
    commands.run([toolchain.program, "mod", "download", MODULE], cwd=source, env=toolchain.environment)
    listed: list[str | Path] = [toolchain.program, "-C", source, "list", "-m", "-f", "{{.Dir}}", MODULE]
    module = answer(listed, toolchain.environment)
    found = Path(module or "nowhere") / "python" / "cmd" / NAME
    if not found.is_file():
        raise StepError(f"{MODULE} holds no python/cmd/{NAME}")
    partial = folder / f"{NAME}.partial-{os.getpid()}"
    shutil.copyfile(found, partial)
    partial.chmod(0o755)
    partial.replace(folder / NAME)
