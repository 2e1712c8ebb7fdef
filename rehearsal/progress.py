"""What a person sees during a run: a status line that updates in place, and a line for each event."""

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
"""Cloud seconds between status lines if the output is not a terminal."""


@dataclass(frozen=True)
class Status:
    """The state of the beta at one moment.

    Attributes:
        cloud_s: Cloud seconds since the first request.
        phase: Name of the phase.
        sent: Number of requests sent so far.
        share_percent: Canary requests as a percentage of all requests.
        error_percent: Errors of the canary path as a percentage of its requests; ``None`` if it had none.
        p95_mock_ms: 95th percentile of the mock path in milliseconds; ``None`` without a request.
        p95_canary_ms: 95th percentile of the canary path in milliseconds; ``None`` without a request.
        diffs: Number of shadow differences so far.
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
        """Return the status as one line of plain text."""
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
    """Return text from elsewhere with only its line breaks kept, and each line after the first indented.

    No line of it can then look like one of ours.
    """
    return "\n          ".join(visible(line) for line in text.split("\n"))


@dataclass
class Progress:
    """Writes to a stream; uses colours and updates the status line in place only on a terminal.

    Attributes:
        out: Stream to write to. Defaults to standard error.
        started: Monotonic time from which elapsed seconds are counted.
    """

    out: TextIO = field(default_factory=lambda: sys.stderr)
    started: float = field(default_factory=time.monotonic)
    _last_plain: float = -PLAIN_EVERY_S
    _open: bool = False

    @property
    def terminal(self) -> bool:
        """Whether the output is a terminal, where a person may be watching."""
        return self.out.isatty()

    def colour(self, code: str, text: str) -> str:
        """Return the text in a colour, or unchanged if there is no terminal."""
        return f"{code}{text}{PLAIN}" if self.terminal else text

    def step(self, text: str) -> None:
        """Report a step outside the beta's own time, such as set-up or clean-up."""
        self._write(f"{self.colour(DIM, f'{time.monotonic() - self.started:6.1f} s')}  {_indented(text)}")

    def event(self, cloud_s: float, text: str, *, bad: bool = False) -> None:
        """Report an event in the beta."""
        self._write(f"{stamp(cloud_s)}  {self.colour(RED if bad else BOLD, '* ' + _indented(text))}")

    def status(self, status: Status) -> None:
        """Show the current state of the beta."""
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
