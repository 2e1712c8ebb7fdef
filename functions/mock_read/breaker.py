"""A circuit breaker for the canary path: after repeated failures this sandbox stops asking Prisma."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES = 3
"""Consecutive failures that open it; one slow answer must not, a dead database must soon."""

OPEN_S = 5.0
"""Seconds it stays open before one request may try again."""


class Breaker:
    """Closed, open, or half-open with one probe under way."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._opened: float | None = None

    @property
    def open(self) -> bool:
        """Whether a request must not try; after `OPEN_S` one may."""
        return self._opened is not None and 0 <= self._now() - self._opened < OPEN_S

    def succeeded(self) -> None:
        """Close it."""
        self._failures, self._opened = 0, None

    def failed(self) -> None:
        """Count a failure; a failed probe opens it again at once."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._opened = self._now()
