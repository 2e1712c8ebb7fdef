"""Processes that the host has started. None outlives the call that it was started for, nor the engine."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import grpc

ENDS_WITHIN_S = 5.0
"""Seconds that a process has to end after an interrupt, as in the real host."""


class Running:
    """The processes of this host."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        folder: Path | None = None,
        piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a process.

        Args:
            command: The command line.
            environment: All of its environment variables.
            folder: Its working directory. Defaults to this process's.
            piped: Whether its output is read here; otherwise it goes where this process's output goes.
                Default False.
        """
        pipe = subprocess.PIPE if piped else None
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        with self._lock:
            self._processes.add(process)
        return process

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """Wait until the process has ended, and return its exit code."""
        code = process.wait()
        with self._lock:
            self._processes.discard(process)
        return code

    def interrupt(self) -> None:
        """Interrupt all processes, and kill those that do not end in time."""
        with self._lock:
            living = list(self._processes)
        for process in living:
            process.send_signal(signal.SIGINT)
        for process in living:
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def kill(self) -> None:
        """Kill all processes at once."""
        with self._lock:
            for process in self._processes:
                process.kill()


def when_call_ends(context: grpc.ServicerContext, process: subprocess.Popen[bytes]) -> None:
    """Kill a process when the call that it was started for ends, for whatever reason."""
    if not context.add_callback(process.kill):
        process.kill()


def with_the_engine(engine: str, running: Running) -> None:
    """Kill all started processes and exit as soon as the engine is gone, even if the engine was killed.

    The real host notices this within five minutes, through a health check.

    Args:
        engine: Address of the engine.
        running: The processes to kill first.
    """

    def watch() -> None:
        host, _, port = engine.rpartition(":")
        while True:
            try:
                with socket.create_connection((host, int(port))) as connection:
                    while connection.recv(4096):
                        pass
            except ConnectionResetError:
                continue
            except OSError:
                running.kill()
                os._exit(1)

    threading.Thread(target=watch, daemon=True, name="engine").start()


def engine_in(words: Sequence[str]) -> str:
    """Return the engine's address among the arguments; empty if there is none."""
    return next((word for word in words if re.fullmatch(r"[\w.-]+:\d+", word)), "")
