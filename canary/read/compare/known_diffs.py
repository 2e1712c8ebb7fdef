"""Differences that are declared as known: they do not count until their declaration expires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from canary.read.compare.comparison import Diff


@dataclass(frozen=True)
class Known:
    """A declared difference.

    Attributes:
        path: Path, spelled as in a difference.
        kind: Kind of the difference; ``""`` for any.
        owner: Who will fix it.
        reason: Why the difference exists.
        expires: Last day on which the difference does not count, in UTC.
    """

    path: str
    kind: str
    owner: str
    reason: str
    expires: date

    def covers(self, diff: Diff) -> bool:
        """Whether this declaration covers a difference."""
        return diff.path == self.path and self.kind in ("", diff.kind)


def sort_out(
    diffs: Iterable[Diff], known: tuple[Known, ...], today: date
) -> tuple[list[Diff], list[Diff], list[Known]]:
    """Split differences by their declarations.

    Args:
        diffs: The differences found.
        known: The declarations.
        today: Today's date in UTC.

    Returns:
        The differences that count, the declared ones, and the expired declarations that would have covered
        some of those that count.
    """
    counted: list[Diff] = []
    declared: list[Diff] = []
    expired: list[Known] = []
    for diff in diffs:
        covering = [one for one in known if one.covers(diff)]
        if any(today <= one.expires for one in covering):
            declared.append(diff)
        else:
            counted.append(diff)
            expired += [one for one in covering if one not in expired]
    return counted, declared, expired
