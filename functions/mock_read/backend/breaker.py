"""A circuit breaker for the canary path: repeated failures stop an execution environment from trying Prisma.

It is the fastest protection there is: it needs no alarm, no deployment and no other process. An execution
environment answers one request at a time, so in the half-open state the next request is the probe, and no
other request runs beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES = 3
"""Consecutive failures that open the breaker. One slow answer must not open it; a dead database soon must."""

OPEN_S = 5.0
"""Seconds before the first probe. Each failed probe doubles them, up to `MAX_OPEN_S`."""

MAX_OPEN_S = 40.0


class Breaker:
    """Closed, open, or half-open: open for long enough that one request may try.

    Args:
        now: Wall clock in seconds, so that time spent frozen counts.
        say: Writes one line per transition: `BREAKER` with ``state``, ``failures`` in a row and ``openS``,
            the seconds that the breaker stays open. If omitted, transitions are not reported.
    """

    def __init__(self, now: Callable[[], float], say: Callable[..., None] | None = None) -> None:
        self._now = now
        self._say = say
        self._failures = 0
        self._opened_at, self._open_s = 0.0, 0.0

    @property
    def open(self) -> bool:
        """Whether requests must not try Prisma. A clock that jumps back does not keep the breaker open."""
        return 0 <= self._now() - self._opened_at < self._open_s

    def succeeded(self) -> None:
        """Close the breaker."""
        was_open = self._open_s > 0
        self._failures, self._open_s = 0, 0.0
        if was_open:
            self._moved("closed")

    def failed(self) -> None:
        """Count a failure. A failed probe opens the breaker again at once, for longer."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._opened_at = self._now()
            self._open_s = min(MAX_OPEN_S, self._open_s * 2 or OPEN_S)
            self._moved("open")

    def _moved(self, state: str) -> None:
        if self._say is not None:
            self._say("BREAKER", state=state, failures=self._failures, openS=self._open_s)
