"""What goes into each package."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.setup.stamp import files_under

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A function's package.

    Attributes:
        name: ``build/functions/NAME.zip``.
        folders: Of the checkout; each lies at the package's root under its own last name.
        files: Of the checkout; each lies at the package's root.
        third_party: Does it hold packages of others, from ``tools/requirements/bundle-NAME.txt``?
    """

    name: str
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    third_party: bool = False


PACKAGES = (
    Package("mock_read", folders=("functions/mock_read", "functions/stored"), third_party=True),
    # The guard judges with the operator's own arithmetic; boto3 it finds in the runtime.
    Package(
        "rollback_guard",
        folders=("functions/rollback_guard", "functions/app_spec", "functions/stored", "verdict"),
    ),
    # It holds answers against the read contract, which is one of mock_read's modules.
    Package(
        "release_check",
        folders=("functions/release_check", "functions/app_spec", "functions/stored", "functions/mock_read"),
    ),
    Package(
        "prisma_read",
        files=("functions/prisma_read/dist/index.mjs", "functions/prisma_read/dist/query_compiler.wasm"),
    ),
    # Another function: it needs neither the client nor the query compiler, and the reads no migrations.
    Package(
        "prisma_migrate",
        folders=("functions/prisma_read/dist/migrate/migrations",),
        files=("functions/prisma_read/dist/migrate/index.mjs",),
    ),
)


class NothingToPackError(OSError):
    """Something a package is made of is not there."""


def sources(package: Package, root: Path) -> list[Path]:
    """Where a package comes from, in the checkout.

    Raises:
        NothingToPackError: Names what is not there.
    """
    found = [root / part for part in (*package.folders, *package.files)]
    if absent := [str(path.relative_to(root)) for path in found if not path.exists()]:
        raise NothingToPackError(f"{package.name}.zip is made of {', '.join(absent)}, which does not exist")
    return found


def lay_out(package: Package, root: Path, stage: Path) -> None:
    """Copy the checkout's part of a package into an empty folder: no documents, no junk."""
    for source in sources(package, root):
        if source.is_file():
            shutil.copyfile(source, stage / source.name)
            continue
        for file in files_under(source):
            if file.suffix != ".md":
                target = stage / source.name / file.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
