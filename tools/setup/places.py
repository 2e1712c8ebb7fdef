"""Paths that set-up writes to."""

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
        cache: Folder outside the checkout, shared between clones, for what is slow to make and always the
            same.
        search_path: PATH without this checkout's ``build/bin``, so that it finds only the machine's programs.
    """

    root: Path
    cache: Path
    search_path: str

    @classmethod
    def of(cls, root: Path, environment: Mapping[str, str]) -> Places:
        """Return a checkout's places. The cache follows XDG (``XDG_CACHE_HOME``, default ``~/.cache``)."""
        base = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        own = str(root / "build" / "bin")
        folders = [part for part in environment.get("PATH", os.defpath).split(os.pathsep) if part != own]
        return cls(root, Path(base) / CACHE_NAME, os.pathsep.join(folders))

    @property
    def environments(self) -> Path:
        """Python environments, and the stamps and logs of set-up."""
        return self.root / ".venvs"

    @property
    def stamps(self) -> Path:
        """Stamps: what each finished step was made from."""
        return self.environments / ".stamps"

    @property
    def logs(self) -> Path:
        """Logs of the programs that set-up started."""
        return self.environments / ".logs"

    @property
    def requirements(self) -> Path:
        """The locks, and the lists that they are made from."""
        return self.root / "tools" / "requirements"

    @property
    def bin(self) -> Path:
        """Programs that other parts start: pulumi, node, npm, the policy analyzer."""
        return self.root / "build" / "bin"

    @property
    def packages(self) -> Path:
        """The functions' packages."""
        return self.root / "build" / "functions"

    @property
    def uv(self) -> Path:
        """Path of uv, the installer."""
        return self.environments / "setup" / "bin" / "uv"

    def python(self, environment: str) -> Path:
        """Return the interpreter of an environment."""
        return self.environments / environment / "bin" / "python"

    def which(self, program: str) -> Path | None:
        """Return the machine's own program of that name, or None."""
        found = shutil.which(program, path=self.search_path)
        return Path(found) if found else None
