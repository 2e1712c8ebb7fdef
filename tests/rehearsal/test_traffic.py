"""Traffic: who sends what when, and what the ledger says that users got."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import threading
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from rehearsal import traffic
from rehearsal.ledger import Entry, Ledger
from rehearsal.traffic import (
    BURST,
    BURSTS_IN_A_ROW,
    IN_FLIGHT,
    NotSettledError,
    Pace,
    Request,
    Traffic,
    settle,
    squeezed,
    steady,
)
from tests.rehearsal.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.rehearsal.serving import Handler

CREATORS = [f"c-{n:04d}" for n in range(20)]
HEADER = "x-user-id"


def planned(seed: int = 7, seconds: float = 60.0) -> list[tuple[float, Request]]:
    """The rehearsal's own traffic: 2,000 users, 50 of them the beta's, 100 requests a second."""
    endless = steady(seed, 2000, 50, Pace(100.0), CREATORS)
    return list(itertools.takewhile(lambda one: one[0] < seconds, endless))


def test_the_same_seed_gives_the_same_traffic_and_another_one_another() -> None:
    """A run can be repeated."""
    assert planned() == planned()
    assert planned(seed=7) != planned(seed=8)


def test_the_betas_fifty_are_among_two_thousand_who_all_read() -> None:
    """Drawn evenly: about one request in forty is a beta user's."""
    sent = planned(seconds=300.0)
    users = {request.user for _, request in sent}
    assert {user for user in users if user.startswith("beta-")} == {f"beta-{n:03d}" for n in range(1, 51)}
    assert len(users) > 1990
    beta = sum(request.user.startswith("beta-") for _, request in sent)
    assert beta / len(sent) == pytest.approx(1 / 40, rel=0.15)


def test_arrivals_are_as_many_as_the_rate_and_as_irregular_as_people() -> None:
    """Poisson: the gaps' standard deviation is their mean."""
    offsets = [offset for offset, _ in planned()]
    assert len(offsets) == pytest.approx(6000, rel=0.05)
    assert offsets == sorted(offsets)
    assert offsets[-1] < 60.0
    gaps = [after - before for before, after in itertools.pairwise(offsets)]
    assert statistics.stdev(gaps) == pytest.approx(statistics.mean(gaps), rel=0.1)


def test_the_pace_may_be_changed_while_requests_come() -> None:
    """From the next one on, and without an end."""
    pace = Pace(10.0)
    endless = steady(7, 2000, 50, pace, CREATORS)
    slow = list(itertools.islice(endless, 2000))
    pace.rate = 1000.0
    quick = list(itertools.islice(endless, 2000))
    assert slow[-1][0] == pytest.approx(200, rel=0.1)
    assert quick[-1][0] - slow[-1][0] == pytest.approx(2, rel=0.1)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 1e4))
def test_a_log_is_pressed_into_the_time_there_is(offsets: list[float], seconds: float) -> None:
    """First to last, in proportion; a log of one moment is sent at once."""
    offsets = [offset - min(offsets) for offset in sorted(offsets)]
    request = Request("u", "c")
    out = [at for at, _ in squeezed([(offset, request) for offset in offsets], offsets[-1], seconds)]
    assert out[0] == 0
    assert out[-1] == pytest.approx(seconds if offsets[-1] else 0)
    assert out == sorted(out)


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
    return {"creator": request.creator, "limit": request.limit}


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
        assert settle(url, HEADER, "c-0001") == BURST * (BURSTS_IN_A_ROW + 1) == len(seen)
    assert set(seen) == {f"smoke-{n}" for n in range(BURST)}


def test_a_stack_that_does_not_settle_says_what_it_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """URL and last answers, before any traffic has begun."""
    monkeypatch.setattr(traffic, "SETTLED_WITHIN_S", 0.2)

    async def failing(_: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    with serving(failing) as url, pytest.raises(NotSettledError) as caught:
        settle(url, HEADER, "c-0001")
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
