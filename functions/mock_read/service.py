"""One request from decision to answer; everything it needs is passed in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mock_read import bucketing, contract, entry, tracing
from mock_read.flags import CANARY_FLAG, SHADOW_FLAG
from mock_read.shadow import Owed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_read.after import After
    from mock_read.canary import Prisma
    from mock_read.contract import Query
    from mock_read.flags import Flag, Flags
    from mock_read.observing import Observer
    from mock_read.pseudonym import Key
    from mock_read.settings import Settings
    from mock_read.shadow import Shadow

LEAST_TIME_S = 0.5
"""With less than this left before the time-out the mock answers at once."""


@dataclass
class Service:
    """The read path.

    Attributes:
        mock: The mock's answer to a query, ``None`` for a creator it does not know.
        now: Wall clock.
        cold: Whether this sandbox has not answered yet.
    """

    settings: Settings
    flags: Flags
    prisma: Prisma
    shadow: Shadow
    after: After
    observer: Observer
    key: Key
    mock: Callable[[Query], dict[str, Any] | None]
    now: Callable[[], float]
    cold: bool = True

    def handle(self, event: Any, request_id: str, deadline: float) -> dict[str, Any]:
        """Answer one entry event; whatever a client can send gets an answer below 500."""
        try:
            answer = self._answer(event, request_id, deadline)
        finally:
            self.after.answered(deadline)
        return entry.respond(event, answer)

    def after_response(self, _deadline: float) -> None:
        """What nobody waits for: shadow calls, then the flags if they are due."""
        self.shadow.work()
        if self.flags.due():
            self.flags.refresh()

    def _answer(self, event: Any, request_id: str, deadline: float) -> entry.Answer:
        try:
            request = entry.parse(event, self.settings.user_header)
            if request.path == "/health":
                return entry.Answer(HTTPStatus.OK, {"status": "ok"})
            query = contract.query(request.path, request.parameters)
        except (entry.MalformedEventError, contract.InvalidRequestError) as error:
            return entry.problem(HTTPStatus.BAD_REQUEST, str(error))
        if query is None:
            return entry.problem(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if request.method not in {"GET", "HEAD"}:
            return entry.problem(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is answered here.", allow="GET, HEAD")
        if request.user_id is None:
            return entry.problem(HTTPStatus.BAD_REQUEST, f"The header {self.settings.user_header} names no user.")
        return self._read(query, request.user_id, request_id, deadline)

    def _read(self, query: Query, user_id: str, request_id: str, deadline: float) -> entry.Answer:
        begun = time.perf_counter()
        user = self.key.of(user_id)
        with tracing.request() as trace:
            canary = self._in_canary(user_id)
            path = "prisma" if canary else "mock"
            trace.annotate(canary=canary, path=path, userId=user)
            body, served, error = self._sides(query, trace, deadline, canary=canary)
            if error is not None:
                trace.annotate(canaryError=error)
        ms = (time.perf_counter() - begun) * 1000
        failed = error is not None or served is None
        fields = {
            "canary": canary,
            "served": served or "none",
            "canaryError": error,
            "userId": user,
            "requestId": request_id,
            "xrayTraceId": trace.trace_id,
        }
        self.observer.request(fields, path=path, failed=failed, ms=ms, cold=self.cold)
        self.cold = False
        if not canary and served is not None and self._included(self.flags.state.shadow, SHADOW_FLAG, user_id):
            self.shadow.owe(Owed(query, body, user, trace.header, trace.trace_id, deadline - 1.0))
        if served is None:
            return entry.problem(HTTPStatus.SERVICE_UNAVAILABLE, "Try again in a moment.", retry_after="1")
        if body is None:
            return entry.problem(HTTPStatus.NOT_FOUND, "There is no such creator.")
        return entry.Answer(HTTPStatus.OK, body)

    def _in_canary(self, user_id: str) -> bool:
        """Decide, on a reading of the flags that is fresh whenever it says canary."""
        if not self._canary_by(user_id):
            return False
        if self.flags.stale():
            self.flags.refresh()
        return self._canary_by(user_id)

    def _canary_by(self, user_id: str) -> bool:
        return self.flags.state.canary_on and self._included(self.flags.state.canary, CANARY_FLAG, user_id)

    def _included(self, flag: Flag, name: str, user_id: str) -> bool:
        if not flag.enabled or user_id in flag.deny:
            return False
        salt = self.settings.bucket_salt
        return user_id in flag.allow or bucketing.included(salt, name, user_id, flag.percentage)

    def _sides(
        self, query: Query, trace: tracing.Trace, deadline: float, *, canary: bool
    ) -> tuple[dict[str, Any] | None, str | None, str | None]:
        """The body, the side that served it (``None`` when both failed), and the canary error."""
        error: str | None = None
        if canary:
            if deadline - self.now() < LEAST_TIME_S:
                error = "no-time"
            else:
                with tracing.sending(trace.header):
                    candidate = self.prisma.read(query)
                if candidate.error is None:
                    return candidate.body, "prisma", None
                error = candidate.error
        try:
            return self.mock(query), "mock", error
        except Exception as mock_error:  # noqa: BLE001 - the mock is somebody's code: its fault is an answer too
            self.observer.warn("MOCK-ERROR", error=type(mock_error).__name__)
        if not canary:
            with tracing.sending(trace.header):
                candidate = self.prisma.read(query)
            if candidate.error is None:
                return candidate.body, "prisma", error
        return None, None, error
