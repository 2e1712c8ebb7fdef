"""One request from decision to answer; everything it needs is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mock_read import bucketing, contract, entry, tracing
from mock_read.flags import CANARY_FLAG, SHADOW_FLAG
from mock_read.identity import NoUserError
from mock_read.shadow import Owed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_read.canary import Canary
    from mock_read.contract import Query
    from mock_read.entry import Answer
    from mock_read.flag_watch import FlagWatch
    from mock_read.identity import Identity
    from mock_read.observing import Observer
    from mock_read.prisma import Candidate
    from mock_read.pseudonym import Key
    from mock_read.shadow import Shadow

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


@dataclass(frozen=True)
class Served:
    """What came of the two sides.

    Attributes:
        body: ``None`` where neither knows what was asked for, or both failed.
        by: ``mock``, ``prisma``, or ``none`` when both failed.
        candidate: The canary's error that a fallback hid; ``None`` without one.
        mock_error: Type of the mock's own fault.
    """

    body: dict[str, Any] | None
    by: str
    candidate: Candidate | None = None
    mock_error: str | None = None


@dataclass
class Service:
    """The read path.

    Attributes:
        mock: The mock's answer to a query, ``None`` for what it does not know.
        salt: Part of the bucketing hash.
        now: Wall clock.
        clock: Monotonic seconds, for durations.
        cold: Whether this sandbox has not answered yet.
    """

    flags: FlagWatch
    identity: Identity
    canary: Canary
    shadow: Shadow
    observer: Observer
    key: Key
    mock: Callable[[Query], dict[str, Any] | None]
    salt: str
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
            request = entry.parse(event)
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

    def _read(self, query: Query, user_id: str, moment: Moment, began: float) -> Answer:
        user = self.key.of(user_id)
        with tracing.request() as trace:
            canary = self._in_canary(user_id)
            path = "prisma" if canary else "mock"
            trace.annotate(canary=canary, path=path, userId=user)
            header = trace.header
            served = self._canary(query, header, moment) if canary else self._mock(query, None)
            error = served.candidate.error if served.candidate else None
            if error is not None:
                trace.annotate(canaryError=error)
        fields = {
            "canary": canary,
            "served": served.by,
            "canaryError": error,
            "canaryDetail": (served.candidate.detail or None) if served.candidate else None,
            "mockError": served.mock_error,
            "userId": user,
            "requestId": moment.request_id,
            "xrayTraceId": trace.trace_id,
        }
        failed = error is not None or served.mock_error is not None
        if served.by == "mock" and not canary and self._sampled(user_id):
            until = moment.timeout_at - MARGIN_S
            identity = (user, moment.request_id, header, trace.trace_id)
            self.shadow.owe(Owed(query, served.body, *identity, moment.began, until))
        ms = (self.clock() - began) * 1000
        self.observer.request(fields, path=path, failed=failed, ms=ms, cold=self.cold)
        self.cold = False
        if served.by == "none":
            return _unavailable()
        if served.body is None:
            return entry.problem(HTTPStatus.NOT_FOUND, "There is no such creator.")
        return entry.Answer(HTTPStatus.OK, served.body)

    def _in_canary(self, user_id: str) -> bool:
        """Decide, on a reading of the flags that is fresh whenever it says canary."""
        return self._canary_by(user_id) and self.flags.fresh() and self._canary_by(user_id)

    def _canary_by(self, user_id: str) -> bool:
        state = self.flags.state
        return state.canary_on and bucketing.selected(self.salt, CANARY_FLAG, state.canary, user_id)

    def _sampled(self, user_id: str) -> bool:
        return bucketing.selected(self.salt, SHADOW_FLAG, self.flags.state.shadow, user_id)

    def _canary(self, query: Query, header: str | None, moment: Moment) -> Served:
        candidate = self.canary.read(query, header, moment.timeout_at)
        if candidate.error is None:
            return Served(candidate.body, "prisma")
        return self._mock(query, candidate)

    def _mock(self, query: Query, candidate: Candidate | None) -> Served:
        try:
            return Served(self.mock(query), "mock", candidate)
        except Exception as error:  # noqa: BLE001 - the mock is somebody's code: its fault is an answer too
            # A user outside the canary is not sent to Prisma instead: that is for the flags to decide.
            return Served(None, "none", candidate, type(error).__name__)


def _unavailable() -> Answer:
    return entry.problem(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.", retry_after="1")
