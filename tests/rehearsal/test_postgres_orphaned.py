"""PostgreSQL ends with the process that started it, unless it was told to stay."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from rehearsal import postgres
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STARTER = """
import sys, time
from pathlib import Path
from rehearsal import postgres
server = postgres.start(Path(sys.argv[1]))
if sys.argv[2] == "kept":
    server.outlive()
print(server.pid, server.dsn, sep="\\n", flush=True)
time.sleep(float(sys.argv[3]))
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    """A folder below one that the server may enter; pytest's own are closed to it."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made) / "postgres"


def _alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def _await(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)


class Started:
    """A process that started a server, and what it said of it."""

    def __init__(self, directory: Path, kept: str, seconds: float) -> None:
        command = [sys.executable, "-c", STARTER, str(directory), kept, str(seconds)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        with self.process.stdout as told:
            self.pid, self.dsn = int(told.readline()), told.readline().strip()


@contextlib.contextmanager
def started(directory: Path, kept: str = "", seconds: float = 60) -> Iterator[Started]:
    """A starter; nothing of it is left afterwards."""
    found = Started(directory, kept, seconds)
    try:
        yield found
    finally:
        found.process.kill()
        found.process.wait()
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGQUIT)
        _await(lambda: not _alive(found.pid), "PostgreSQL to end")


def test_it_ends_when_its_starter_is_killed(directory: Path) -> None:
    """GIVEN a server with an open connection WHEN its starter is killed THEN no process of it is left."""
    with started(directory) as running, psycopg.connect(running.dsn) as connection:
        backend = connection.info.backend_pid
        assert _alive(running.pid)
        running.process.kill()
        _await(lambda: not _alive(running.pid) and not _alive(backend), "server and backend to end")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_it_stays_when_it_is_to(directory: Path, seconds: float) -> None:
    """GIVEN a server that is to stay WHEN its starter ends, or is killed, THEN it answers on."""
    with started(directory, "kept", seconds) as running:
        if seconds:
            running.process.kill()
        running.process.wait()
        with psycopg.connect(running.dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_stopping_leaves_nothing_that_watches(directory: Path) -> None:
    """GIVEN a server that was stopped, started and stopped WHEN looked for THEN no child is left."""
    server = postgres.start(directory)
    server.stop()
    server.start()
    server.stop()
    server.stop()
    shown = subprocess.run(["ps", "-o", "pid=,command=", "-A"], capture_output=True, text=True, check=True)
    assert not [line for line in shown.stdout.splitlines() if str(directory) in line]
    assert server.pid == 0
    assert server._orphans is None
