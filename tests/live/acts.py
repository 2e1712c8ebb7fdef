"""A command as a document has it, and a moment of the beta in which commands are run."""

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
"""GO, or not decided yet: which one hangs on how many requests this machine has answered by then."""
DIFFERING = frozenset({5, 6})
"""INVESTIGATE, or not decided yet, as above."""


@dataclass(frozen=True)
class Act:
    """A command, and what a reader of the document may expect of it.

    Attributes:
        text: As it stands in a document, after `canary`.
        codes: Exit codes that it may end with here.
        says: Pattern that what it prints must hold, on either stream.
        in_documents: Whether a document has it; the others only bring about what the documents speak of.
    """

    text: str
    codes: frozenset[int] = frozenset({0})
    says: str = ""
    in_documents: bool = True

    @property
    def words(self) -> tuple[str, ...]:
        """As a shell splits it."""
        return tuple(shlex.split(self.text))


def act(text: str, *codes: int, says: str = "") -> Act:
    """A command that a document has; exit code 0 unless said."""
    return Act(text, frozenset(codes or (0,)), says)


def aside(text: str, *codes: int, says: str = "") -> Act:
    """A command that no document has."""
    return Act(text, frozenset(codes or (0,)), says, in_documents=False)


@dataclass(frozen=True)
class Moment:
    """A state of the beta, how it comes about, and what is asked in it.

    Attributes:
        changes: Commands that change something, one after the other, first of all.
        looks: Commands that change nothing, in any order.
        meanwhile: Commands that take long, begun with the looks; they end when they end.
    """

    name: str
    changes: tuple[Act, ...] = ()
    looks: tuple[Act, ...] = ()
    meanwhile: tuple[Act, ...] = ()


def filled(words: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """Words with what a reader fills in filled in."""
    return tuple(values.get(word, word) for word in words)


def matches(pattern: str, text: str) -> bool:
    """Whether an output holds what it has to."""
    return re.search(pattern, text, re.DOTALL) is not None
