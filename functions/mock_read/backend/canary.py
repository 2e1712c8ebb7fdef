"""The canary path: Prisma's answer within a deadline, or the class of the error that a fallback hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.read import contract
from mock_read.backend.breaker import Breaker
from mock_read.backend.prisma import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.read.contract import Query
    from mock_read.backend.prisma import Prisma

RESERVE_S = 0.15
"""Seconds of the function's remaining time that are reserved for the mock's answer."""

LEAST_S = 0.05
"""Prisma is not invoked if fewer seconds than this are left for it."""


class Canary:
    """Reads from Prisma for a user.

    Args:
        prisma: Client of the Prisma function.
        breaker: Keeps requests away from a Prisma that keeps failing.
        deadline_s: Longest time that a user waits, in seconds.
        now: Wall clock, in seconds.
    """

    def __init__(self, prisma: Prisma, breaker: Breaker, deadline_s: float, now: Callable[[], float]) -> None:
        self._prisma = prisma
        self._breaker = breaker
        self._deadline_s = deadline_s
        self._now = now

    def read(self, query: Query, trace_header: str | None, timeout_at: float) -> Candidate:
        """Read from Prisma within the deadline and what is left of the function's time; never raises.

        Args:
            query: The query.
            trace_header: Value of ``X-Amzn-Trace-Id`` for the call.
            timeout_at: Wall clock at which the function times out, in seconds.
        """
        seconds = min(self._deadline_s, timeout_at - self._now() - RESERVE_S)
        if seconds < LEAST_S:
            return Candidate(error="no-time")
        if self._breaker.open:
            return Candidate(error="breaker-open")
        candidate = judged(query, self._prisma.ask(query, trace_header, seconds))
        if candidate.error is None:
            self._breaker.succeeded()
        else:
            self._breaker.failed()
        return candidate

    def with_closed_breaker(self) -> Canary:
        """Return a copy with its own breaker, for reads that are not counted anywhere."""
        return Canary(self._prisma.uncounted(), Breaker(self._now), self._deadline_s, self._now)


def judged(query: Query, candidate: Candidate) -> Candidate:
    """Check an answer against the contract; one that breaks it becomes the error ``malformed``."""
    if candidate.error is not None or candidate.body is None:
        return candidate
    fault = contract.fault(query, candidate.body)
    return candidate if fault is None else Candidate(error="malformed", detail=fault)
