"""Shadow work: sends a request to Prisma after the user has been answered, and compares the two answers.

Every request that is taken is settled exactly once and accounted for in one record: sent = compared + lost,
with each loss counted by its cause. The record is written when the request is settled, so that the counts add
up even if the execution environment is killed in between.
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
"""Requests that an execution environment may owe. It answers one request at a time, so more than one owed
request means that work was cut short."""


def lost_as(cause: str) -> str:
    """Return the metric that counts reads lost to a cause, like ``LostTimeout``.

    The metric takes only the first word of a cause; what broke a comparison is in the log line alone.
    """
    return "Lost" + "".join(word.capitalize() for word in cause.split(maxsplit=1)[0].split("-"))


@dataclass(frozen=True)
class Owed:
    """One request to be shadowed.

    Attributes:
        query: The query.
        control: The mock's answer; ``None`` if the mock does not know what was asked for.
        user: The user's pseudonym.
        request_id: Lambda's request id.
        trace_header: Trace header, taken while the request ran: afterwards there is no segment to ask.
        trace_id: Id of the trace, for the log.
        at: Wall clock of the request in seconds, which its records carry.
        until: Wall clock in seconds after which the work is lost. An execution environment that was frozen
            thaws too late; it would compare the mock's earlier answer with the database of a later time.
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
        """Return the fields that describe the request in its log lines."""
        return {"userId": self.user, "requestId": self.request_id, "xrayTraceId": self.trace_id}


class Shadow:
    """A bounded queue of owed requests, worked off after the response.

    Args:
        prisma: Client of the shadow's own Prisma function, so that shadow reads can never starve the canary.
        deadline_s: Longest time that one call may take, in seconds.
        judgement: Compares a candidate with the control and reports the finding.
        observer: Told about everything that is settled.
        now: Wall clock, in seconds.
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
        """Queue a request; the user waits for no more than this. With too many, the oldest is lost."""
        with self._settling:
            self._open.add(id(owed))
        self._queue.append(owed)

    def work(self) -> None:
        """Do everything that is owed. Never raises because of an answer."""
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
        """Count everything that is not settled as lost; answers that still arrive for it are dropped."""
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
        except Exception as error:  # noqa: BLE001 - a document that breaks the comparison counts as lost
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
        """Mark a request as settled; return whether it was still open."""
        with self._settling:
            self._under_way.pop(id(owed), None)
            if id(owed) not in self._open:
                return False
            self._open.discard(id(owed))
            return True
