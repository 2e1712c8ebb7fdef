"""How the command speaks: data on stdout, talk on stderr, a question only where a change is made in prod.

This is the one place where text leaves for a terminal, besides the monitor's screen: whatever its author, a
line leaves as one line of visible characters. JSON leaves as ASCII.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Protocol

from canary.cli.errors import OpsError
from canary.unit.visible import ascii_json, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from canary.cli.target import Target


BEGINNING, END = 500, 300
"""Characters that stay of a sentence: what is wrong stands in front, what to do at the end."""


class Shown(Protocol):
    """What a verb found or did."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for machines."""
        ...

    def lines(self) -> list[str]:
        """The same for a person."""
        ...


def show(report: Shown, *, as_json: bool) -> None:
    """Print a report on stdout."""
    if as_json:
        document(report.as_dict())
    else:
        write(report.lines())


def document(values: Any) -> None:
    """Print one JSON document on stdout."""
    sys.stdout.write(ascii_json(values, indent=2) + "\n")


def record(values: Any) -> None:
    """Print one JSON document on one line of stdout, for what goes on and on."""
    sys.stdout.write(ascii_json(values) + "\n")
    sys.stdout.flush()


def write(lines: Iterable[str]) -> None:
    """Print lines on stdout."""
    for line in lines:
        sys.stdout.write(_fitting(visible(line), sys.stdout.encoding) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Talk, on stderr. A reader who is gone must not end a change half-way, so that is no error."""
    with contextlib.suppress(OSError):
        sys.stderr.write(_fitting(visible(text), sys.stderr.encoding) + "\n")
        sys.stderr.flush()


def on_one_screen() -> bool:
    """Whether data and talk are read by the same person at the same terminal."""
    return sys.stdout.isatty() and sys.stderr.isatty()


def shortened(text: str) -> str:
    """A sentence whose middle is left out where it quotes something very long; both ends stay."""
    left = len(text) - BEGINNING - END
    if left <= 0:
        return text
    return f"{text[:BEGINNING]} [… {left} characters are left out …] {text[-END:]}"


def confirm(target: Target, *, yes: bool) -> None:
    """In prod a change is confirmed by typing the stack's name.

    Raises:
        OpsError: Another name was typed, or nothing.
    """
    if yes or not target.production:
        return
    typed = _answer(f"This changes production. Type the stack's name ({target.stack}): ").strip()
    if typed != target.stack:
        raise OpsError(f"{typed!r} is not the stack's name, {target.stack}: nothing was changed.")


def _answer(question: str) -> str:
    """What is typed; empty at the end of the input. Ctrl-C ends the command as it does anywhere else."""
    sys.stderr.write(_fitting(visible(question), sys.stderr.encoding))
    sys.stderr.flush()
    try:
        return sys.stdin.readline()
    except UnicodeDecodeError as error:
        raise OpsError("What was typed is no text: nothing was changed.") from error


def _fitting(text: str, encoding: str | None) -> str:
    """The text with what the stream cannot encode as escapes, as under ``LANG=C``."""
    kept = encoding or "utf-8"
    return text.encode(kept, "backslashreplace").decode(kept)
