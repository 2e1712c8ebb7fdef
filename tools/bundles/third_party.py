"""Third-party packages inside ours, for Lambda's platform, from a lock with hashes.

Only ``wrapt`` has compiled code. Its extension is for x86-64 Linux and Python 3.13. Elsewhere the extension
does not load and wrapt falls back to its pure-Python implementation, so the same package also runs in a
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
"""Platform of the functions' architecture; Lambda's Amazon Linux 2023 is newer than it."""

UNWANTED = ("bin", ".lock")
UNWANTED_RECORDS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


def install(target: Path, lock: Path, uv: Path, python: Path, commands: Commands) -> None:
    """Install the packages of a lock into an empty folder, without files that only installers use."""
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
