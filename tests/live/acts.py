"""A command as a document has it, and a moment of the beta in which commands run."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ATTENTION, REFUSED = 3, 1
DECISIONS = {"GO": 0, "NO-GO": 4, "INVESTIGATE": 5, "INCONCLUSIVE": 6}
"""Exit code of each decision."""
CLEAN = frozenset({0, 6})
"""GO or INCONCLUSIVE, depending on how many requests this machine has answered by then."""
DIFFERING = frozenset({5, 6})
"""INVESTIGATE or INCONCLUSIVE, for the same reason."""


@dataclass(frozen=True)
class Act:
    """A command, and what a reader of the document may expect from it.

    Attributes:
        text: Command as in the document, after `canary`.
        codes: Exit codes that are allowed here.
        says: Pattern that its output must match, on either stream.
        in_documents: Whether a document has it. The others only create what the documents describe.
    """

    text: str
    codes: frozenset[int] = frozenset({0})
    says: str = ""
    in_documents: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """The command split into words as a shell does it."""
        return tuple(shlex.split(self.text))


def act(text: str, *codes: int, says: str = "") -> Act:
    """Create a command that a document has; default exit code 0."""
    return Act(text, frozenset(codes or (0,)), says)


def aside(text: str, *codes: int, says: str = "") -> Act:
    """Create a command that no document has; default exit code 0."""
    return Act(text, frozenset(codes or (0,)), says, in_documents=False)


@dataclass(frozen=True)
class Moment:
    """A state of the beta: how it comes about, and what is asked in it.

    Attributes:
        changes: Commands that change something. They run first, one after another.
        looks: Commands that change nothing, in any order.
        meanwhile: Commands that take long. They start with the looks and end when they end.
    """

    name: str
    changes: tuple[Act, ...] = ()
    looks: tuple[Act, ...] = ()
    meanwhile: tuple[Act, ...] = ()


def filled(words: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """Replace the words that a reader has to fill in."""
    return tuple(values.get(word, word) for word in words)


def matches(pattern: str, text: str) -> bool:
    """Return whether an output contains the pattern."""
    return re.search(pattern, text, re.DOTALL) is not None
