"""The Python environments. Each part of the project has its own, because their pins conflict.

- ``program``: the Pulumi program, the operator's CLI, the rehearsal's driver, tests and linters;
- ``policy``: the policy pack, which needs an older protobuf;
- ``cloud``: the local AWS, which needs its own botocore;
- ``runtime``: what Lambda's Python runtime contains, under Lambda's minor version if the machine has it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tools.setup import installer, interpreters
from tools.setup.step import Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tools.setup.commands import Commands
    from tools.setup.places import Places
    from tools.setup.progress import Progress

    Work = Callable[[Commands], None]

MADE_BY = "3"
"""Increase it when the code below makes something else from the same inputs."""

OFFLINE_PYTHON = {"UV_PYTHON_DOWNLOADS": "never"}
"""The installer uses the machine's interpreters and never downloads one."""


def step_name(environment: str) -> str:
    """Return the name of the step that makes an environment."""
    return f"{environment} environment"


def install(places: Places, commands: Commands, name: str, python: str) -> Path:
    """Make an environment that matches its lock exactly.

    Args:
        places: Folders of the checkout.
        commands: Runs the installer.
        name: Name of the environment and of its lock.
        python: Interpreter that the environment is based on.

    Returns:
        Its site-packages folder.
    """
    target = places.environments / name
    lock = places.requirements / f"{name}.txt"
    commands.run([places.uv, "venv", "--clear", "--python", python, target], env=OFFLINE_PYTHON)
    # Compile once here rather than in whichever program comes first: some may not write where they run.
    options = ("--require-hashes", "--compile-bytecode", "--python", str(places.python(name)))
    commands.run([places.uv, "pip", "sync", *options, lock], env=OFFLINE_PYTHON)
    return next((target / "lib").glob("python*/site-packages"))


def program(places: Places) -> Step:
    """Return the step for the program's environment: importable checkout, ``canary`` in its bin folder."""
    canary = places.environments / "program" / "bin" / "canary"

    def work(commands: Commands) -> None:
        install(places, commands, "program", sys.executable)
        _make_importable(places, commands, "program", ".", "localaws", "metric_math")
        # -P: a settings/__init__.py in the operator's working directory must not be imported instead of ours.
        # Our folder is last on PATH, so that the operator's own pulumi takes precedence.
        write_program(
            canary, f'PATH="$PATH:{places.bin}" exec "{places.python("program")}" -P -m canary.cli "$@"'
        )

    return _step(places, "program", work, (canary,))


def policy(places: Places) -> Step:
    """Return the step for the policy pack's environment."""

    def work(commands: Commands) -> None:
        install(places, commands, "policy", sys.executable)

    return _step(places, "policy", work)


def cloud(places: Places) -> Step:
    """Return the step for the local AWS's environment."""

    def work(commands: Commands) -> None:
        install(places, commands, "cloud", sys.executable)
        _make_importable(places, commands, "cloud", "localaws", "metric_math")

    return _step(places, "cloud", work)


def runtime(places: Places, progress: Progress) -> Step:
    """Return the step for the functions' environment."""
    lock = places.requirements / "runtime.txt"

    def work(commands: Commands) -> None:
        chosen = interpreters.for_functions(places)
        if not chosen.is_lambdas:
            progress.note(
                f"this machine has no Python {interpreters.written_lambda_minor()}: the functions run under "
                f"{chosen.version}, and their packages carry no compiled modules"
            )
        install(places, commands, "runtime", chosen.path)

    def inputs() -> list[str | Path]:
        return [lock, str(places.root), *interpreters.candidates(places), MADE_BY]

    return Step(step_name("runtime"), inputs, (places.python("runtime"),), work, (installer.NAME,))


def write_program(path: Path, line: str) -> None:
    """Write an executable shell script with one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(f"#!/bin/sh\n{line}\n")
    partial.chmod(0o755)
    partial.replace(path)


def _step(places: Places, name: str, work: Work, outputs: tuple[Path, ...] = ()) -> Step:
    lock = places.requirements / f"{name}.txt"

    def inputs() -> list[str | Path]:
        return [lock, str(places.root), sys.executable, sys.version, MADE_BY]

    return Step(step_name(name), inputs, (places.python(name), *outputs), work, (installer.NAME,))


def _make_importable(places: Places, commands: Commands, environment: str, *projects: str) -> None:
    """Install projects of the checkout as editable, so that code changes need no new installation."""
    editable = [part for project in projects for part in ("--editable", places.root / project)]
    options = ("--no-deps", "--no-build-isolation", "--python", str(places.python(environment)))
    commands.run([places.uv, "pip", "install", *options, *editable], env=OFFLINE_PYTHON)
