"""A circuit breaker for the canary path: after repeated failures this sandbox stops asking Prisma.

It is the fastest protection there is: no alarm, no deployment, no other process. A sandbox answers one
request at a time, so half-open means that the next request is the probe and the others wait for its end
by nature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES = 3
"""Failures in a row that open it: one slow answer must not, a dead database soon must."""

OPEN_S = 5.0
"""Seconds before a first probe. Each probe that fails doubles them, up to `MAX_OPEN_S`."""

MAX_OPEN_S = 40.0


class Breaker:
    """Closed, open, or half-open: open for long enough that one request may try.

    Args:
        now: Wall clock, so that time spent frozen counts.
        say: Told of each transition in one line, `BREAKER` with ``state``, ``failures`` in a row and
            ``openS``, the seconds that it stays open; nobody unless given.
    """

    def __init__(self, now: Callable[[], float], say: Callable[..., None] | None = None) -> None:
        self._now = now
        self._say = say
        self._failures = 0
        self._opened_at, self._open_s = 0.0, 0.0

    @property
    def open(self) -> bool:
        """Whether a request must not try; a clock that jumped back does not keep it open."""
        return 0 <= self._now() - self._opened_at < self._open_s

    def succeeded(self) -> None:
        """Close it."""
        was_open = self._open_s > 0
        self._failures, self._open_s = 0, 0.0
        if was_open:
            self._moved("closed")

    def failed(self) -> None:
        """Count a failure; a failed probe opens it again at once, for longer."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._opened_at = self._now()
            self._open_s = min(MAX_OPEN_S, self._open_s * 2 or OPEN_S)
            self._moved("open")

    def _moved(self, state: str) -> None:
        if self._say is not None:
            self._say("BREAKER", state=state, failures=self._failures, openS=self._open_s)
