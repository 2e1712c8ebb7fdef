"""Whatever Prisma does, a canary user gets an answer; what was hidden is counted by its class."""

from __future__ import annotations

import copy
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from mock_read.backend.breaker import FAILURES, MAX_OPEN_S, OPEN_S, Breaker
from mock_read.backend.prisma import MAX_ANSWER

from tests.mock_read import parts
from tests.mock_read.parts import CANARY, Clock, prisma, read_path, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.read.contract import Query


def raising(error: Exception) -> Callable[[dict[str, Any]], Any]:
    """A Prisma function whose invocation fails."""

    def answer(_: dict[str, Any]) -> Any:
        raise error

    return answer


def changed(change: Callable[[Any], object]) -> Callable[[dict[str, Any]], Any]:
    """A Prisma function whose answer is off by something."""

    def answer(query: dict[str, Any]) -> Any:
        given = copy.deepcopy(prisma(query))
        change(given["body"])
        return given

    return answer


URL = "http://lambda"
FAULTS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "throttled": (raising(refusal("TooManyRequestsException")), "throttled"),
    "missing": (raising(refusal("ResourceNotFoundException")), "refused"),
    "forbidden": (raising(refusal("AccessDeniedException")), "refused"),
    "reads too long": (raising(ReadTimeoutError(endpoint_url=URL)), "timeout"),
    "connects too long": (raising(ConnectTimeoutError(endpoint_url=URL)), "timeout"),
    "unreachable": (raising(EndpointConnectionError(endpoint_url=URL)), "unreachable"),
    "a fault of the client": (raising(RuntimeError()), "refused"),
    "no JSON": (lambda _: b"<html>", "malformed"),
    "not a number": (lambda _: b'{"status":"ok","body":NaN}', "malformed"),
    "endlessly deep": (lambda _: b"[" * 100_000, "malformed"),
    "a list": (lambda _: [], "malformed"),
    "another status": (lambda _: {"status": "invalid", "message": "no"}, "malformed"),
    "no body": (lambda _: {"status": "ok"}, "malformed"),
    "a body of another kind": (lambda _: {"status": "ok", "body": 7}, "malformed"),
    "oversized": (lambda _: {"status": "ok", "body": "x" * MAX_ANSWER}, "oversized"),
    "somebody else's record": (changed(lambda body: body["creator"].update(id="c-0002")), "malformed"),
    "a field missing": (changed(lambda body: body["creator"].pop("handle")), "malformed"),
    "a field too many": (changed(lambda body: body["creator"].update(email="a@b")), "malformed"),
    "another type": (changed(lambda body: body["creator"].update(verified="true")), "malformed"),
    "a lost zero": (changed(lambda body: body["creator"].update(subscriptionPrice="1.5")), "malformed"),
    "out of order": (changed(lambda body: body["posts"]["items"].reverse()), "malformed"),
    "more than asked for": (
        changed(lambda body: body["posts"].update(items=body["posts"]["items"] * 6)),
        "malformed",
    ),
    "a cursor of its own": (changed(lambda body: body["posts"].update(nextCursor="eA")), "malformed"),
}


@pytest.mark.parametrize(("fault", "error"), FAULTS.values(), ids=FAULTS)
def test_the_user_gets_the_mocks_answer(fault: Callable[[dict[str, Any]], Any], error: str) -> None:
    """Indistinguishable from a mock user's, headers and all; the error counts against the canary."""
    path = read_path(CANARY, canary=fault)
    assert path.get() == read_path().get()
    line = path.lines.messages("ERROR")[0]
    assert (line["canary"], line["path"], line["served"], line["canaryError"]) == (
        True,
        "prisma",
        "mock",
        error,
    )
    assert path.lines.metric("Errors", "prisma") == 1


def test_a_function_error_is_one_whatever_it_says() -> None:
    """Lambda answers 200 with a FunctionError for a function that raised; its payload is not read."""
    path = read_path(CANARY)
    path.canary.error = "Unhandled"
    assert path.body() == parts.expected()
    assert path.lines.messages("ERROR")[0]["canaryError"] == "function-error"


def test_a_healthy_canary_is_served_from_prisma() -> None:
    """What tells is the log; the document is the same."""
    path = read_path(CANARY)
    assert path.body() == parts.expected()
    line = path.lines.messages("SUCCESS")[0]
    assert (line["canary"], line["path"], line["served"]) == (True, "prisma", "prisma")
    assert path.lines.metric("Requests", "prisma") == 1
    assert path.lines.metric("Errors") == 0


def test_a_slow_prisma_is_cut_off_at_the_deadline() -> None:
    """An answer that dribbles in past every socket's time-out is no answer."""
    over = threading.Event()

    def slow(query: dict[str, Any]) -> Any:
        over.wait(30)
        return prisma(query)

    path = read_path(CANARY, canary=slow, deadline_s=0.1)
    began = time.perf_counter()
    assert path.body() == parts.expected()
    assert time.perf_counter() - began < 5
    over.set()
    assert path.lines.messages("ERROR")[0]["canaryError"] == "timeout"


def test_a_request_with_200_ms_left_is_answered_in_time() -> None:
    """The function's own time-out is nearer than the configured deadline."""
    over = threading.Event()
    path = read_path(CANARY, canary=lambda _: over.wait(30))
    began = time.perf_counter()
    assert path.body(remaining_s=0.21) == parts.expected()
    assert time.perf_counter() - began < 5
    over.set()
    assert path.lines.messages("ERROR")[0]["canaryError"] == "timeout"


def test_a_request_without_time_for_prisma_does_not_ask() -> None:
    """Below 50 ms for Prisma the mock answers at once, and the breaker hears of nothing."""
    path = read_path(CANARY)
    assert path.body(remaining_s=0.19) == parts.expected()
    assert not path.canary.asked
    assert path.lines.messages("ERROR")[0]["canaryError"] == "no-time"


def broken_mock(_: Query) -> dict[str, Any]:
    """A mock with a bug."""
    raise KeyError("secret")


def test_prisma_serves_a_canary_request_whose_mock_would_fail() -> None:
    """The canary path does not need the mock while Prisma answers."""
    path = read_path(CANARY, mock=broken_mock)
    assert path.body() == parts.expected()
    assert path.lines.messages("SUCCESS")[0]["served"] == "prisma"


def test_when_both_fail_the_user_may_try_again() -> None:
    """The only 503: both sides' errors are in one line, and none of their text."""
    path = read_path(CANARY, canary=lambda _: b"", mock=broken_mock)
    answer = path.get()
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "1")
    line = path.lines.messages("ERROR")[0]
    assert (line["served"], line["canaryError"], line["mockError"]) == ("none", "malformed", "KeyError")
    assert "secret" not in path.lines.text.getvalue()


def test_a_mock_user_is_not_sent_to_prisma_when_the_mock_fails() -> None:
    """Who sees Prisma is for the flags to decide."""
    path = read_path(mock=broken_mock)
    assert path.get()["statusCode"] == 503
    assert not path.canary.asked


def test_after_repeated_failures_prisma_is_left_alone() -> None:
    """The breaker opens at the third failure in a row, and users go on getting answers."""
    path = read_path(CANARY, canary=lambda _: b"")
    for _ in range(10):
        assert path.body() == parts.expected()
    assert len(path.canary.asked) == FAILURES
    assert path.lines.metric("BreakerOpen") == 10 - FAILURES
    assert path.lines.metric("Errors", "prisma") == 10


def test_one_probe_closes_the_breaker_when_prisma_is_back() -> None:
    """The database gone and back: the first request after the pause tries, the next ones are served."""
    path = read_path(CANARY, canary=lambda _: b"")
    for _ in range(FAILURES):
        path.get()
    path.canary.answer = prisma
    path.clock.at += OPEN_S + 1
    for _ in range(3):
        path.get()
    assert len(path.lines.messages("SUCCESS")) == 3


def test_the_breaker_says_each_transition_in_one_line() -> None:
    """Opened, opened for longer by a probe that failed, closed by one that did not: three lines, not ten."""
    path = read_path(CANARY, canary=lambda _: b"")
    for _ in range(FAILURES + 2):
        path.get()
    path.clock.at += OPEN_S + 1
    path.get()
    path.canary.answer = prisma
    path.clock.at += 2 * OPEN_S + 1
    for _ in range(3):
        path.get()
    said = [(line["state"], line["failures"], line["openS"]) for line in path.lines.messages("BREAKER")]
    assert said == [("open", FAILURES, OPEN_S), ("open", FAILURES + 1, 2 * OPEN_S), ("closed", 0, 0)]


def test_a_failed_probe_opens_the_breaker_for_longer() -> None:
    """Doubling up to a limit, one request a pause."""
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()
    pauses = []
    for _ in range(8):
        pauses.append(_pause(breaker, clock))
        breaker.failed()
    assert pauses == [OPEN_S, 2 * OPEN_S, 4 * OPEN_S, *[MAX_OPEN_S] * 5]


def _pause(breaker: Breaker, clock: Clock) -> float:
    """Seconds until the next request may try."""
    began = clock.at
    while breaker.open:
        clock.at += 1
    return clock.at - began


def test_a_clock_that_jumps_back_does_not_keep_the_breaker_open() -> None:
    """Time is the wall clock's, since a frozen sandbox has no other."""
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()
    assert breaker.open
    clock.at -= 3600
    assert not breaker.open


def test_a_single_failure_opens_nothing() -> None:
    """A success in between starts the count anew."""
    breaker = Breaker(Clock())
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert not breaker.open


def test_a_hundred_environments_lose_prisma_together_and_everyone_is_answered() -> None:
    """A hundred sandboxes at once: each user gets the mock, each sandbox asks three times."""
    paths = [read_path(CANARY, canary=raising(refusal("TooManyRequestsException"))) for _ in range(100)]
    wrong: list[Any] = []
    right = read_path().get()

    def traffic(path: parts.ReadPath) -> None:
        wrong.extend(answer for answer in (path.get() for _ in range(5)) if answer != right)

    threads = [threading.Thread(target=traffic, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert {len(path.canary.asked) for path in paths} == {FAILURES}


def test_calls_left_behind_by_a_hanging_prisma_are_bounded() -> None:
    """Sixteen sandboxes' worth of hanging calls end in errors, not in threads without number."""
    over = threading.Event()
    before = threading.active_count()
    for _ in range(16):
        path = read_path(CANARY, canary=lambda _: over.wait(30), deadline_s=0.06)
        assert path.body() == parts.expected()
    left = threading.active_count() - before
    over.set()
    assert left <= 8


def test_no_payload_and_no_user_stands_in_a_line() -> None:
    """Of a malformed answer the log has the path, not the value."""
    path = read_path(CANARY, canary=changed(lambda body: body["creator"].update(verified="s3cret")))
    path.get()
    line = path.lines.messages("ERROR")[0]
    assert line["canaryDetail"] == "creator.verified is neither true nor false"
    assert "s3cret" not in json.dumps(path.lines.all)
