"""What others wrote, as the command prints it: it neither forges a line nor steers a terminal."""

from __future__ import annotations

import io
import json
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from rich.console import Console
from typer.testing import CliRunner

from canary.cli.__main__ import app
from canary.cli.audit import Entry, Trail, audited, began
from canary.cli.commands.session import Session
from canary.cli.monitor import look
from canary.cli.screen import drawn
from canary.unit.act.act import Trigger, act
from canary.unit.flags import documents
from tests.fakes.account import Account, target
from tests.fakes.aws import refusal
from tests.fakes.hostile import hostile, parsed, shown_badly
from tests.fakes.unit import Unit
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from typer.testing import Result

AUDIT = "/huntaze/read-migration/audit"
LOOKS = (
    ("audit",),
    ("status",),
    ("logs",),
    ("monitor", "--once"),
    ("logs", "--all"),
    ("ramp", "--reason", "x"),
)


def typed(account: Account, *words: str) -> Result:
    """A command on that account."""
    session = Session(lambda: target("beta"), lambda _region: account)  # type: ignore[arg-type, return-value]
    return CliRunner().invoke(app, list(words), obj=session)


def written_by(text: str) -> Account:
    """An account in which everything that others may write holds that text."""
    account = Account()
    account.deploy("ramp", documents.ramp(None, percentage=1, shadow=0), description=text)
    now = datetime.now(UTC)
    entry = Entry(
        now.isoformat(timespec="seconds"), "c1", "done", "ramp", text, text, {text: text}, {text: text}
    )
    account.logs.add(AUDIT, json.dumps(entry.as_dict()), now)
    account.logs.add("/aws/lambda/mock-read", text, now)
    account.logs.add("/aws/lambda/mock-read", json.dumps({"message": text, text: [text]}), now)
    account.ssm.parameters["/latch"] = json.dumps({"when": now.isoformat(), "by": text, "reason": text})
    account.states["canary-alarm"] = text
    return account


@fuzz(100)
@given(hostile())
def test_nothing_that_others_wrote_steers_a_terminal(text: str) -> None:
    """In reasons, descriptions, log lines, alarm states and latches; printed, and as JSON."""
    account = written_by(text)
    for words in LOOKS:
        shown = typed(account, *words)
        assert shown.exception is None or isinstance(shown.exception, SystemExit), shown.exception
        assert shown_badly(shown.stdout + shown.stderr) == [], words
        as_json = typed(account, *words, "--json")
        documents_ = as_json.stdout.splitlines() if words[0] == "logs" else [as_json.stdout]
        for document in documents_:
            if document:
                parsed(document)


@fuzz(250)
@given(hostile())
def test_nothing_that_others_wrote_forges_a_line_of_the_audit(text: str) -> None:
    """One line for each entry and deployment of the period: two here, whatever they hold."""
    assert len(typed(written_by(text), "audit", "--since", "1h").stdout.splitlines()) == 2


@fuzz(250)
@given(hostile())
def test_nothing_that_others_wrote_steers_the_monitors_screen(text: str) -> None:
    """Apart from the colours that rich itself writes: none here."""
    account = written_by(text)
    now = datetime.now(UTC)
    trail = Trail(account.logs, AUDIT, lambda: now)
    screen = Console(file=io.StringIO(), width=200, color_system=None, force_terminal=False)
    seen = look(account, target("beta"), trail, now + timedelta(seconds=1))  # type: ignore[arg-type]
    screen.print(drawn(seen))
    screen.print(drawn(replace(seen, events=(text,))))
    assert shown_badly(screen.file.getvalue()) == []  # type: ignore[attr-defined]


@fuzz(250)
@given(hostile())
def test_an_error_of_aws_is_one_sentence(text: str) -> None:
    """Whatever AWS, or whoever answers in its place, says."""
    account = Account()
    account.script.will("get_parameter", refusal("AccessDenied", text))
    result = typed(account, "status")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert shown_badly(result.stderr) == []


@fuzz(250)
@given(hostile(), hostile())
def test_people_are_told_in_visible_text(by: str, why: str) -> None:
    """What SNS sends: no controls in it, and no line that the guard did not write."""
    unit = Unit()
    unit.canary(5)
    act(unit.world(), Trigger(by, why, {}))
    (message,) = unit.sns.published
    assert shown_badly(message["Subject"] + message["Message"]) == []
    assert len(message["Message"].splitlines()) == 6
    message["Message"].encode()


def test_ctrl_c_names_what_is_half_done(account: Account) -> None:
    """GIVEN Ctrl-C after a deployment was started THEN 130, and its number is said and written down."""
    account.canary(0)
    account.flags.finish("ramp")
    account.script.will(
        "start_deployment", lambda: account.script.will("get_latest_configuration", KeyboardInterrupt())
    )
    result = typed(account, "enable", "--percentage", "1", "--reason", "x")
    assert result.exit_code == 130, result.output
    assert "Interrupted while `enable` was under way. So far: Deployment 3 is started" in result.stderr
    assert account.trail()[-1]["stage"] == "interrupted"
    assert "Deployment 3 is started" in account.trail()[-1]["after"]["so_far"][0]


def test_a_trail_that_does_not_answer_holds_up_no_interrupt(account: Account) -> None:
    """GIVEN logs that hang WHEN interrupted THEN it ends within a second, and says what is not written."""
    told: list[str] = []
    now = datetime.now(UTC)
    trail = Trail(account.logs, AUDIT, lambda: now)
    ever = threading.Event()

    def interrupted() -> None:
        with audited(trail, began("enable", "jo", "x", {}, {}), lambda: now, told.append):
            account.script.will("put_log_events", ever.wait)
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    ever.set()
    assert time.monotonic() - start < 1
    assert "could not be written into the trail in time" in told[-1]


@pytest.mark.parametrize("line", ["{}", "[1]", '{"when": 1}', "\x00", "[" * 5000])
def test_a_line_of_the_trail_that_is_no_entry_is_left_out(account: Account, line: Any) -> None:
    """Others may write into the group."""
    account.logs.add(AUDIT, line, datetime.now(UTC))
    assert typed(account, "audit").exit_code == 0
