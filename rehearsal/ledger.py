"""The ledger: what every user got, one entry per request, recorded by the client alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["mock", "other", "error", "unanswered"]
"""What a user got: the mock's own answer, any other body, an HTTP error, or no answer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as its user saw it.

    Attributes:
        sent_at: Wall clock time of sending, in seconds since the epoch.
        user: The user's id, known only to the client.
        status: HTTP status; 0 if no answer came.
        seconds: Seconds until the whole answer was read.
        outcome: How the answer compares with the mock's answer to the same request.
    """

    sent_at: float
    user: str
    status: int
    seconds: float
    outcome: Outcome


@dataclass
class Ledger:
    """All requests of a run, in the order in which their answers came.

    Attributes:
        entries: The requests that were answered or failed.
        sent: Number of requests sent.
        held_back: Number of planned requests that were not sent, because the machine was too busy.
    """

    entries: list[Entry] = field(default_factory=list)
    sent: int = 0
    held_back: int = 0

    def add(self, entry: Entry) -> None:
        """Record one answered or failed request."""
        self.entries.append(entry)

    def between(self, start: float, end: float) -> list[Entry]:
        """Return the requests sent in ``[start, end)``, in wall clock seconds."""
        return [entry for entry in self.entries if start <= entry.sent_at < end]

    def outcomes(self, start: float = 0.0, end: float = float("inf")) -> Counter[str]:
        """Count the requests of a window by outcome."""
        return Counter(entry.outcome for entry in self.between(start, end))

    def p95_ms(self, start: float = 0.0, end: float = float("inf")) -> float:
        """Return the 95th percentile of users' waiting time in a window, in ms; 0 for an empty window."""
        waits = sorted(entry.seconds for entry in self.between(start, end))
        return waits[min(len(waits) - 1, int(0.95 * len(waits)))] * 1000 if waits else 0.0
