"""Other people's packages inside ours: Lambda's own platform, from a hashed lock.

``wrapt`` is the only one with compiled code. Its extension is for x86-64 Linux and Python 3.13; elsewhere
it does not load, and wrapt falls back to its Python twin by itself, so the very same package runs in a
rehearsal on macOS, on ARM or under another Python.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tools.setup.interpreters import written_lambda_minor

if TYPE_CHECKING:
    from pathlib import Path

    from tools.setup.commands import Commands

PLATFORM = "x86_64-manylinux2014"
"""Of the functions' architecture; Lambda's Amazon Linux 2023 is newer than that."""

UNWANTED = ("bin", ".lock")
UNWANTED_RECORDS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


def install(target: Path, lock: Path, uv: Path, python: Path, commands: Commands) -> None:
    """Fill an empty folder with what a lock names, without what is only about installing."""
    where = ["--python", str(python), "--target", str(target)]
    for_lambda = [
        "--python-platform",
        PLATFORM,
        "--python-version",
        written_lambda_minor(),
        "--only-binary=:all:",
    ]
    commands.run([uv, "pip", "install", *where, *for_lambda, "--no-deps", "--require-hashes", "-r", lock])
    for name in UNWANTED:
        unwanted = target / name
        shutil.rmtree(unwanted) if unwanted.is_dir() else unwanted.unlink(missing_ok=True)
    for information in target.glob("*.dist-info"):  # licences and metadata stay
        for name in UNWANTED_RECORDS:
            (information / name).unlink(missing_ok=True)
