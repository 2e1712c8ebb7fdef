"""Differences that somebody has declared: they do not count, until their day has passed."""

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
        path: Where, as a difference's path says it.
        kind: Of which kind; ``""`` for any.
        owner: Who will mend it.
        reason: Why it is there.
        expires: Last day on which it does not count, in UTC.
    """

    path: str
    kind: str
    owner: str
    reason: str
    expires: date

    def covers(self, diff: Diff) -> bool:
        """Whether a difference is this one."""
        return diff.path == self.path and self.kind in ("", diff.kind)


def sort_out(
    diffs: Iterable[Diff], known: tuple[Known, ...], today: date
) -> tuple[list[Diff], list[Diff], list[Known]]:
    """Differences that count, those declared, and expired declarations that would have covered some."""
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
