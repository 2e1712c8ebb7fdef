"""Pulumi's Python language host for the plain CLI: the machine's own, otherwise a stand-in.

The official CLI comes with the real host. The CLI that is built here has none, so a stand-in in `rehearsal`
replaces it. Either one gets its own folder, because the engine starts a policy pack differently once it finds
a language host on PATH.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tools.setup import environments, executor, go, pulumi_cli
from tools.setup.stamp import signature
from tools.setup.step import Step

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.commands import Commands
    from tools.setup.places import Places
    from tools.setup.progress import Progress

NAME = "language host"
PROGRAM = "pulumi-language-python"
FOLDER = "language-host"
"""Name of the folder under `build`."""


def step(places: Places, progress: Progress) -> Step:
    """Return the step that makes ``build/language-host``."""
    folder = places.root / "build" / FOLDER
    source = places.root / "tools" / "pulumi-cli"
    made = (folder / PROGRAM, folder / executor.NAME)

    def real() -> Path:
        return (places.bin / "pulumi").resolve().parent

    def inputs() -> list[str | Path]:
        return [source / "go.mod", signature(real() / PROGRAM), str(places.root), str(places.cache)]

    def work(commands: Commands) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if (real() / PROGRAM).exists():
            for link in made:
                link.symlink_to(real() / link.name)
            return
        kept = pulumi_cli.cached(places, source).parent
        if not (kept / executor.NAME).exists():
            toolchain = go.find(places, commands, progress)
            executor.take(toolchain, source, kept, commands)
            toolchain.clean()
        (folder / executor.NAME).symlink_to(kept / executor.NAME)
        python = places.python("program")
        environments.write_program(
            folder / PROGRAM,
            f'exec "{python}" -P -m rehearsal.language_host --use-executor "{folder / executor.NAME}" "$@"',
        )

    return Step(NAME, inputs, made, work, (pulumi_cli.NAME, environments.step_name("program")))
