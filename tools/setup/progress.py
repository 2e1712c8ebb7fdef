"""What a person follows while set-up runs."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

BEAT_S = 15.0
"""A sign of life this often: long enough not to flood a CI log, short enough to be believed."""


class Progress:
    """Lines on a stream: a step began, a step ended, these are still going on."""

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
        """So many steps are to be done."""
        self._total = total

    def begin(self, name: str) -> None:
        """A step starts."""
        with self._lock:
            self._begun[name] = self._now()
            # A step that was done is stale again once what it is made from was made anew.
            self._total = max(self._total, self._ended + len(self._begun))
            self._say(f"      {name} ...")

    def done(self, name: str) -> None:
        """A step is done."""
        with self._lock:
            self._ended += 1
            took = self._now() - self._begun.pop(name)
            self._say(f"{self._ended:2d}/{self._total:<2d} {name} ({took:.0f} s)")

    def failed(self, name: str, why: str) -> None:
        """A step failed."""
        with self._lock:
            self._begun.pop(name, None)
            self._say(f"FAILED {name}: {why}")

    def beat(self) -> None:
        """Say what is going on, if nothing has been said for a while."""
        with self._lock:
            if self._begun and self._now() - self._last_said >= BEAT_S:
                going = ", ".join(f"{name} ({self._now() - at:.0f} s)" for name, at in self._begun.items())
                self._say(f"      still at it: {going}")

    def note(self, text: str) -> None:
        """Something to know."""
        with self._lock:
            self._say(f"      {text}")

    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._now() - self._start

    def _say(self, text: str) -> None:
        self._last_said = self._now()
        self._stream.write(f"[{self.elapsed():4.0f} s] {text}\n")
        self._stream.flush()
