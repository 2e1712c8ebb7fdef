"""The canary path: Prisma's answer within a deadline, or the class of error that a fallback will hide."""

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
"""Seconds of the function's remaining time that are kept for the mock's answer."""

LEAST_S = 0.05
"""With less than this for Prisma there is no point in asking."""


class Canary:
    """Reads from Prisma for a user.

    Args:
        prisma: Asks the Prisma function.
        breaker: Keeps requests away from a Prisma that keeps failing.
        deadline_s: How long a user waits at most.
        now: Wall clock.
    """

    def __init__(self, prisma: Prisma, breaker: Breaker, deadline_s: float, now: Callable[[], float]) -> None:
        self._prisma = prisma
        self._breaker = breaker
        self._deadline_s = deadline_s
        self._now = now

    def read(self, query: Query, trace_header: str | None, timeout_at: float) -> Candidate:
        """Read; never raises.

        Args:
            query: What is asked.
            trace_header: ``X-Amzn-Trace-Id`` for the call.
            timeout_at: Wall clock of the function's time-out.
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
        """The same with a breaker of its own, for questions that count nowhere."""
        return Canary(self._prisma.uncounted(), Breaker(self._now), self._deadline_s, self._now)


def judged(query: Query, candidate: Candidate) -> Candidate:
    """Hold an answer against the contract."""
    if candidate.error is not None or candidate.body is None:
        return candidate
    fault = contract.fault(query, candidate.body)
    return candidate if fault is None else Candidate(error="malformed", detail=fault)
