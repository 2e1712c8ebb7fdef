"""Progress lines that a person reads while set-up runs."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

BEAT_S = 15.0
"""Seconds between signs of life: long enough not to flood a CI log, short enough to be reassuring."""


class Progress:
    """Writes to a stream which steps have begun, have ended, or are still running."""

    def __init__(self, stream: TextIO = sys.stderr, now: Callable[[], float] = time.monotonic) -> None:
        self._total = 0
        self._stream = stream
        self._now = now
        self._start = now()
        self._begun: dict[str, float] = {}
        self._ended = 0
        self._last_said = self._start
        self._lock = threading.Lock()

    def expect(self, total: int) -> None:
        """Set how many steps are to be done."""
        self._total = total

    def begin(self, name: str) -> None:
        """Report that a step starts."""
        with self._lock:
            self._begun[name] = self._now()
            # A finished step becomes stale again when something that it is made from is made again.
            self._total = max(self._total, self._ended + len(self._begun))
            self._say(f"      {name} ...")

    def done(self, name: str) -> None:
        """Report that a step is done."""
        with self._lock:
            self._ended += 1
            took = self._now() - self._begun.pop(name)
            self._say(f"{self._ended:2d}/{self._total:<2d} {name} ({took:.0f} s)")

    def failed(self, name: str, why: str) -> None:
        """Report that a step failed."""
        with self._lock:
            self._begun.pop(name, None)
            self._say(f"FAILED {name}: {why}")

    def beat(self) -> None:
        """Report which steps are running, if nothing has been reported for `BEAT_S` seconds."""
        with self._lock:
            if self._begun and self._now() - self._last_said >= BEAT_S:
                going = ", ".join(f"{name} ({self._now() - at:.0f} s)" for name, at in self._begun.items())
                self._say(f"      still at it: {going}")

    def note(self, text: str) -> None:
        """Write a remark."""
        with self._lock:
            self._say(f"      {text}")

    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._now() - self._start

    def _say(self, text: str) -> None:
        self._last_said = self._now()
        self._stream.write(f"[{self.elapsed():4.0f} s] {text}\n")
        self._stream.flush()
