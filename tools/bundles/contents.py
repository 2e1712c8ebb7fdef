"""What goes into each package."""

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
        name: ``build/functions/NAME.zip``.
        holds: Where each file or folder lies in the package, and where in the checkout.
        third_party: Does it hold packages of others, from ``tools/requirements/bundle-NAME.txt``?
    """

    name: str
    holds: Mapping[str, str]
    third_party: bool = False

    @property
    def is_built(self) -> bool:
        """Whether a part of it is built from TypeScript first."""
        return any(source.startswith(PRISMA) for source in self.holds.values())


PRISMA = "functions/prisma_read/dist/"


def _of_canary(*parts: str) -> dict[str, str]:
    """Parts of the `canary` package; each lies where the checkout has it."""
    return {path: path for path in ("canary/__init__.py", *(f"canary/{part}" for part in parts))}


PACKAGES = (
    Package(
        "mock_read", {"mock_read": "functions/mock_read", **_of_canary("read", "stored.py")}, third_party=True
    ),
    # The guard judges with the operator's own arithmetic; boto3 it finds in the runtime.
    Package(
        "rollback_guard",
        {
            "rollback_guard": "functions/rollback_guard",
            **_of_canary("read/__init__.py", "read/flags.py", "spelling.py", "stored.py", "unit", "verdict"),
        },
    ),
    # It holds answers against the read contract.
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
    # Another function: it needs neither the client nor the query compiler, and the reads no migrations.
    Package(
        "prisma_migrate",
        {name: f"{PRISMA}migrate/{name}" for name in ("index.mjs", "migrations")},
    ),
)


class NothingToPackError(OSError):
    """Something a package is made of is not there."""


def sources(package: Package, root: Path) -> list[Path]:
    """Where a package comes from, in the checkout.

    Raises:
        NothingToPackError: Names what is not there.
    """
    found = [root / part for part in package.holds.values()]
    if absent := [str(path.relative_to(root)) for path in found if not path.exists()]:
        raise NothingToPackError(f"{package.name}.zip is made of {', '.join(absent)}, which does not exist")
    return found


def lay_out(package: Package, root: Path, stage: Path) -> None:
    """Copy the checkout's part of a package into an empty folder: no documents, no junk."""
    for place, source in zip(package.holds, sources(package, root), strict=True):
        for file in [source] if source.is_file() else files_under(source):
            if file.suffix != ".md":
                target = stage / place / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
