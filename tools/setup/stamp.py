"""Has a step been done, from exactly these inputs? Content decides, never times: a checkout moves those."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

JUNK = frozenset({"__pycache__", "node_modules", ".DS_Store"})
JUNK_SUFFIXES = (".pyc", "~", ".swp", ".orig")


def digest(parts: Iterable[str | Path]) -> str:
    """One digest over strings, files and folders (what they hold, and under which names).

    A file that does not exist counts as such: the digest changes when it appears.
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
    """Every file in a folder that is somebody's work, in an order that no file system decides.

    Args:
        folder: Where to look, at any depth.
        keep: Names that would be junk, but are wanted here; what is below them is wanted whole.
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
    """A program on the machine, cheaply: another version of it has another size or time."""
    if program is None or not program.exists():
        return "none"
    real = program.resolve()
    status = real.stat()
    return f"{program} {real} {status.st_size} {status.st_mtime_ns}"


class Stamp:
    """What a step was made from, kept in a file that appears when the step is done."""

    def __init__(self, folder: Path, step: str) -> None:
        self.file = folder / step.replace(" ", "-")

    def matches(self, inputs: str) -> bool:
        """Was the step done from these inputs?"""
        try:
            return self.file.read_text().strip() == inputs
        except OSError:
            return False

    def clear(self) -> None:
        """Work begins: whatever interrupts it, the step is not done."""
        self.file.unlink(missing_ok=True)

    def write(self, inputs: str) -> None:
        """Work is done."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_name(self.file.name + ".partial")
        partial.write_text(inputs + "\n")
        partial.replace(self.file)
