"""Every shadow is settled once: sent = compared + lost, each loss with its cause."""

from __future__ import annotations

import random
import threading
import time
from typing import Any, get_args

import pytest
from mock_read.backend.prisma import Candidate, ErrorClass
from mock_read.shadow.after import MAX_STUCK, After
from mock_read.shadow.extension import Event, ExtensionError
from mock_read.shadow.shadow import QUEUE_LIMIT, lost_as

from canary.unit.metrics.counts import LOST_TO
from tests.mock_read import parts
from tests.mock_read.parts import SHADOW, ReadPath, prisma, read_path, refusal, until
from tests.mock_read.test_canary import broken_mock, changed, raising


def ledger(path: ReadPath) -> tuple[float, float, float]:
    """Sent, compared, lost; the books must balance."""
    sent, compared, lost = (path.lines.metric(f"Shadow{name}") for name in ("Sent", "Compared", "Lost"))
    assert sent == compared + lost
    return sent, compared, lost


def causes(path: ReadPath) -> list[str]:
    """Why shadows were lost, in order."""
    return [line["cause"] for line in path.lines.messages("SHADOW-LOST")]


def test_nothing_is_asked_before_the_response() -> None:
    """The user waits for the mock alone."""
    path = read_path(SHADOW)
    path.get()
    assert not path.shadow.asked
    path.service.work()
    assert ledger(path) == (1, 1, 0)
    assert path.lines.messages("SHADOW-MATCH")[0]["match"] is True


def test_the_shadow_has_a_function_of_its_own() -> None:
    """It can never take the canary's concurrency."""
    path = read_path(SHADOW)
    path.get()
    path.service.work()
    assert (len(path.shadow.asked), len(path.canary.asked)) == (1, 0)


def test_a_difference_is_said_by_path_and_kind() -> None:
    """With keyed hashes of the two values, and neither value."""
    path = read_path(SHADOW, shadow=changed(lambda body: body["creator"].update(displayName="s3cret")))
    path.get()
    path.service.work()
    line = path.lines.messages("SHADOW-DIFF")[0]
    assert [(diff["path"], diff["kind"]) for diff in line["diffs"]] == [("creator.displayName", "value")]
    assert line["match"] is False
    assert line["userId"] == path.service.key.of(parts.USER)
    assert "s3cret" not in path.lines.text.getvalue()
    assert path.lines.metric("ShadowDiffs") == 1


def test_a_creator_only_one_side_knows_is_a_difference() -> None:
    """Not found is an answer too."""
    path = read_path(SHADOW, shadow=lambda _: {"status": "not-found"})
    path.get()
    path.service.work()
    assert ledger(path) == (1, 1, 0)
    assert path.lines.metric("ShadowDiffs") == 1


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (raising(refusal("TooManyRequestsException")), "throttled"),
        (raising(refusal("ResourceNotFoundException")), "refused"),
        (raising(RuntimeError()), "refused"),
        (lambda _: b"{", "malformed"),
    ],
    ids=["throttled", "missing", "raises", "garbage"],
)
def test_a_shadow_that_fails_is_lost_and_no_difference(fault: Any, cause: str) -> None:
    """An error of Prisma's says nothing about its data."""
    path = read_path(SHADOW, shadow=fault)
    assert path.body() == parts.expected()
    path.service.work()
    assert ledger(path) == (1, 0, 1)
    assert causes(path) == [cause]


def test_canary_requests_and_failed_mocks_are_not_shadowed() -> None:
    """There is nothing to compare a candidate with."""
    both = {**parts.CANARY, "prismaShadow": {"enabled": True, "percentage": 100}}
    for path in (read_path(both), read_path(SHADOW, mock=broken_mock)):
        path.get()
        path.service.work()
        assert ledger(path) == (0, 0, 0)


def test_work_that_thaws_too_late_is_lost_as_frozen() -> None:
    """A mock of then and a database of now must not be compared."""
    path = read_path(SHADOW)
    path.get()
    path.clock.at += 1200
    path.service.work()
    assert causes(path) == ["frozen"]
    assert not path.shadow.asked


def test_an_answer_that_thaws_too_late_is_lost_as_frozen() -> None:
    """The freeze fell between question and answer."""
    path = read_path(SHADOW)

    def freeze(query: dict[str, Any]) -> Any:
        path.clock.at += 1200
        return prisma(query)

    path.shadow.answer = freeze
    path.get()
    path.service.work()
    assert causes(path) == ["frozen"]
    ledger(path)


def test_more_than_the_queue_holds_is_lost_and_counted() -> None:
    """The oldest go first."""
    path = read_path(SHADOW)
    for _ in range(QUEUE_LIMIT + 5):
        path.get()
    path.service.work()
    assert ledger(path) == (QUEUE_LIMIT + 5, QUEUE_LIMIT, 5)
    assert causes(path) == ["queue-full"] * 5


class Invocations:
    """An Extensions API that hands over one event for each request, then ends."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.asked, self.ready = 0, threading.Condition()
        self.over = False

    def next(self) -> Event:
        """Count and wait, as the extension does between invocations."""
        with self.ready:
            self.asked += 1
            self.ready.notify_all()
            self.ready.wait_for(lambda: self.events or self.over)
            if not self.events:
                raise ExtensionError("over")
            return self.events.pop(0)

    def end(self) -> None:
        """No more events."""
        with self.ready:
            self.over = True
            self.ready.notify_all()


def serve(path: ReadPath, requests: int, timeout_s: float = 1.3) -> int:
    """Requests through the extension, one after the other; how often `next` was asked for.

    The function's time-out lies in real time, 300 ms after which all work must have been given up.
    """
    api = Invocations()
    said: list[str] = []
    after = After(path.service, api, said.append)  # type: ignore[arg-type]
    after.begin()
    until(lambda: api.asked == 1)
    for number in range(requests):
        with api.ready:
            api.events.append(Event(f"r-{number}", time.time() + timeout_s))
            api.ready.notify_all()
        answer = path.service.handle(parts.http_api(), f"r-{number}", timeout_s)
        assert answer["statusCode"] == 200
        after.answered(f"r-{number}")
        until(lambda number=number: api.asked == number + 2, 20.0)  # type: ignore[misc]
    api.end()
    return api.asked


def test_next_is_asked_for_after_work_that_ends_well() -> None:
    """And the ledger holds every request."""
    path = read_path(SHADOW)
    assert serve(path, 3, timeout_s=15.0) == 4
    assert ledger(path) == (3, 3, 0)


def test_next_is_asked_for_whatever_hangs() -> None:
    """Work that hangs is given up a second before the time-out, and its late end changes nothing."""
    over = threading.Event()
    path = read_path(SHADOW, deadline_s=60.0)

    def hang(_: Any) -> Candidate:
        over.wait(30)
        return Candidate(error="timeout")

    path.service.shadow._ask = hang  # type: ignore[assignment,method-assign]
    asked = serve(path, MAX_STUCK + 2)
    assert asked == MAX_STUCK + 3
    assert ledger(path) == (MAX_STUCK + 2, 0, MAX_STUCK + 2)
    assert set(causes(path)) == {"deadline", "no-thread"}
    before = path.lines.text.getvalue()
    over.set()
    until(lambda: not any(thread.name == "after" for thread in threading.enumerate()))
    assert path.lines.text.getvalue() == before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # dying is the point
@pytest.mark.parametrize(
    "death", [SystemExit(), MemoryError(), ValueError()], ids=lambda death: type(death).__name__
)
def test_next_is_asked_for_whatever_dies(death: BaseException) -> None:
    """A worker that dies in the middle loses what it had, by its cause."""

    def die(_: Any) -> Any:
        raise death

    path = read_path(SHADOW)
    path.service.shadow._ask = die  # type: ignore[assignment,method-assign]
    assert serve(path, 2, timeout_s=15.0) == 3
    assert ledger(path) == (2, 0, 2)
    assert causes(path) == ["worker-died"] * 2


def test_a_comparison_that_breaks_is_a_loss() -> None:
    """Whatever a document does to it."""

    def break_down(*_: Any) -> Any:
        raise RecursionError

    path = read_path(SHADOW)
    path.service.shadow._judgement.of = break_down  # type: ignore[assignment,method-assign]
    path.get()
    path.service.work()
    assert causes(path) == ["comparison RecursionError"]
    ledger(path)


def test_without_an_extensions_api_the_work_runs_on_a_thread() -> None:
    """Locally, and under runtimes of others."""
    path = read_path(SHADOW)
    after = After(path.service, None, lambda _: None)
    after.begin()
    path.get()
    after.answered("r-1")
    until(lambda: path.lines.metric("ShadowSent") == 1)
    assert ledger(path) == (1, 1, 0)


def test_an_extensions_api_that_is_gone_is_said_and_users_are_answered() -> None:
    """The sandbox is of no more use, and Lambda will replace it."""
    path, api = read_path(SHADOW), Invocations()
    said: list[str] = []
    api.end()
    After(path.service, api, said.append).begin()  # type: ignore[arg-type]
    until(lambda: bool(said))
    assert said == ["over"]
    assert path.body() == parts.expected()


def test_the_books_balance_under_everything_at_once() -> None:
    """Four hundred requests over sandboxes whose Prisma answers, fails, differs and freezes at random."""
    draw = random.Random(11)  # noqa: S311 - a mixture, nothing secret
    path = read_path(SHADOW)

    def mixed(query: dict[str, Any]) -> Any:
        match draw.randrange(6):
            case 0:
                raise refusal("TooManyRequestsException")
            case 1:
                path.clock.at += 16
            case 2:
                return b"{"
        return prisma(query)

    path.shadow.answer = mixed
    for _ in range(400):
        path.get()
        match draw.randrange(4):
            case 0:
                path.clock.at += draw.choice((0, 16))
                path.service.give_up("deadline")
            case 1 | 2:
                path.service.work()
    path.service.give_up("deadline")
    assert ledger(path)[0] == 400


def test_noise_is_each_side_compared_with_itself() -> None:
    """A side whose answers change by themselves makes differences that are nobody's fault."""
    numbers = iter(range(100))
    path = read_path(
        SHADOW,
        shadow=changed(lambda body: body["posts"]["items"][0].update(likes=next(numbers))),
        noise_percent=100.0,
    )
    path.get()
    path.service.work()
    assert (path.lines.metric("NoiseCompared"), path.lines.metric("NoiseDiffs")) == (1, 1)
    line = path.lines.messages("SHADOW-NOISE")[0]
    assert (line["side"], line["diffs"][0]["path"]) == ("prisma", "posts.items[].likes")
    ledger(path)


def test_the_shadows_trace_header_is_the_requests_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken while the request ran; afterwards the environment may hold the next one's."""
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    path, seen = read_path(SHADOW), []
    ask = path.service.shadow._prisma.ask

    def spy(query: Any, trace_header: str | None, seconds: float) -> Any:
        seen.append(trace_header)
        return ask(query, trace_header, seconds)

    path.service.shadow._prisma.ask = spy  # type: ignore[method-assign]
    path.get()
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-00000000-000000000000000000000000;Parent=0;Sampled=0")
    path.service.work()
    assert seen[0] is not None
    assert seen[0].startswith("Root=1-5759e988-bd862e3fe1be46a994272793;")


def test_each_cause_of_a_loss_is_a_metric_that_the_verdict_reads() -> None:
    """What a shadow read is lost to has one name on both sides, and no two causes share one."""
    causes = {*get_args(ErrorClass), "queue-full", "frozen", "deadline", "no-thread", "worker-died"}
    causes.add("too-large")
    causes -= {"breaker-open", "no-time"}  # those of the canary, before anything is asked
    assert {lost_as(cause) for cause in causes | {"comparison TypeError"}} == {
        "Lost" + cause.title().replace("-", "") for cause in LOST_TO
    }
    assert len(LOST_TO) == len(causes) + 1
