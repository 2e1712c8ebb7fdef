"""Contents of each function's package."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.setup.stamp import files_under

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A function's package.

    Attributes:
        name: Name of the function; the package is ``build/functions/NAME.zip``.
        holds: Path in the checkout of each file or folder, by its path in the package.
        third_party: Whether it contains other projects' packages, from
            ``tools/requirements/bundle-NAME.txt``.
    """

    name: str
    holds: Mapping[str, str]
    third_party: bool = False

    @property
    def is_built(self) -> bool:
        """Whether a part of it has to be built from TypeScript first."""
        return any(source.startswith(PRISMA) for source in self.holds.values())


PRISMA = "functions/prisma_read/dist/"


def _of_canary(*parts: str) -> dict[str, str]:
    """Map parts of the `canary` package to themselves: each has the same path in package and checkout."""
    return {path: path for path in ("canary/__init__.py", *(f"canary/{part}" for part in parts))}


PACKAGES = (
    Package(
        "mock_read", {"mock_read": "functions/mock_read", **_of_canary("read", "stored.py")}, third_party=True
    ),
    # The guard judges with the operator's own arithmetic. It finds boto3 in Lambda's runtime.
    Package(
        "rollback_guard",
        {
            "rollback_guard": "functions/rollback_guard",
            **_of_canary("read/__init__.py", "read/flags.py", "spelling.py", "stored.py", "unit", "verdict"),
        },
    ),
    # It checks answers against the read contract.
    Package(
        "release_check",
        {
            "release_check": "functions/release_check",
            **_of_canary("read", "stored.py", "unit/__init__.py", "unit/app_spec"),
        },
    ),
    Package(
        "prisma_read",
        {name: f"{PRISMA}{name}" for name in ("index.mjs", "query_compiler.wasm")},
    ),
    # A separate function: it needs neither the client nor the query compiler, and the reads need no
    # migrations.
    Package(
        "prisma_migrate",
        {name: f"{PRISMA}migrate/{name}" for name in ("index.mjs", "migrations")},
    ),
)


class NothingToPackError(OSError):
    """A file or folder that a package is made of does not exist."""


def sources(package: Package, root: Path) -> list[Path]:
    """Find a package's parts in the checkout.

    Raises:
        NothingToPackError: A part does not exist; the message names it.
    """
    found = [root / part for part in package.holds.values()]
    if absent := [str(path.relative_to(root)) for path in found if not path.exists()]:
        raise NothingToPackError(f"{package.name}.zip is made of {', '.join(absent)}, which does not exist")
    return found


def lay_out(package: Package, root: Path, stage: Path) -> None:
    """Copy the checkout's part of a package into an empty folder, without documents or junk."""
    for place, source in zip(package.holds, sources(package, root), strict=True):
        for file in [source] if source.is_file() else files_under(source):
            if file.suffix != ".md":
                target = stage / place / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
