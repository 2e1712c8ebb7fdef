"""`make lock`: resolve every `tools/requirements/*.in` again, for all platforms and with hashes.

A lock names packages, versions and hashes, but never where they come from. The package client of each machine
decides that.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.setup.interpreters import written_lambda_minor
from tools.setup.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

OLDEST_PYTHON = "3.11"
OF_LAMBDAS_RUNTIME = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
"""boto3 and its dependencies. Lambda's runtime has them, and copies in a package would take precedence."""

PLACE = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|^-f |\s@\s")


class LockError(RuntimeError):
    """A lock could not be created, or contains something that it must not."""


def main() -> int:
    """Create all locks.

    Returns:
        0, or 1 if one of them could not be created.
    """
    root = Path(__file__).resolve().parents[1]
    places = Places.of(root, {})
    sources = sorted(places.requirements.glob("*.in"), key=lambda path: path.stem.startswith("bundle-"))
    try:
        for source in sources:  # bundles last: they keep to the program's versions
            _compile(source, places)
            sys.stderr.write(f"{source.with_suffix('.txt').relative_to(root)}\n")
    except LockError as error:
        sys.stderr.write(f"make lock: {error}\n")
        return 1
    return 0


def places_in(lock: str) -> list[str]:
    """Return the lines of a lock that say where something comes from."""
    return [line for line in lock.splitlines() if PLACE.search(line)]


def options(source: Path) -> Iterable[str]:
    """Options that compile a list of requirements into a lock."""
    yield from ("--quiet", "--upgrade", "--generate-hashes", "--no-header", "--no-annotate")
    if not source.stem.startswith("bundle-"):
        yield from ("--universal", "--python-version", OLDEST_PYTHON)
        return
    # The versions that are tested are the ones shipped. Lambda's platform is chosen when the lock is
    # installed.
    yield from ("--universal", "--python-version", written_lambda_minor())
    yield from ("--constraint", str(source.with_name("program.txt")))
    for name in OF_LAMBDAS_RUNTIME:
        yield from ("--no-emit-package", name)


def _compile(source: Path, places: Places) -> None:
    target = source.with_suffix(".txt")
    partial = target.with_suffix(".partial.txt")
    command = [str(places.uv), "pip", "compile", *options(source), "--output-file", str(partial), str(source)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise LockError(f"{source.name}: {done.stderr.strip()}")
        lock = partial.read_text()
    finally:
        partial.unlink(missing_ok=True)
    if found := places_in(lock):
        raise LockError(f"{target.name} would say where packages come from: {found[0].strip()}")
    target.write_text(lock)


if __name__ == "__main__":
    sys.exit(main())
