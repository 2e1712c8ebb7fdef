"""Shadow work: the same request to the Prisma side after the user has been answered, then compared.

Every request that is taken is settled exactly once and accounted for in one record: sent = compared +
lost, each loss by its cause. A record is written when a request is settled, so that no kill of the sandbox
in between leaves the ledger open.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.read.contract import Query
    from mock_read.backend.prisma import Candidate, Prisma
    from mock_read.observe.observing import Observer
    from mock_read.shadow.judgement import Judgement

QUEUE_LIMIT = 8
"""Requests a sandbox may owe. It answers one at a time, so more than one means that work was cut short."""


def lost_as(cause: str) -> str:
    """Metric of the reads lost to a cause: ``LostTimeout``; what broke a comparison is in the line alone."""
    return "Lost" + "".join(word.capitalize() for word in cause.split(maxsplit=1)[0].split("-"))


@dataclass(frozen=True)
class Owed:
    """One request to be shadowed.

    Attributes:
        control: The mock's answer; ``None`` when it does not know what was asked for.
        user: The user's pseudonym.
        trace_header: Taken while the request ran: afterwards there is no segment to ask.
        at: Wall clock of the request, which its records carry.
        until: Wall clock after which the work is lost: a sandbox that was frozen thaws too late, and what
            it finds then compares a mock of now with a database of then.
    """

    query: Query
    control: dict[str, Any] | None
    user: str
    request_id: str
    trace_header: str | None
    trace_id: str | None
    at: float
    until: float

    def fields(self) -> dict[str, Any]:
        """What its log lines say about the request."""
        return {"userId": self.user, "requestId": self.request_id, "xrayTraceId": self.trace_id}


class Shadow:
    """A bounded queue of owed requests, worked off after the response.

    Args:
        prisma: The shadow's own Prisma function, so that it can never starve the canary's.
        deadline_s: How long one call may take.
        judgement: Compares a candidate with the control and says what it found.
        observer: Hears of everything that is settled.
        now: Wall clock.
    """

    def __init__(
        self,
        prisma: Prisma,
        deadline_s: float,
        judgement: Judgement,
        observer: Observer,
        now: Callable[[], float],
    ) -> None:
        self._prisma = prisma
        self._deadline_s = deadline_s
        self._judgement = judgement
        self._observer = observer
        self._now = now
        self._queue: deque[Owed] = deque()
        self._open: set[int] = set()
        self._under_way: dict[int, Owed] = {}
        self._settling = threading.Lock()

    def owe(self, owed: Owed) -> None:
        """Take a request; the oldest is lost when there are too many. Costs the user nothing but this."""
        with self._settling:
            self._open.add(id(owed))
        self._queue.append(owed)

    def work(self) -> None:
        """Do everything that is owed; never raises on account of an answer."""
        for stuck in [*self._under_way.values()]:
            if self._now() > stuck.until:
                self._lose(stuck, "deadline")
        while True:
            try:
                owed = self._queue.popleft()
            except IndexError:
                return
            self._under_way[id(owed)] = owed
            if len(self._queue) >= QUEUE_LIMIT:
                self._lose(owed, "queue-full")
            elif self._now() > owed.until:
                self._lose(owed, "frozen")
            else:
                self._one(owed)

    def give_up(self, cause: str) -> None:
        """Count everything that is not settled as lost; what still comes in for it is dropped."""
        for owed in [*self._under_way.values(), *self._queue]:
            self._lose(owed, cause)
        self._queue.clear()

    def _one(self, owed: Owed) -> None:
        candidate = self._ask(owed)
        if candidate.error is not None:
            self._lose(owed, candidate.error)
        elif self._now() > owed.until:
            self._lose(owed, "frozen")
        else:
            self._compare(owed, candidate)

    def _ask(self, owed: Owed) -> Candidate:
        seconds = min(self._deadline_s, owed.until - self._now())
        return self._prisma.ask(owed.query, owed.trace_header, seconds)

    def _compare(self, owed: Owed, candidate: Candidate) -> None:
        try:
            finding = self._judgement.of(owed.control, candidate.body)
        except Exception as error:  # noqa: BLE001 - a document that breaks the comparison is a loss, not a crash
            self._lose(owed, f"comparison {type(error).__name__}")
            return
        if finding.cut_short:
            self._lose(owed, "too-large")
        elif self._settle(owed):
            self._observer.metrics(
                at=owed.at, ShadowSent=1, ShadowCompared=1, ShadowDiffs=int(bool(finding.diffs))
            )
            self._judgement.tell(owed.fields(), finding)
            self._judgement.noise(owed, candidate.body, lambda: self._ask(owed))

    def _lose(self, owed: Owed, cause: str) -> None:
        if self._settle(owed):
            self._observer.metrics(at=owed.at, ShadowSent=1, ShadowLost=1, **{lost_as(cause): 1})
            self._observer.warn("SHADOW-LOST", cause=cause, **owed.fields())

    def _settle(self, owed: Owed) -> bool:
        """Whether this is the first who wants to settle it."""
        with self._settling:
            self._under_way.pop(id(owed), None)
            if id(owed) not in self._open:
                return False
            self._open.discard(id(owed))
            return True
