"""Traffic as it is sent, and what the ledger says that users got."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rehearsal import traffic
from rehearsal.ledger import Entry, Ledger
from rehearsal.traffic import (
    BURST,
    BURSTS_IN_A_ROW,
    IN_FLIGHT,
    NotSettledError,
    Request,
    Traffic,
    settle,
)
from tests.rehearsal.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rehearsal.serving import Handler

HEADER = "x-user-id"


class Plan:
    """Requests at once; ``handed_over`` is set when the sender has taken them all."""

    def __init__(self, *users: str) -> None:
        self.handed_over = threading.Event()
        self._users = users

    def __iter__(self) -> Iterator[tuple[float, Request]]:
        yield from ((0.0, Request(user, "c-0001", 3)) for user in self._users)
        self.handed_over.set()


def expected(request: Request) -> dict[str, Any]:
    """The mock's answer."""
    return {"creator": request.record, "limit": request.limit}


def sent(handler: Handler, *users: str) -> Ledger:
    """What came of those users' requests."""
    plan = Plan(*users)
    with serving(handler) as url:
        sender = Traffic(url, expected, plan, HEADER)
        sender.start()
        assert plan.handed_over.wait(5)
        sender.stop()
    return sender.ledger


async def answer(request: web.Request) -> web.StreamResponse:
    """What users ask for in these tests, by their names."""
    right = {"creator": request.path.rpartition("/")[2], "limit": int(request.query["limit"])}
    match request.headers[HEADER]:
        case "other":
            return web.json_response({**right, "limit": 99})
        case "broken":
            return web.json_response(right, status=503)
        case "no-json":
            return web.Response(text="<html>")
        case "hangs":
            await asyncio.sleep(60)
        case "cut":
            assert request.transport is not None
            request.transport.close()
    return web.json_response(right)


def test_the_ledger_says_what_each_user_got() -> None:
    """The mock's own answer, another one, an error, something that is no answer at all."""
    ledger = sent(answer, "fine", "other", "broken", "no-json", "cut")
    assert {entry.user: (entry.outcome, entry.status) for entry in ledger.entries} == {
        "fine": ("mock", 200),
        "other": ("other", 200),
        "broken": ("error", 503),
        "no-json": ("other", 200),
        "cut": ("unanswered", 0),
    }
    assert ledger.sent == 5


def test_a_server_that_hangs_leaves_its_users_unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """No user waits for ever: after the deadline the ledger says so."""
    monkeypatch.setattr(traffic, "DEADLINE_S", 0.3)
    ledger = sent(answer, "fine", "hangs")
    by_user = {entry.user: entry for entry in ledger.entries}
    assert by_user["hangs"].outcome == "unanswered"
    assert by_user["hangs"].seconds >= 0.3
    assert by_user["fine"].outcome == "mock"


def test_nobody_listening_is_unanswered_and_no_failure_of_the_sender() -> None:
    """A refused connection is what users would see too."""
    with serving(answer) as url:
        pass
    plan = Plan("a", "b")
    sender = Traffic(url, expected, plan, HEADER)
    sender.start()
    assert plan.handed_over.wait(5)
    sender.stop()
    assert sender.ledger.outcomes() == {"unanswered": 2}


def test_a_busy_machine_gets_fewer_requests_and_the_ledger_counts_them() -> None:
    """GIVEN more requests than may be under way THEN the rest is held back, the others answered."""
    released = threading.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.to_thread(released.wait, 5)
        return await answer(request)

    plan = Plan(*(f"u-{n}" for n in range(IN_FLIGHT + 9)))
    with serving(slow) as url:
        sender = Traffic(url, expected, plan, HEADER)
        sender.start()
        assert plan.handed_over.wait(5)
        assert (sender.ledger.sent, sender.ledger.held_back) == (IN_FLIGHT, 9)
        released.set()
        sender.stop()
    assert sender.ledger.outcomes() == {"mock": IN_FLIGHT}


def test_what_breaks_the_sender_is_raised_to_who_stops_it() -> None:
    """A rehearsal whose traffic died must not look quiet."""

    def broken() -> Iterator[tuple[float, Request]]:
        yield 0.0, Request("u", "c")
        raise RuntimeError("no more of the log")

    with serving(answer) as url:
        sender = Traffic(url, expected, broken(), HEADER)
        sender.start()
        sender._thread.join(5)
        with pytest.raises(BaseException, match=r"no more of the log|TaskGroup"):
            sender.stop()


def test_stopping_before_the_start_is_harmless() -> None:
    """Ctrl-C may come at any moment."""
    Traffic("http://127.0.0.1:1", expected, [], HEADER).stop()


def test_a_stack_has_settled_after_three_quick_bursts_in_a_row() -> None:
    """GIVEN a first burst of errors THEN three further ones, and the count says so."""
    seen: list[str] = []

    async def warming(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers[HEADER])
        return web.Response(status=503 if len(seen) <= BURST else 200)

    with serving(warming) as url:
        assert settle(url, HEADER, "/creators/c-0001") == BURST * (BURSTS_IN_A_ROW + 1) == len(seen)
    assert set(seen) == {f"smoke-{n}" for n in range(BURST)}


def test_a_stack_that_does_not_settle_says_what_it_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """URL and last answers, before any traffic has begun."""
    monkeypatch.setattr(traffic, "SETTLED_WITHIN_S", 0.2)

    async def failing(_: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    with serving(failing) as url, pytest.raises(NotSettledError) as caught:
        settle(url, HEADER, "/creators/c-0001")
    assert str(caught.value).startswith(f"{url}/creators/c-0001 does not settle; last answers: 503 in ")


def test_the_ledger_answers_for_any_window() -> None:
    """By when requests were sent: the beginning is in, the end is not."""
    ledger = Ledger()
    for at, outcome in ((1.0, "mock"), (2.0, "error"), (3.0, "mock")):
        ledger.add(Entry(at, "u", 200, at / 100, outcome))  # type: ignore[arg-type]
    assert ledger.outcomes() == {"mock": 2, "error": 1}
    assert ledger.outcomes(1.0, 3.0) == {"mock": 1, "error": 1}
    assert ledger.outcomes(4.0) == {}
    assert ledger.p95_ms() == pytest.approx(30)
    assert ledger.p95_ms(4.0) == 0
