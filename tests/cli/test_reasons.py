"""What an operator types as a reason, and the limits of what keeps it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canary.cli import note
from canary.cli.audit import LIMIT, Entry
from canary.cli.commands.entered import LONGEST_REASON, EnteredError, entered, reason
from canary.cli.release import start
from canary.unit.latch.latch import LIMIT as LATCH
from canary.unit.latch.latch import Latch
from tests.fakes.hostile import hostile, parsed, shown_badly
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from tests.cli.conftest import Canary
    from tests.fakes.account import Account

ARN = "arn:aws:sts::123456789012:assumed-role/" + "r" * 64 + "/" + "s" * 64
"""As long as a role's session can be: 64 characters each,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""


@fuzz(4_000)
@given(hostile())
def test_a_reason_that_is_taken_is_one_visible_line(text: str) -> None:
    """Whatever is typed: refused with a sentence that can itself be shown, or kept as one line."""
    try:
        kept = reason(text)
    except EnteredError as error:
        kept, taken = str(error), False
    else:
        taken = True
    assert shown_badly(kept) == []
    if not taken:
        return
    assert kept == kept.strip() != ""
    assert len(kept.splitlines()) == 1
    assert len(kept) <= LONGEST_REASON
    assert reason(kept) == kept


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0", "\u2003", "\u3000", "\u0301", " \u0308 "])
def test_a_reason_that_says_nothing_is_refused(canary: Canary, account: Account, text: str) -> None:
    """Nothing is changed, the exit code is that of wrong usage."""
    account.canary(5)
    result = canary("rollback", "--reason", text)
    assert result.exit_code == 2
    assert "says nothing" in result.stderr
    assert not account.killed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("users \udcff complain", "0xFF is not UTF-8"),
        ("a\u200bb", "ZERO WIDTH SPACE"),
        ("\u202eb", "RIGHT-TO-LEFT OVERRIDE"),
        ("b\x1b[2J", r"\x1b"),
        ("b\x9b2J", r"\x9b"),
        ("\U000e0041b", "TAG LATIN CAPITAL LETTER A"),
        ("\u3164\u1160", "HANGUL"),
        ("x" * 257, "256 are kept"),
    ],
)
def test_a_reason_that_cannot_be_shown_is_refused_by_name(canary: Canary, text: str, named: str) -> None:
    """With what is wrong and at which character; nothing is changed."""
    result = canary("enable", "--percentage", "1", "--reason", text)
    assert result.exit_code == 2
    assert named in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("verb", ["rollback", "resume", "ramp", "release", "migrate", "prune", "teardown"])
def test_every_verb_that_takes_a_reason_checks_it(canary: Canary, verb: str) -> None:
    """The one option of all of them."""
    assert canary(verb, "--reason", " ").exit_code == 2


def test_line_ends_in_a_reason_become_spaces(canary: Canary, account: Account) -> None:
    """A pasted paragraph is taken as one line."""
    account.canary(5)
    assert canary("rollback", "--reason", " users\r\n\tcomplain \n").exit_code == 0
    assert account.trail()[0]["why"] == "users complain"


VISIBLE = st.text(st.sampled_from('a "\\é🔥日'), min_size=1, max_size=LONGEST_REASON).map(
    lambda text: "a" + text[1:]
)
TOLD = st.dictionaries(st.sampled_from(["a", "b"]), st.text(max_size=900), max_size=2)


@fuzz(1_500)
@given(VISIBLE, TOLD, TOLD)
def test_what_is_kept_of_a_reason_is_whole_json(
    why: str, before: dict[str, str], after: dict[str, str]
) -> None:
    """However long what is told with it: description, trail and latch stay JSON and within their limits."""
    told = note.note("enable", ARN, why, before, after)
    assert len(told) <= note.LIMIT
    assert isinstance(json.loads(told), dict)
    entry = Entry("t", "c", "began", "enable", ARN, why, before, after)
    assert parsed(entry.text())["why"] == why
    latch = Latch("2026-11-25T12:00:00+00:00", ARN, why, {"verb": "rollback"}).text()
    assert len(latch) <= LATCH
    assert json.loads(latch)["reason"] == why


def test_a_usual_reason_is_kept_whole_in_a_description() -> None:
    """256 characters of any script, beside the longest name of a caller and both states of the ramp."""
    state = {"percentage": 12.34, "shadow": 100.0}
    assert (
        json.loads(note.note("enable", ARN, "é" * LONGEST_REASON, state, state))["why"]
        == "é" * LONGEST_REASON
    )


def test_a_trail_entry_that_is_too_long_leaves_out_what_is_long_and_stays_json() -> None:
    """Never cut: who, when and why are in every line."""
    entry = Entry("t", "c", "done", "migrate", "jo", "why", {}, {"pending": ["x" * 300_000]})
    assert len(entry.text()) <= LIMIT
    assert json.loads(entry.text())["why"] == "why"


def longest(service: str, operation: str, parameter: str) -> int | None:
    """What AWS's model allows; ``None`` where it names no limit."""
    model: Any = botocore.session.get_session().get_service_model(service).operation_model(operation)
    shape = model.input_shape.members[parameter]
    found: int | None = shape.metadata.get("max")
    return found


def test_the_limits_are_those_of_awss_models() -> None:
    """By botocore's models where they name one; what they do not name is in AWS's pages on quotas."""
    assert longest("appconfig", "StartDeployment", "Description") == note.LIMIT
    assert longest("codedeploy", "CreateDeployment", "description") is None
    assert start.LONGEST_DESCRIPTION <= note.LIMIT
    assert longest("logs", "PutLogEvents", "logGroupName") == 512
    assert LIMIT <= 262_144 - 26
    assert longest("ssm", "PutParameter", "Value") is None
    assert LATCH == 4096


def test_other_arguments_are_visible_text_as_well(canary: Canary) -> None:
    """A verb, an option's value, a query's name: named by place or option, never echoed."""
    for words in (("\x1b[2J",), ("queries", "run", "\x9b1m"), ("logs", "--filter", "a\u202eb")):
        result = canary(*words)
        assert result.exit_code == 2
        assert shown_badly(result.stderr) == []
    assert entered("a\tb") == "a b"
