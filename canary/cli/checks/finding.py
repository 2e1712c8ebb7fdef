"""What a check is given, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.patience import Patience


class State(StrEnum):
    """How a check ended.

    ``UNKNOWN`` is a check that could not look, for want of a permission say. It is not ready either: what has
    not been seen is not there.
    """

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do about it; ``mend`` is empty where all is well."""

    state: State
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Look:
    """What a check may use.

    Attributes:
        now: Wall clock.
        get: Fetches a URL and returns the status.
        patience: Makes a deadline for what takes a moment to appear.
    """

    clients: Clients
    target: Target
    now: Callable[[], datetime]
    get: Callable[[str], int]
    patience: Callable[[], Patience]


@dataclass(frozen=True)
class Check:
    """One thing that must be so before users are let in.

    Attributes:
        name: What must be so.
        point: Number on the beta sheet's pre-launch checklist, 0 for what it does not name.
        looks_at: What it looks at.
    """

    name: str
    point: int
    looks_at: str
    run: Callable[[Look], Finding]


@dataclass(frozen=True)
class Checked:
    """A check with its finding."""

    check: Check
    finding: Finding

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "name": self.check.name,
            "point": self.check.point or None,
            "looked_at": self.check.looks_at,
            "state": str(self.finding.state),
            "found": self.finding.found,
            "mend": self.finding.mend,
        }


def ok(found: str) -> Finding:
    """All is well."""
    return Finding(State.OK, found)


def failed(found: str, mend: str) -> Finding:
    """It is not so."""
    return Finding(State.FAILED, found, mend)


def warning(found: str, mend: str) -> Finding:
    """It is so, with a but that a person may live with."""
    return Finding(State.WARNING, found, mend)
