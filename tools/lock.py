"""`make lock`: choose versions anew for every `tools/requirements/*.in`, for all platforms, with hashes.

A lock names packages, versions and hashes, never where they come from: that is the business of the machine's
own package client.
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
"""boto3 and what it needs: Lambda's runtime has them, and a package's own would come before them."""

PLACE = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|^-f |\s@\s")


class LockError(RuntimeError):
    """A lock could not be made, or says what it must not."""


def main() -> int:
    """Make all locks; 1 if one of them could not be made."""
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
    """Lines of a lock that say where something comes from."""
    return [line for line in lock.splitlines() if PLACE.search(line)]


def options(source: Path) -> Iterable[str]:
    """How a list of wishes becomes a lock."""
    yield from ("--quiet", "--upgrade", "--generate-hashes", "--no-header", "--no-annotate")
    if not source.stem.startswith("bundle-"):
        yield from ("--universal", "--python-version", OLDEST_PYTHON)
        return
    # Tested and shipped are the same versions; Lambda's platform is chosen when the lock is installed.
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
