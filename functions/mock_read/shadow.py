"""Shadow work: the same request to the Prisma side after the user has been answered, then compared.

Every request that is taken is accounted for: sent = compared + lost, each loss by its cause.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mock_read import comparison, contract, tracing

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_read.canary import Candidate, Prisma
    from mock_read.contract import Query
    from mock_read.observing import Observer
    from mock_read.pseudonym import Key

QUEUE_LIMIT = 8
"""Requests a sandbox may owe; it answers one at a time, so more than one means that work was cut short."""


@dataclass(frozen=True)
class Owed:
    """One request to be shadowed.

    Attributes:
        control: The mock's answer; ``None`` when it does not know the creator.
        user: The user's pseudonym.
        trace_header: Taken while the request ran: afterwards there is no segment to ask.
        until: Wall clock after which the work is lost: a sandbox that was frozen thaws too late.
    """

    query: Query
    control: dict[str, Any] | None
    user: str
    trace_header: str | None
    trace_id: str | None
    until: float


class Shadow:
    """A bounded queue of owed requests, worked off after the response."""

    def __init__(self, prisma: Prisma, key: Key, observer: Observer, now: Callable[[], float]) -> None:
        self._prisma = prisma
        self._key = key
        self._observer = observer
        self._now = now
        self._queue: deque[Owed] = deque()

    def owe(self, owed: Owed) -> None:
        """Take a request; the oldest is lost when there are too many. Costs the user nothing but this."""
        self._queue.append(owed)

    def work(self) -> None:
        """Do everything that is owed; never raises.

        Every request counts as sent here and in the same record as compared or lost, so that no kill of
        the sandbox in between can leave the ledger open.
        """
        counts: Counter[str] = Counter()
        while self._queue:
            owed = self._queue.popleft()
            counts["ShadowSent"] += 1
            cause = self._compare(owed, counts) if len(self._queue) < QUEUE_LIMIT else "queue-full"
            if cause is not None:
                counts["ShadowLost"] += 1
                self._observer.lost(cause)
        if counts:
            self._observer.metrics(dict(counts))

    def _compare(self, owed: Owed, counts: Counter[str]) -> str | None:
        """Compare one; the cause of the loss, or ``None``."""
        if self._now() > owed.until:
            return "frozen"
        with tracing.sending(owed.trace_header):
            candidate = self._prisma.read(owed.query)
        if candidate.error is not None:
            return candidate.error
        try:
            diffs = self._differences(owed, candidate)
        except Exception as error:  # noqa: BLE001 - a document that breaks the comparison is a loss, not a crash
            return f"comparison {type(error).__name__}"
        counts["ShadowCompared"] += 1
        counts["ShadowDiffs"] += bool(diffs)
        self._observer.compared(owed.user, owed.trace_id, diffs)
        return None

    def _differences(self, owed: Owed, candidate: Candidate) -> list[comparison.Diff]:
        found = comparison.compare(owed.control, candidate.body, contract.RULES, self._key.secret)
        counted, expired = comparison.undeclared(found, contract.RULES, datetime.now(UTC).date())
        for known in expired:
            self._observer.warn("KNOWN-DIFF-EXPIRED", path=known.path, owner=known.owner)
        return counted
