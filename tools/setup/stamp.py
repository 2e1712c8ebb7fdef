"""Records from which inputs a step was done. Only content counts, because a checkout changes file times."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

JUNK = frozenset({"__pycache__", "node_modules", ".DS_Store"})
JUNK_SUFFIXES = (".pyc", "~", ".swp", ".orig")


def digest(parts: Iterable[str | Path]) -> str:
    """Digest strings, files and folders: their content and their names.

    A file that does not exist counts as missing, so the digest changes when it appears.
    """
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(f"text {part}\n".encode())
            continue
        for file in files_under(part) if part.is_dir() else [part]:
            name = file.relative_to(part).as_posix() if file != part else file.name
            content = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "none"
            total.update(f"file {name} {content}\n".encode())
    return total.hexdigest()


def files_under(folder: Path, keep: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield every file in a folder that is someone's work, in an order independent of the file system.

    Args:
        folder: Folder to search, at any depth.
        keep: Names that would otherwise be junk but are wanted here, with everything below them.
    """
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        wanted = entry.name in keep
        hidden = entry.name.startswith(".") or entry.name.endswith(JUNK_SUFFIXES)
        if not wanted and (hidden or entry.name in JUNK):
            continue
        if not entry.is_dir():
            yield entry
        elif wanted:
            yield from sorted(path for path in entry.rglob("*") if path.is_file())
        else:
            yield from files_under(entry, keep)


def signature(program: Path | None) -> str:
    """Identify a program on the machine cheaply, by size and time; another version differs in one of them."""
    if program is None or not program.exists():
        return "none"
    real = program.resolve()
    status = real.stat()
    return f"{program} {real} {status.st_size} {status.st_mtime_ns}"


class Stamp:
    """The inputs that a step was made from, in a file that exists only once the step is done."""

    def __init__(self, folder: Path, step: str) -> None:
        self.file = folder / step.replace(" ", "-")

    def matches(self, inputs: str) -> bool:
        """Return whether the step was done from these inputs."""
        try:
            return self.file.read_text().strip() == inputs
        except OSError:
            return False

    def clear(self) -> None:
        """Remove the stamp when work begins, so that an interrupted step does not count as done."""
        self.file.unlink(missing_ok=True)

    def write(self, inputs: str) -> None:
        """Record that the step is done from these inputs."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_name(self.file.name + ".partial")
        partial.write_text(inputs + "\n")
        partial.replace(self.file)
