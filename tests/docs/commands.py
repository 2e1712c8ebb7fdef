"""Finds commands in the documents: every line of a shell block, and every command in backticks in the text.

.venvs/program/bin/python -m tests.docs.commands      prints them, one per line, with file and line number
"""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("canary", "aws", "pulumi", "make")
_FENCE = re.compile(r"^\s*```+\s*(?P<language>\w*)(?P<more>[^`]*)$")
_INLINE = re.compile(r"`(?P<text>[^`\n]+(?:\n[^`\n]+)?)`")
_SHELL = {"sh", "bash", "shell", "console"}
_ENDS = {"|", "||", "&&", ";", ">", ">>", "2>", "&"}
_ASSIGNED = re.compile(r"[A-Z_][A-Z0-9_]*=")
_ENDLESS = {"--watch", "--follow"}


@dataclass(frozen=True)
class Command:
    """One command in a document.

    Attributes:
        file: Path of the document, relative to the project's folder.
        line: Line number, from 1.
        words: Program and arguments, without the shell syntax around them.
    """

    file: str
    line: int
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """The program that the command runs."""
        return self.words[0]

    @property
    def runnable(self) -> bool:
        """Whether it can be run unchanged: nothing has to be filled in, and it ends by itself."""
        return not any("…" in word or word in _ENDLESS or word == "beta-users.txt" for word in self.words)

    def __str__(self) -> str:
        """File, line and command."""
        return f"{self.file}:{self.line}: {shlex.join(self.words)}"


def documents(root: Path = ROOT) -> list[Path]:
    """Return README.md, SECURITY.md and everything in docs, decisions included."""
    return sorted(
        path for path in [*root.glob("*.md"), *(root / "docs").rglob("*.md")] if path.name != "CHANGELOG.md"
    )


def commands(root: Path = ROOT) -> list[Command]:
    """Return all commands of all documents, in order."""
    return [found for path in documents(root) for found in of(path, root)]


def of(path: Path, root: Path = ROOT) -> Iterator[Command]:
    """Yield the commands of one document."""
    language, prose = None, []
    name = str(path.relative_to(root))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence:
            language = fence["language"] if language is None else None
            prose.append("")
        elif language is None:
            prose.append(line)
        else:
            prose.append("")
            if language in _SHELL:
                yield from _line(name, number, line)
    text = "\n".join(prose)
    for found in _INLINE.finditer(text):
        number = text.count("\n", 0, found.start()) + 1
        yield from _line(name, number, " ".join(found["text"].split()))


def blocks(path: Path, marked: str) -> list[str]:
    """Return the bodies of fenced blocks that have this word after their language."""
    pattern = re.compile(rf"^```\w+ {re.escape(marked)}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return pattern.findall(path.read_text(encoding="utf-8"))


def _line(file: str, number: int, line: str) -> Iterator[Command]:
    inner = re.findall(r"\$\((aws [^()]*(?:\([^()]*\)[^()]*)*)\)", line)
    for text in [*inner, line]:
        try:
            words = shlex.split(text.strip().removeprefix("$ "), comments=True)
        except ValueError:
            continue
        while words and _ASSIGNED.match(words[0]):
            words = words[1:]
        end = next((index for index, word in enumerate(words) if word in _ENDS), len(words))
        if end > 1 and Path(words[0]).name in PROGRAMS and re.match("[a-z-]", words[1]):
            yield Command(file, number, (Path(words[0]).name, *words[1:end]))


if __name__ == "__main__":
    sys.stdout.write("".join(f"{command}\n" for command in commands()))
