"""Where set-up puts things."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CACHE_NAME = "huntaze-read-migration"


@dataclass(frozen=True)
class Places:
    """The folders of one checkout, and the cache that all checkouts share.

    Attributes:
        root: The checkout.
        cache: Outside the checkout, shared between clones: what is slow to make and the same everywhere.
        search_path: PATH, without this checkout's own ``build/bin``: what the machine itself has.
    """

    root: Path
    cache: Path
    search_path: str

    @classmethod
    def of(cls, root: Path, environment: Mapping[str, str]) -> Places:
        """The places for a checkout, by the XDG convention (``XDG_CACHE_HOME``, default ``~/.cache``)."""
        base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        own = str(root / "build" / "bin")
        folders = [part for part in environment.get("PATH", os.defpath).split(os.pathsep) if part != own]
        return cls(root, Path(base) / CACHE_NAME, os.pathsep.join(folders))

    @property
    def environments(self) -> Path:
        """Python environments, and what set-up remembers of its steps."""
        return self.root / ".venvs"

    @property
    def stamps(self) -> Path:
        """What each finished step was made from."""
        return self.environments / ".stamps"

    @property
    def logs(self) -> Path:
        """What the programs that set-up started had to say."""
        return self.environments / ".logs"

    @property
    def requirements(self) -> Path:
        """The locks."""
        return self.root / "tools" / "requirements"

    @property
    def bin(self) -> Path:
        """Programs for everything else to start: pulumi, node, npm, the policy analyzer."""
        return self.root / "build" / "bin"

    @property
    def packages(self) -> Path:
        """The functions' packages."""
        return self.root / "build" / "functions"

    @property
    def uv(self) -> Path:
        """The installer."""
        return self.environments / "setup" / "bin" / "uv"

    def python(self, environment: str) -> Path:
        """The interpreter of an environment."""
        return self.environments / environment / "bin" / "python"

    def which(self, program: str) -> Path | None:
        """The machine's own program of that name."""
        found = shutil.which(program, path=self.search_path)
        return Path(found) if found else None
