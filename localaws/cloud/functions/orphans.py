"""Ends processes whose starter was killed: sandboxes of a cloud, the PostgreSQL of a rehearsal.

A stopped process notices nothing, not even that the program which would continue it is gone; PostgreSQL does
not mind who started it. So a small process of its own holds the end of a pipe: it is told which process
groups were born and which are gone, and signals those left when the pipe closes, however the starter came to
its end. (Linux could do this by PR_SET_PDEATHSIG; macOS has nothing like it.)
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

BORN, GONE = "+", "-"


class Orphans:
    """The starter's end of the pipe.

    Args:
        number: The signal that ends what is left.
    """

    def __init__(self, number: signal.Signals = signal.SIGKILL) -> None:
        command = [sys.executable, "-I", "-S", str(Path(__file__)), str(int(number))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def born(self, group: int) -> None:
        """A process group leads its own life now."""
        self._tell(BORN, group)

    def gone(self, group: int) -> None:
        """A process group was ended and waited for: its number may soon be another's. Or it may stay."""
        self._tell(GONE, group)

    def close(self) -> None:
        """Let it kill what is left, and wait for it."""
        self._process.communicate()

    def _tell(self, sign: str, group: int) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise RuntimeError("The process that ends orphans has no pipe")
        pipe.write(f"{sign}{group}\n".encode())
        pipe.flush()


def watch(pipe: IO[str], number: int) -> None:
    """Keep the list until the pipe closes, then signal who is on it."""
    living: set[int] = set()
    for line in pipe:
        sign, group = line[0], int(line[1:])
        (living.add if sign == BORN else living.discard)(group)
    for group in living:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    watch(sys.stdin, int(sys.argv[1]))
