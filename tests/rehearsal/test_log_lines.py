"""What the functions' own observer writes is what the rehearsal reads back, and time is played as written."""

from __future__ import annotations

import io
import itertools
import time

import pytest
from mock_read.flags import Flag, State
from mock_read.observing import Observer

from rehearsal.log_lines import Lines, parse
from rehearsal.timeline import BETA, Clock, Phase, Scenario, Step, play, stamp

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


STEPS = (Step(120.0, "stop-database", "down"), Step(60.0, "canary-on", "on"))
SHORT = Scenario("short", (Phase("only", 0, 240.0, "all of it"),), STEPS)


def test_steps_are_played_in_their_order_and_time_with_a_tick_each_minute_between() -> None:
    """GIVEN four cloud minutes at 2,400 to 1 THEN each step comes at its moment and once."""
    clock, happened = Clock(time.time(), 2400.0), list[str]()
    done = play(
        SHORT,
        clock,
        lambda step: happened.append(step.action),
        lambda cloud_s: happened.append(f"{cloud_s:g}"),
    )
    assert happened == ["0", "canary-on", "60", "stop-database", "120", "180"]
    assert list(done) == ["canary-on", "stop-database"]
    for step in STEPS:
        assert clock.cloud(done[step.action]) >= step.at
    assert clock.cloud(time.time()) >= SHORT.seconds


def test_a_step_that_fails_ends_the_play() -> None:
    """Nothing goes on as if it had happened."""

    def act(_: Step) -> None:
        raise RuntimeError("PostgreSQL does not stop")

    with pytest.raises(RuntimeError, match="does not stop"):
        play(SHORT, Clock(time.time(), 24_000.0), act, lambda _: None)


def test_the_betas_hours_are_the_sheets() -> None:
    """Shadow, canary, decide; a moment after the end is in the last."""
    assert [(phase.start, phase.end) for phase in BETA.phases] == [(0, 3600), (3600, 7200), (7200, 10_800)]
    assert BETA.phase_at(3600).name == "H+1-2 canary 1 %"
    assert BETA.phase_at(99_999).name == "H+2-3 decide"
    assert BETA.at("canary-on") == 3600
    with pytest.raises(KeyError, match="shadow-on"):
        BETA.at("shadow-on")


@pytest.mark.parametrize(
    ("cloud_s", "written"),
    [(0, "H+0:00:00"), (3930.9, "H+1:05:30"), (-60, "H-0:01:00"), (36_000, "H+10:00:00")],
)
def test_a_moment_is_written_as_in_the_playbook(cloud_s: float, written: str) -> None:
    """Hours, minutes and seconds since the first request."""
    assert stamp(cloud_s) == written
