"""What goes on until Ctrl-C, on a terminal and off one: `monitor --watch`, `logs --follow`."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from canary.cli.web import Web
from tests.live.unit import ENDS_WITHIN_S, INTERRUPTED, LONGEST_S, ROOT

if TYPE_CHECKING:
    from rehearsal.traffic import Traffic
    from tests.live.unit import Unit

pytestmark = pytest.mark.slow

CURSOR_SHOWN = "\x1b[?25h"


class Terminal:
    """A pseudo-terminal with a command in it.

    Args:
        unit: What the command is about.
        words: As typed, after `canary`.
    """

    def __init__(self, unit: Unit, *words: str) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            unit.command(*words),
            cwd=ROOT,
            env={**unit.environment, "TERM": "xterm-256color", "LINES": "50"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.seen = ""

    def until(self, pattern: str, times: int) -> None:
        """Read until a pattern has been drawn so many times.

        Raises:
            AssertionError: Not in time, or the command ended.
        """
        deadline = time.monotonic() + LONGEST_S
        while len(re.findall(pattern, self.seen)) < times:
            assert time.monotonic() < deadline, self.seen
            assert self._read(1.0), self.seen

    def _read(self, wait_s: float) -> bool:
        """Take what was drawn; false when nothing can come any more."""
        ready, _, _ = select.select([self._master], [], [], wait_s)
        if not ready:
            return True
        try:
            drawn = os.read(self._master, 65536)
        except OSError:  # Linux says so when the last writer has gone
            return False
        self.seen += drawn.decode(errors="replace")
        return bool(drawn)

    def interrupt(self) -> int:
        """Ctrl-C; returns the exit code when everything that was drawn has been read."""
        self.process.send_signal(signal.SIGINT)
        while self._read(ENDS_WITHIN_S):
            if self.process.poll() is not None:
                self._read(0)
                break
        return self.process.wait(ENDS_WITHIN_S)

    def close(self) -> None:
        """End it, however the test went."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def test_on_a_terminal_one_screen_is_drawn_again_and_again(unit: Unit) -> None:
    """GIVEN a terminal WHEN two looks were drawn and Ctrl-C comes THEN 130, and the cursor is back."""
    terminal = Terminal(unit, "monitor", "--watch", "--interval", "1")
    try:
        terminal.until("read migration", 2)
        assert terminal.interrupt() == INTERRUPTED
    finally:
        terminal.close()
    for part in ("phase|off", "requests in the last 15 minutes|of the step in force", "P95 canary", "alarms"):
        assert re.search(part, terminal.seen), part
    assert CURSOR_SHOWN in terminal.seen
    assert "Traceback" not in terminal.seen


def test_elsewhere_each_look_is_a_line(unit: Unit) -> None:
    """GIVEN no terminal THEN a line a look, with --json a document a line, and no drawing; Ctrl-C is 130."""
    with unit.going_on("monitor", "--watch", "--interval", "1") as process:
        assert process.stdout is not None
        lines = [next(process.stdout), next(process.stdout)]
    assert all("alarms all OK" in line and "\x1b" not in line for line in lines)
    with unit.going_on("monitor", "--watch", "--interval", "1", "--json") as process:
        assert process.stdout is not None
        looks = [json.loads(next(process.stdout)) for _ in range(2)]
    assert looks[0]["at"] < looks[1]["at"]


def test_one_look_ends_by_itself(unit: Unit) -> None:
    """GIVEN --once on a unit that needs nobody THEN one line and exit code 0."""
    ran = unit.canary("monitor", "--once", code=0)
    assert len(ran.out.splitlines()) == 1


def test_logs_are_followed_as_they_come(unit: Unit, readers: Traffic) -> None:
    """GIVEN a log that is followed WHEN a user reads THEN a line of that very moment comes; Ctrl-C is 130."""
    assert readers.failure is None
    with unit.going_on("logs", "--follow", "--since", "1m") as process:
        assert process.stdout is not None
        next(process.stdout)
        asked = datetime.now(UTC)
        assert Web().get(f"{unit.target.api_url}/creators/c-0001", {"x-user-id": "beta-001"}) == 200
        for line in process.stdout:
            if datetime.fromisoformat(line.split()[0]) >= asked:
                return
    raise AssertionError("no line came that is younger than the request")
