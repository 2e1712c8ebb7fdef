"""uv, from its pinned wheel. pip installs only uv, and uv installs everything else."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from typing import TYPE_CHECKING

from tools.setup.step import Step

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.commands import Commands
    from tools.setup.places import Places

MADE_BY = "1"
"""Increase it when the code below makes something else from the same inputs."""

NAME = "installer"
CHOICE = "python"
"""File that names the interpreter that set-up ran under; tools/python.sh tries that one first."""


def step(places: Places) -> Step:
    """Return the step that installs uv."""
    lock = places.requirements / "setup.txt"

    def work(commands: Commands) -> None:
        target = places.environments / "setup"
        shutil.rmtree(target, ignore_errors=True)
        install = ["install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r", str(lock)]
        if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
            commands.run([sys.executable, "-m", "venv", target])
            commands.run([target / "bin" / "python", "-m", "pip", *install])
        else:  # Debian's python3 without python3-venv: its pip can still install into a folder
            commands.run([sys.executable, "-m", "pip", *install, "--prefix", target, "--ignore-installed"])
            _find(target)
        (places.environments / CHOICE).write_text(sys.executable + "\n")

    return Step(NAME, lambda: [lock, str(places.root), MADE_BY], (places.uv,), work)


def _find(target: Path) -> None:
    """Link ``bin/uv`` to where Debian's pip puts it: PREFIX/local/bin."""
    expected = target / "bin" / "uv"
    elsewhere = target / "local" / "bin" / "uv"
    if not expected.exists() and elsewhere.exists():
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.symlink_to(elsewhere)
