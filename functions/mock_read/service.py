"""Handles one request, from choosing the side to writing the answer. All dependencies are passed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from canary.read import contract
from mock_read.http import entry
from mock_read.http.identity import NoUserError
from mock_read.observe import tracing
from mock_read.shadow.shadow import Owed

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.read.contract import Query
    from mock_read.backend.sides import Served, Sides
    from mock_read.flags.choice import Choice
    from mock_read.flags.flag_watch import FlagWatch
    from mock_read.http.entry import Answer, Request
    from mock_read.http.identity import Identity
    from mock_read.observe.observing import Telling
    from mock_read.observe.pseudonym import Key
    from mock_read.shadow.shadow import Shadow

MARGIN_S = 1.0
"""Seconds before the function's time-out at which work after the response must have ended."""

HEALTH = "/health"


@dataclass(frozen=True)
class Moment:
    """Id and timing of a request.

    Attributes:
        request_id: Lambda's request id.
        began: Wall clock at which the request began, in seconds.
        timeout_at: Wall clock at which the function times out, in seconds.
    """

    request_id: str
    began: float
    timeout_at: float


@dataclass
class Service:
    """The read path of the entry function.

    Attributes:
        flags: The flags, read again after a response when they are due.
        choice: Decides which side serves a user.
        identity: Finds the user of a request.
        sides: Reads from the mock or from Prisma.
        shadow: Queue of shadow reads.
        observer: Writes log lines and metrics.
        key: Key that turns user ids into pseudonyms.
        now: Wall clock, in seconds.
        clock: Monotonic clock, in seconds; measures durations.
        cold: Whether this execution environment has not answered a request yet.
    """

    flags: FlagWatch
    choice: Choice
    identity: Identity
    sides: Sides
    shadow: Shadow
    observer: Telling
    key: Key
    now: Callable[[], float]
    clock: Callable[[], float]
    cold: bool = True

    def handle(self, event: Any, request_id: str, remaining_s: float) -> dict[str, Any]:
        """Answer one entry event. Nothing that a client can send causes a status of 500 or above.

        Args:
            event: The event as the entry sent it.
            request_id: Lambda's request id.
            remaining_s: Seconds until the function's time-out.
        """
        began = self.now()
        try:
            answer = self._answer(event, Moment(request_id, began, began + remaining_s))
        except Exception as error:  # noqa: BLE001 - our own fault: the client gets a readable answer
            self.observer.warn("FAULT", error=type(error).__name__, requestId=request_id)
            self.observer.metrics(Requests=1, Errors=1)
            answer = _unavailable()
        return entry.respond(event, answer)

    def work(self) -> None:
        """Do the work after the response: shadow reads, then the flags if they are due."""
        self.shadow.work()
        if self.flags.due():
            self.flags.refresh()

    def give_up(self, cause: str) -> None:
        """Abandon the shadow reads that are not finished.

        Args:
            cause: Why; each read is counted as lost to it.
        """
        self.shadow.give_up(cause)

    def _answer(self, event: Any, moment: Moment) -> Answer:
        began = self.clock()
        try:
            request = self._placed(entry.parse(event))
            path = self.identity.path(request.path)
            query = None if path == HEALTH else contract.query(path, request.parameters)
            if query is None and path != HEALTH:
                return entry.problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
            if request.method not in ("GET", "HEAD"):
                return entry.problem(
                    HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is answered here.", allow="GET, HEAD"
                )
            if query is None:
                return entry.Answer(HTTPStatus.OK, {"status": "ok"})
            user_id = self.identity.known(request).user_id
        except (entry.MalformedEventError, contract.InvalidRequestError, NoUserError) as error:
            return entry.problem(HTTPStatus.BAD_REQUEST, str(error))
        return self._read(query, user_id, moment, began)

    def _placed(self, request: Request) -> Request:
        """Use the path below the matched route if the whole path is not one of the contract's."""
        path = self.identity.path(request.path)
        if request.below is None or path == HEALTH or contract.query(path, request.parameters) is not None:
            return request
        return replace(request, path=request.below)

    def _read(self, query: Query, user_id: str, moment: Moment, began: float) -> Answer:
        user = self.key.of(user_id)
        with tracing.request() as trace:
            canary = self.choice.canary(user_id)
            path = "prisma" if canary else "mock"
            header = trace.header
            served = self.sides.prisma(query, header, moment.timeout_at) if canary else self.sides.mock(query)
            errors = served.errors
            trace.annotate(canary=canary, path=path, userId=user, **errors)
        if served.by == "mock" and not canary and self.choice.shadow(user_id):
            until = moment.timeout_at - MARGIN_S
            identity = (user, moment.request_id, header, trace.trace_id)
            self.shadow.owe(Owed(query, served.body, *identity, moment.began, until))
        fields = {
            "canary": canary,
            "served": served.by,
            **errors,
            "canaryDetail": (served.candidate.detail or None) if served.candidate else None,
            "userId": user,
            "requestId": moment.request_id,
            "xrayTraceId": trace.trace_id,
        }
        ms = (self.clock() - began) * 1000
        self.observer.request(fields, path=path, failed=bool(errors), ms=ms, cold=self.cold)
        self.cold = False
        return _answer(served)


def _answer(served: Served) -> Answer:
    if served.by == "none":
        return _unavailable()
    if served.body is None:
        return entry.problem(HTTPStatus.NOT_FOUND, "There is no such record.")
    return entry.Answer(HTTPStatus.OK, served.body)


def _unavailable() -> Answer:
    return entry.problem(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.", retry_after="1")
