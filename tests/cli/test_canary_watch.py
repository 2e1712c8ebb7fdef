"""`canary monitor`, `logs`, `audit` and `open`: what people look at."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from canary.cli.audit import Trail
from canary.cli.commands.monitor import draw
from canary.cli.monitor import bar, look, watch
from canary.cli.open_console import link
from canary.cli.screen import drawn
from canary.unit.flags import documents
from canary.unit.metrics.counts import IncompleteError
from tests.fakes.account import Account, target
from tests.fakes.aws import refusal
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.monitor import Snapshot
    from tests.cli.conftest import Canary


def ago(**what: float) -> datetime:
    """A moment before this one; a suite takes longer than `canary logs` looks back."""
    return datetime.now(UTC) - timedelta(**what)


def snapshot(account: Account) -> Snapshot:
    """One look."""
    now = datetime.now(UTC)
    return look(account, target(), Trail(account.logs, "/audit", lambda: now), now)  # type: ignore[arg-type]


def test_one_look_has_every_number(canary: Canary, account: Account) -> None:
    """GIVEN a canary WHEN looked at once THEN share, errors, both P95, diffs, alarms, verdict are there."""
    account.canary(1)
    account.count(3000, 30, errors=3, compared=2900, diffs=29)
    document = json.loads(canary("monitor", "--once", "--json").stdout)
    assert document["figures"] == {
        "requests": 3000,
        "share_percent": 1,
        "error_percent": 0.1,
        "canary_error_percent": 10,
        "p95_mock_ms": 10,
        "p95_canary_ms": 11,
        "diff_percent": 1,
        "compared": 2900,
    }
    assert document["alarms"]["canary-alarm"] == "OK"
    line = canary("monitor").stdout.splitlines()[0]
    for part in (
        "canary 1 %",
        "share 1 %",
        "canary 10 %",
        "10 ms / 11 ms",
        "diffs 1 % of 2900",
        "alarms all OK",
    ):
        assert part in line


def test_numbers_say_what_window_they_are_of(canary: Canary, account: Account) -> None:
    """GIVEN nothing on THEN the last 15 minutes; GIVEN a step in force THEN since it began."""
    assert "requests in the last 15 minutes" in canary("monitor", "--once").stdout
    account.canary(1)
    account.count(3000, 30)
    began = json.loads(canary("monitor", "--json").stdout)["counted_since"]
    shown = datetime.fromisoformat(began).strftime("%Y-%m-%d %H:%M:%S")
    line = canary("monitor", "--once").stdout.splitlines()[0]
    assert f"3000 requests since {shown} UTC, of the step in force" in line


def test_once_says_3_when_something_needs_attention(canary: Canary, account: Account) -> None:
    """A watchman for cron."""
    assert canary("monitor").exit_code == 0
    account.states["canary-alarm"] = "ALARM"
    result = canary("monitor", "--once")
    assert result.exit_code == 3
    assert "! canary-alarm is ALARM." in result.stdout


def test_watching_writes_lines_until_ctrl_c_where_there_is_no_terminal(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN no terminal THEN one line a look, with --json one document a line; Ctrl-C ends with 130."""

    def third_time(_seconds: float, left: list[int] = [0, 0, 0]) -> None:  # noqa: B006 - a count that stays
        left.pop()
        if not left:
            left += [0, 0, 0]
            raise KeyboardInterrupt

    monkeypatch.setattr("canary.cli.commands.monitor.time.sleep", third_time)
    result = canary("monitor", "--watch")
    assert result.exit_code == 130
    assert result.stdout.count("nothing to judge") == 3
    documents = [json.loads(line) for line in canary("monitor", "--watch", "--json").stdout.splitlines()]
    assert [document["phase"] for document in documents] == ["off"] * 3


@pytest.mark.parametrize(
    "fault", [refusal("ThrottlingException"), OSError("network"), IncompleteError("half")]
)
def test_a_look_that_comes_to_nothing_is_said_and_the_next_one_tries_again(
    account: Account, fault: Exception
) -> None:
    """Watching outlives a bad minute."""
    failed: list[str] = []
    takes: list[Callable[[], Snapshot]] = [lambda: snapshot(account)]

    def take() -> Snapshot:
        if not failed:
            raise fault
        return takes[0]()

    assert next(watch(take, lambda: None, failed.append)).status.phase == "off"
    assert failed == [f"This look came to nothing: {fault}"]


def test_a_terminal_is_drawn_with_evidence_bars_and_events(account: Account) -> None:
    """GIVEN a failing canary and an alarm's transition THEN the screen shows bars, alarm, events, advice."""
    account.canary(1)
    account.count(3000, 30, errors=30, compared=2900)
    account.states["canary-alarm"] = "ALARM"
    account.alarms.history.append(
        {"AlarmName": "canary-alarm", "Timestamp": datetime.now(UTC), "HistorySummary": "OK to ALARM"}
    )
    console = Console(width=160, height=50, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123 - nowhere
    console.print(drawn(snapshot(account)))
    text = console.export_text()
    for part in (
        "canary 1 %",
        "####################",
        "100 % NO-GO",
        "canary-alarm ALARM",
        "OK to ALARM",
        "lately",
    ):
        assert part in text
    console.file.close()


def test_a_terminal_is_drawn_over_again(account: Account) -> None:
    """GIVEN two looks THEN the second takes the first one's place, without a new screen each time."""
    account.canary(1)
    out = io.StringIO()
    looks = [snapshot(account), snapshot(account)]
    draw(iter(looks), Console(file=out, force_terminal=True, width=120))
    assert out.getvalue().count("canary 1 %") >= 2
    assert "\x1b[1A" in out.getvalue()


LONG = "2026-11-25T12:00:00+00:00  audit     " + "canary ramp by somebody with a long reason " * 6


def screen(seen: Snapshot, width: int, height: int) -> list[str]:
    """The lines of one look on a terminal of that size."""
    out = io.StringIO()
    Console(file=out, color_system=None, width=width, height=height).print(drawn(seen))
    return out.getvalue().removesuffix("\n").split("\n")


@pytest.fixture(scope="module")
def busy() -> Snapshot:
    """A look with everything to show: a verdict, an alarm, advice, and more events than fit."""
    account = Account()
    account.canary(1)
    account.count(3000, 30, errors=30, compared=2900)
    account.states["canary-alarm"] = "ALARM"
    return replace(snapshot(account), events=tuple(f"{n} {LONG}" for n in range(6)))


def test_a_small_terminal_keeps_the_verdict_on_screen(busy: Snapshot) -> None:
    """GIVEN 60 x 20 and more to show THEN phase, verdict and alarm are there; long events end in "…"."""
    shown = screen(busy, 60, 20)
    assert len(shown) <= 20
    text = "\n".join(shown)
    assert "NO-GO" in text
    assert "canary 1 %" in text
    assert "canary-alarm ALARM" in text


def test_an_event_that_is_too_long_is_one_line_that_says_so(busy: Snapshot) -> None:
    """GIVEN lines for all of it THEN each event takes one, and ends in "…"."""
    events = [line for line in screen(busy, 100, 80) if "canary ramp by" in line]
    assert len(events) == len(busy.events)
    assert all("…" in line for line in events)


@fuzz(500)
@given(st.integers(20, 250), st.integers(3, 80), st.integers(0, 6))
def test_no_size_of_a_terminal_loses_the_verdict(
    busy: Snapshot, width: int, height: int, events: int
) -> None:
    """GIVEN any size THEN the page fits, and the verdict's decision is on it."""
    seen = replace(busy, events=busy.events[:events])
    shown = screen(seen, width, height)
    assert len(shown) <= height
    assert all(cell_len(line) <= width for line in shown)
    assert any("NO-GO" in line for line in shown)


def test_a_bar_shows_the_likelier_answer(account: Account) -> None:
    """Evidence is odds: its logarithm fills the bar, towards GO or away from it."""
    account.canary(1)
    account.count(3000, 30, compared=2900)
    judged = snapshot(account).status.judged
    assert judged is not None
    errors = judged.verdict.row("errors")
    assert errors is not None
    towards, part, drawing = bar(errors, 10)
    assert towards == "GO"
    assert 0 < part < 1
    assert drawing.count("#") == round(10 * part)


def test_logs_are_printed_without_metric_records(canary: Canary, account: Account) -> None:
    """GIVEN lines and metric records THEN lines only, unless all are wanted; a filter is CloudWatch's."""
    group = "/aws/lambda/mock-read"
    account.logs.add(group, '{"message":"FLAG"}\n', ago(minutes=2))
    account.logs.add(group, '{"_aws":{}}', ago(minutes=1))
    account.logs.add(group, "old", ago(hours=1))
    assert [line.split("  ")[1] for line in canary("logs").stdout.splitlines()] == ['{"message":"FLAG"}']
    assert len(canary("logs", "--all").stdout.splitlines()) == 2
    assert canary("logs", "--filter", "ERROR").stdout == ""
    (line,) = canary("logs", "--json").stdout.splitlines()
    assert json.loads(line)["message"] == {"message": "FLAG"}


def test_following_prints_each_line_once_late_ones_too(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a line that becomes visible after a younger one THEN both are printed, once; Ctrl-C ends it."""
    group, looks = "/aws/lambda/mock-read", iter(range(3))
    account.logs.add(group, "first", datetime.now(UTC))

    def sleep(_seconds: float) -> None:
        if next(looks) == 2:
            raise KeyboardInterrupt
        account.logs.add(group, "late", datetime.now(UTC) - timedelta(seconds=10))

    monkeypatch.setattr("canary.cli.commands.logs.time.sleep", sleep)
    result = canary("logs", "--follow", "--since", "1m")
    assert result.exit_code == 130
    assert [line.split("  ")[1] for line in result.stdout.splitlines()] == ["first", "late", "late"]


def test_lines_without_an_id_are_told_apart_by_what_they_are(canary: Canary, account: Account) -> None:
    """AWS promises no id: each line is still printed once."""
    for text in ("one", "two"):
        account.logs.add("/aws/lambda/mock-read", text, ago(minutes=1))
    for event in account.logs.groups["/aws/lambda/mock-read"]:
        del event["eventId"]
    assert len(canary("logs").stdout.splitlines()) == 2


def test_logs_of_what_is_not_there(canary: Canary) -> None:
    """A function that has none, and one that is none."""
    assert "There is no log group /aws/lambda/prisma-read" in canary("logs", "--function", "prisma").stderr
    assert "must be one of mock, prisma, shadow, guard" in canary("logs", "--function", "other").stderr
    assert canary("logs", "--follow", "--until", "1m").exit_code == 2


def test_the_audit_shows_our_changes_and_everybody_elses(canary: Canary, account: Account) -> None:
    """GIVEN a change by this command and one in the console THEN both are shown, with who, why and what."""
    canary("enable", "--percentage", "1", "--reason", "H+1")
    account.flags.finish("ramp")
    account.deploy(
        "ramp",
        documents.ramp(None, percentage=7, shadow=None),
        "by hand",
    )
    shown = canary("audit", "--since", "1h").stdout
    assert (
        "enable    done        arn:aws:iam::1:user/jo: H+1 (percentage 0 -> 1, shadow 0 -> 0, deployment 2)"
        in shown
    )
    assert "canary 7 %, shadow 0 %. by hand" in shown
    document = json.loads(canary("audit", "--json").stdout)
    assert [entry["stage"] for entry in document["entries"]] == ["began", "done"]


def test_a_trail_that_was_never_written_is_empty(canary: Canary) -> None:
    """No group yet is no fault."""
    result = canary("audit", "--since", "1h")
    assert result.exit_code == 0
    assert result.stdout == "Nothing was changed.\n"


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("dashboard", "#dashboards/dashboard/huntaze-prisma-migration"),
        ("traces", "annotation*5bcanary*5d*20*3d*20true"),
        ("logs", "log-group/$252Faws$252Flambda$252Fmock-read"),
    ],
)
def test_links_lead_into_the_console(canary: Canary, place: str, part: str) -> None:
    """The address is data: on stdout, and no browser is opened where nobody sits at a terminal."""
    result = canary("open", place)
    assert result.exit_code == 0
    assert part in result.stdout
    assert result.stdout.strip() == link(target(), place)
    assert json.loads(canary("open", place, "--json").stdout)["url"] == result.stdout.strip()


def test_a_place_that_is_none_is_refused(canary: Canary) -> None:
    """Named, with those there are."""
    assert "must be one of dashboard, traces, logs" in canary("open", "moon").stderr
