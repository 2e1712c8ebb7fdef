"""End processes whose parent was killed: the sandboxes of a cloud, the PostgreSQL of a rehearsal.

A stopped process notices nothing, not even that the program that would resume it is gone. PostgreSQL keeps
running without the process that started it. A small watcher process therefore holds the read end of a pipe.
The parent tells it which process groups have started and which are gone. When the pipe closes, however the
parent ended, the watcher signals the groups that are left. (Linux could do this with PR_SET_PDEATHSIG, but
macOS has no equivalent.)
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
    """Starts the watcher process and holds the parent's end of the pipe.

    Args:
        number: Signal to send to the process groups that are left. Defaults to SIGKILL.
    """

    def __init__(self, number: signal.Signals = signal.SIGKILL) -> None:
        command = [sys.executable, "-I", "-S", str(Path(__file__)), str(int(number))]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def born(self, group: int) -> None:
        """Tell the watcher that a process group has started."""
        self._tell(BORN, group)

    def gone(self, group: int) -> None:
        """Tell the watcher to leave a process group alone.

        Call this when the group has ended and was waited for, since its id may be reused, or when the group
        is meant to outlive the parent.
        """
        self._tell(GONE, group)

    def close(self) -> None:
        """Close the pipe and wait until the watcher has signalled the groups that are left."""
        self._process.communicate()

    def _tell(self, sign: str, group: int) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise RuntimeError("The process that ends orphans has no pipe")
        pipe.write(f"{sign}{group}\n".encode())
        pipe.flush()


def watch(pipe: IO[str], number: int) -> None:
    """Track process groups until the pipe closes, then signal those that are left."""
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
