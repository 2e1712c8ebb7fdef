"""Processes that the host has started: none of them outlives the call that it is for, or the engine."""

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
"""How long a program has after an interrupt, as in the real host."""


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
            environment: All of its variables.
            folder: Its working directory; this process's by default.
            piped: Whether its output is read here; otherwise it goes where this process's goes.
        """
        pipe = subprocess.PIPE if piped else None
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
        with self._lock:
            self._processes.add(process)
        return process

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """Wait until it has ended; returns its exit code."""
        code = process.wait()
        with self._lock:
            self._processes.discard(process)
        return code

    def interrupt(self) -> None:
        """Ask all to end, and end those that do not."""
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
        """End all at once."""
        with self._lock:
            for process in self._processes:
                process.kill()


def when_call_ends(context: grpc.ServicerContext, process: subprocess.Popen[bytes]) -> None:
    """Kill a process when the call that it was started for is over, however it ends."""
    if not context.add_callback(process.kill):
        process.kill()


def with_the_engine(engine: str, running: Running) -> None:
    """End this process with all that it started as soon as the engine is gone, even if that was killed.

    The real host notices within five minutes, by a health check.

    Args:
        engine: Its address.
        running: What is ended first.
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
    """The engine's address among arguments, empty if there is none."""
    return next((word for word in words if re.fullmatch(r"[\w.-]+:\d+", word)), "")
