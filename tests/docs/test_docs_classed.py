"""Every command in a document is run on a stack that is up, or stands in a table with the reason why not."""

from __future__ import annotations

import shlex

import pytest

from tests.docs import commands, other_programs
from tests.live import documented
from tests.live.acts import CLEAN, DIFFERING, matches

ALL = commands.commands()
CANARY = {shlex.join(command.words[1:]): command for command in ALL if command.program == "canary"}
PLAYED = {
    shlex.join(act.words)
    for moment in documented.MOMENTS
    for act in (*moment.changes, *moment.looks, *moment.meanwhile)
    if act.in_documents
}


@pytest.mark.parametrize("text", CANARY)
def test_a_canary_command_is_played_or_said_why_not(text: str) -> None:
    """A new one fails here until somebody says what it comes to (tests/live/documented.py)."""
    assert text in PLAYED or text in documented.ELSEWHERE, f"{CANARY[text]}: class it"


@pytest.mark.parametrize("text", sorted(PLAYED | set(documented.ELSEWHERE)))
def test_what_is_played_stands_in_a_document(text: str) -> None:
    """One that no document has any more is played for nobody."""
    assert text in CANARY


@pytest.mark.parametrize("command", [each for each in ALL if each.program != "canary"], ids=str)
def test_a_command_of_another_program_is_classed(command: commands.Command) -> None:
    """A new one fails here until somebody says what runs it, or why nothing can (other_programs.py)."""
    assert other_programs.reason(command.words) is not None


def test_no_class_is_left_over() -> None:
    """A class that no command falls into is one that a document has lost."""
    used = {other_programs.reason(command.words) for command in ALL if command.program != "canary"}
    assert set(other_programs.OTHER.values()) == used


def test_the_longest_beginning_decides() -> None:
    """GIVEN a service with a class and one of its operations with another THEN the operation's own."""
    stop = ("aws", "appconfig", "stop-deployment", "--application-id", "APP")
    assert other_programs.reason(stop) == other_programs.OTHER["aws", "appconfig", "stop-deployment"]
    assert other_programs.reason(("aws", "appconfig", "get-deployment")) == other_programs.BREAK_GLASS
    assert other_programs.reason(("aws", "iam", "list-roles")) is None


def test_what_a_documented_command_comes_to_is_exact() -> None:
    """One exit code, or those of a verdict; and no pattern that another output would match too."""
    other = "Error: 0 1 2 3 4 5 6 7 8 9 is not it.\n"
    for moment in documented.MOMENTS:
        for act in (*moment.changes, *moment.looks, *moment.meanwhile):
            assert len(act.codes) == 1 or act.codes in {CLEAN, DIFFERING}, act.text
            assert act.says, act.text
            assert not matches(act.says, other), act.text
