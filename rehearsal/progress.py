"""What a person follows while it runs: one status line that moves, and a line for what just happened."""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from canary.unit.visible import visible
from rehearsal.timeline import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

BOLD, DIM, RED, GREEN, YELLOW, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
PLAIN_EVERY_S = 600.0
"""Cloud seconds between status lines where the output is no terminal."""


@dataclass(frozen=True)
class Status:
    """One look at the beta.

    Attributes:
        cloud_s: Cloud seconds since the first request.
        phase: Name of the phase.
        sent: Requests sent so far.
        share_percent: Canary requests in all requests, percent.
        error_percent: Errors of the canary path in its requests, percent; ``None`` without any.
        p95_mock_ms: 95th percentile of the mock path, ``None`` without a request.
        p95_canary_ms: The same of the canary path.
        diffs: Shadow differences so far.
        alarms: State of each alarm by its short name.
    """

    cloud_s: float
    phase: str
    sent: int
    share_percent: float
    error_percent: float | None
    p95_mock_ms: float | None
    p95_canary_ms: float | None
    diffs: int
    alarms: Mapping[str, str]

    def line(self) -> str:
        """The status as one line of plain text."""
        red = [name for name, state in self.alarms.items() if state == "ALARM"]
        alarms = f"ALARM {','.join(red)}" if red else f"{len(self.alarms)} alarms quiet"
        return (
            f"{stamp(self.cloud_s)}  {self.phase:<16} {self.sent:>6} req  "
            f"canary {self.share_percent:4.2f} %  "
            f"err {_or_dash(self.error_percent, '.1f')} %  "
            f"p95 {_or_dash(self.p95_mock_ms, '.1f')}/{_or_dash(self.p95_canary_ms, '.1f')} ms  "
            f"diffs {self.diffs}  {alarms}"
        )


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _indented(text: str) -> str:
    """Text of others with only its own line ends kept, and none of its lines at the start of one of ours."""
    return "\n          ".join(visible(line) for line in text.split("\n"))


@dataclass
class Progress:
    """Writes to a stream; moves the status line only on a terminal, colours only there."""

    out: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)
    _last_plain: float = -PLAIN_EVERY_S
    _open: bool = False

    @property
    def terminal(self) -> bool:
        """Whether somebody watches."""
        return self.out.isatty()

    def colour(self, code: str, text: str) -> str:
        """Text in a colour, or as it is where there is no terminal."""
        return f"{code}{text}{PLAIN}" if self.terminal else text

    def step(self, text: str) -> None:
        """Something begins or is done outside the beta's own time."""
        self._write(f"{self.colour(DIM, f'{time.monotonic() - self.started:6.1f} s')}  {_indented(text)}")

    def event(self, cloud_s: float, text: str, *, bad: bool = False) -> None:
        """Something happened in the beta."""
        self._write(f"{stamp(cloud_s)}  {self.colour(RED if bad else BOLD, '* ' + _indented(text))}")

    def status(self, status: Status) -> None:
        """Show where the beta stands."""
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            self.out.write("\r\x1b[K" + visible(status.line())[:width])
            self.out.flush()
            self._open = True
        elif status.cloud_s - self._last_plain >= PLAIN_EVERY_S:
            self._last_plain = status.cloud_s
            self._write(visible(status.line()))

    def _write(self, line: str) -> None:
        if self._open:
            self.out.write("\r\x1b[K")
            self._open = False
        self.out.write(line + "\n")
        self.out.flush()
