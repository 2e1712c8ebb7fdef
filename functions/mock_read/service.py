"""One request from decision to answer; everything it needs is passed in."""

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
"""Work after the response ends this long before the function's time-out."""

HEALTH = "/health"


@dataclass(frozen=True)
class Moment:
    """When and what a request is, apart from its content.

    Attributes:
        began: Wall clock.
        timeout_at: Wall clock of the function's time-out.
    """

    request_id: str
    began: float
    timeout_at: float


@dataclass
class Service:
    """The read path.

    Attributes:
        flags: Read again after a response when they are due.
        choice: Which side a user's read takes.
        now: Wall clock.
        clock: Monotonic seconds, for durations.
        cold: Whether this sandbox has not answered yet.
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
        """Answer one entry event; whatever a client can send gets an answer below 500.

        Args:
            event: As the entry sent it.
            request_id: Lambda's.
            remaining_s: Seconds until the function's time-out.
        """
        began = self.now()
        try:
            answer = self._answer(event, Moment(request_id, began, began + remaining_s))
        except Exception as error:  # noqa: BLE001 - a fault of ours: the client gets an answer it can read
            self.observer.warn("FAULT", error=type(error).__name__, requestId=request_id)
            self.observer.metrics(Requests=1, Errors=1)
            answer = _unavailable()
        return entry.respond(event, answer)

    def work(self) -> None:
        """What nobody waits for: shadow calls, then the flags if they are due."""
        self.shadow.work()
        if self.flags.due():
            self.flags.refresh()

    def give_up(self, cause: str) -> None:
        """What is not done by now is not done."""
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
        """What stands below a resource is asked where the whole path is none of the contract's."""
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
