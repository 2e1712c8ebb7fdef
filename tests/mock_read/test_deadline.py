"""Nobody waits longer than they said, whatever the work does; and what was left behind is bounded."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NoReturn

import pytest
from mock_read import deadline
from mock_read.deadline import MAX_LEFT_BEHIND, OverrunError, within

from tests.mock_read.parts import until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Ends the work that a test leaves behind; nothing of other tests' counts here."""
    monkeypatch.setattr(deadline, "_left_behind", set())
    event = threading.Event()
    yield event
    event.set()


def test_work_in_time_gives_its_result() -> None:
    """Also one that is false or nothing."""
    assert [within(5, lambda value=value: value) for value in (7, 0, None)] == [7, 0, None]  # type: ignore[misc]


@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(), MemoryError()])
def test_what_the_work_raises_is_raised_to_whoever_waits(error: BaseException) -> None:
    """The very error, not a stand-in."""

    def work() -> NoReturn:
        raise error

    with pytest.raises(type(error)) as raised:
        within(5, work)
    assert raised.value is error


@pytest.mark.parametrize("seconds", [0.05, 0.0, -1.0])
def test_work_that_overruns_is_not_waited_for(over: threading.Event, seconds: float) -> None:
    """A limit of nothing, or less, is over at once."""
    began = time.perf_counter()
    with pytest.raises(OverrunError):
        within(seconds, lambda: over.wait(30))
    assert time.perf_counter() - began < 5


def test_with_too_much_left_behind_nothing_is_begun(over: threading.Event) -> None:
    """Until some of it has ended."""
    begun: list[int] = []

    def hang() -> None:
        begun.append(1)
        over.wait(30)

    for _ in range(MAX_LEFT_BEHIND + 3):
        with pytest.raises(OverrunError):
            within(0.05, hang)
    assert len(begun) == MAX_LEFT_BEHIND
    over.set()
    until(lambda: not any(thread.name == "within" for thread in threading.enumerate()))
    assert within(5, lambda: "again") == "again"


def test_a_thread_that_cannot_start_is_an_overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox is out of threads: its caller has a fallback for time that is over, and takes it."""

    def refused(_: threading.Thread) -> NoReturn:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    with pytest.raises(OverrunError):
        within(5, lambda: 1)
