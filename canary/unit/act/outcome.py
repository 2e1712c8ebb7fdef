"""The outcome of a step of the act."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What is left to do for a step."""

    DONE = "done"
    NOT_NEEDED = "not needed"
    WAITING = "waiting"
    FAILED = "failed"

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do."""
        return self in {Status.DONE, Status.NOT_NEEDED}


@dataclass(frozen=True)
class Outcome:
    """A step's status, and one sentence about it."""

    status: Status
    detail: str
