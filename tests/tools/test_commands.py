"""Programs that set-up starts."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from tools.setup.commands import Commands, Running, answer
from tools.setup.step import StepError

if TYPE_CHECKING:
    from pathlib import Path

SHELL = {"PATH": os.environ["PATH"]}


def test_a_failure_shows_its_last_lines_and_where_the_rest_is(tmp_path: Path) -> None:
    """Nobody has to hunt for the reason."""
    commands = Commands(Running(), tmp_path / "step.log", SHELL)
    with pytest.raises(StepError) as failure:
        commands.run(["sh", "-c", "echo no such package >&2; exit 3"])
    assert "sh failed (3)" in str(failure.value)
    assert "no such package" in str(failure.value)
    assert str(tmp_path / "step.log") in str(failure.value)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    """No traceback for a missing program."""
    with pytest.raises(StepError, match="cannot start no-such-program"):
        Commands(Running(), tmp_path / "log", SHELL).run(["no-such-program"])


def test_ending_reaches_children_of_children_and_lets_nothing_start(tmp_path: Path) -> None:
    """GIVEN a build with a compiler under it WHEN set-up is interrupted THEN both end, nothing new begins."""
    running, pids = Running(), tmp_path / "pids"
    os.mkfifo(pids)
    commands = Commands(running, tmp_path / "log", SHELL)
    failures: list[str] = []

    def build() -> None:
        try:
            commands.run(["sh", "-c", f"sleep 600 & echo $$ $! > {pids}; wait"])
        except StepError as error:
            failures.append(str(error))

    thread = threading.Thread(target=build)
    thread.start()
    group, child = map(int, pids.read_text().split())
    running.end()
    thread.join(10)
    assert failures
    assert failures[0].startswith(f"sh failed ({-signal.SIGTERM})")
    assert os.getpid() not in (group, child)
    with pytest.raises(ProcessLookupError):  # the whole group is gone, or will be once init has reaped it
        _until_gone(group)
    with pytest.raises(StepError, match="interrupted"):
        commands.run(["true"])


def _until_gone(group: int) -> None:
    for _ in range(1000):
        os.killpg(group, 0)
        threading.Event().wait(0.01)


def test_an_answer_is_what_a_program_prints() -> None:
    """A quick question."""
    assert answer(["sh", "-c", "echo v20.19.0"]) == "v20.19.0"


@pytest.mark.parametrize("command", [["no-such-program"], ["sh", "-c", "echo shim; exit 127"]])
def test_a_program_that_does_not_run_gives_no_answer(command: list[str]) -> None:
    """A shim that stands for nothing is as good as nothing."""
    assert answer(command) is None
