"""What the functions' own observer writes is what the rehearsal reads back."""

from __future__ import annotations

import io
import itertools
import json
import time

import rollback_guard.observing
from mock_read.backend.breaker import FAILURES, Breaker
from mock_read.observe.observing import Observer

from canary.read.flags import Flag, State
from rehearsal.log_lines import Lines, parse, said

_NUMBERS = itertools.count()


class Written:
    """A log group that the real observer writes."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        # A logger is one a name in a process: another name, another stream.
        self.observer = Observer(f"parsed-{next(_NUMBERS)}", "N", time.time, self._out)  # type: ignore[arg-type]

    def events(self, *extra: str) -> list[tuple[float, str, str]]:
        """Everything written so far, and these lines too, as CloudWatch Logs gives it."""
        return [(5.0, "stream", line) for line in (*self._out.getvalue().splitlines(), *extra)]


def test_answered_requests_are_read_with_side_error_and_sandbox() -> None:
    """A hidden canary error is on a line of its own kind, and its answer was the mock's."""
    log = Written()
    fields = {"canary": True, "served": "prisma", "userId": "p1", "requestId": "r1"}
    log.observer.request(fields, path="prisma", failed=False, ms=4.25, cold=True)
    hidden = {**fields, "served": "mock", "canaryError": "timeout", "requestId": "r2"}
    log.observer.request(hidden, path="prisma", failed=True, ms=1500.0, cold=False)
    fine, failed = parse(log.events()).reads
    assert (fine.canary, fine.served, fine.canary_error, fine.ms) == (True, "prisma", None, 4.25)
    assert (failed.served, failed.canary_error, failed.request_id) == ("mock", "timeout", "r2")
    assert (failed.at, failed.sandbox, failed.user) == (5.0, "stream", "p1")


def test_comparisons_losses_and_flags_are_read() -> None:
    """Paths of a difference in order, the cause of a loss, what the flags said."""
    log = Written()
    log.observer.say("SHADOW-MATCH", match=True, diffs=[], requestId="r1")
    diffs = [{"path": "$.b", "kind": "value"}, {"path": "$.a", "kind": "missing"}]
    log.observer.say("SHADOW-DIFF", match=False, diffs=diffs, requestId="r2")
    log.observer.warn("SHADOW-LOST", cause="frozen", requestId="r3")
    log.observer.flags_changed(State(Flag(enabled=True, percentage=1.0), Flag(), killed=False, why=""))
    lines = parse(log.events())
    assert [(one.request_id, one.paths) for one in lines.comparisons] == [("r1", ()), ("r2", ("$.a", "$.b"))]
    assert [(one.cause, one.request_id) for one in lines.lost] == [("frozen", "r3")]
    (flag,) = lines.flags
    assert flag.fields["prismaAdapter"] == {"enabled": True, "percentage": 1.0}
    assert lines.unreadable == 0


def test_the_platforms_lines_are_passed_over_and_half_a_line_is_counted() -> None:
    """A log that nobody can query is a fault; metrics are none of these lines."""
    log = Written()
    log.observer.metrics(ShadowSent=1)
    lines = parse(log.events("START RequestId: x Version: 1", '{"message": "SUCC'))
    assert lines == Lines(unreadable=1)


def test_a_breaker_is_read_when_it_opens_and_not_when_it_closes() -> None:
    """The breaker's own words, one moment each time it stopped asking."""
    log = Written()
    breaker = Breaker(lambda: 0.0, log.observer.say)
    for _ in range(FAILURES):
        breaker.failed()
    breaker.succeeded()
    assert [json.loads(line)["state"] for _, _, line in log.events()] == ["open", "closed"]
    assert parse(log.events()).breakers == [5.0]


def test_when_the_guard_decided_is_found_by_field_and_value() -> None:
    """In the words of its own observer; another decision and the platform's own lines are not it."""
    out = io.StringIO()
    guard = rollback_guard.observing.Observer("guard", "N", time.time, out)
    guard.log("VERDICT", decision="GO")
    guard.log("ALARM", decision="NO-GO", alarm="a", why="decision")
    guard.log("VERDICT", decision="NO-GO")
    guard.log("NO-GO")
    guard.count(GuardTicks=1)
    written = [*out.getvalue().splitlines(), "REPORT RequestId: x decision NO-GO"]
    events = [(float(n), "stream", line) for n, line in enumerate(written)]
    assert list(said(events, "decision", "NO-GO")) == [1.0, 2.0]
    assert list(said(events, "decision", "INVESTIGATE")) == []
