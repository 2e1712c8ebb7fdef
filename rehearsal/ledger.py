"""What every user got: one record a request, kept by the client and by nobody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["mock", "other", "error", "unanswered"]
"""What an answer was: the mock's own, any other body, an HTTP error, or none at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as its user saw it.

    Attributes:
        sent_at: Wall clock of sending, seconds since the epoch.
        user: The user's id, known to the client only.
        status: HTTP status, 0 when no answer came.
        seconds: Time until the whole answer was read.
        outcome: How the answer compares with the mock's answer to the same request.
    """

    sent_at: float
    user: str
    status: int
    seconds: float
    outcome: Outcome


@dataclass
class Ledger:
    """All requests of a run, in the order their answers came.

    Attributes:
        held_back: Planned requests that were never sent, because the machine was too busy for more.
    """

    entries: list[Entry] = field(default_factory=list)
    sent: int = 0
    held_back: int = 0

    def add(self, entry: Entry) -> None:
        """Write one answered (or failed) request down."""
        self.entries.append(entry)

    def between(self, start: float, end: float) -> list[Entry]:
        """Requests sent in ``[start, end)``, wall clock seconds."""
        return [entry for entry in self.entries if start <= entry.sent_at < end]

    def outcomes(self, start: float = 0.0, end: float = float("inf")) -> Counter[str]:
        """How many requests of the window ended in each outcome."""
        return Counter(entry.outcome for entry in self.between(start, end))

    def p95_ms(self, start: float = 0.0, end: float = float("inf")) -> float:
        """The 95th percentile of what users waited, milliseconds; 0 for an empty window."""
        waits = sorted(entry.seconds for entry in self.between(start, end))
        return waits[min(len(waits) - 1, int(0.95 * len(waits)))] * 1000 if waits else 0.0
