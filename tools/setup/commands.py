"""Runs other programs: their output goes to a log, they end with us, and a failure shows its last lines."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from tools.setup.step import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LINES_SHOWN = 25
ANSWER_WITHIN_S = 20.0


class Running:
    """The programs that are running now, each in its own process group."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ending = False

    def start(self, command: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
        """Start a program, unless all programs are being ended."""
        with self._lock:
            if self._ending:
                raise StepError("interrupted")
            process = subprocess.Popen(command, start_new_session=True, **options)  # type: ignore[call-overload]
            self._processes.add(process)
        return process  # type: ignore[no-any-return]

    def ended(self, process: subprocess.Popen[bytes]) -> None:
        """Forget a program that has ended."""
        with self._lock:
            self._processes.discard(process)

    def end(self) -> None:
        """End all programs and their children. No program can be started afterwards."""
        with self._lock:
            self._ending = True
            processes = list(self._processes)
        for process in processes:
            try:
                os.killpg(process.pid, signal.SIGTERM)
            except ProcessLookupError:
                continue

    @property
    def ending(self) -> bool:
        """Whether all programs are being ended."""
        return self._ending


class Commands:
    """Runs the programs of one step."""

    def __init__(self, running: Running, log: Path, environment: Mapping[str, str]) -> None:
        self._running = running
        self._log = log
        self._environment = environment

    def run(
        self, command: Sequence[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        """Run a program to its end.

        Raises:
            StepError: It could not be started, or it failed; the message holds its last lines.
        """
        words = [str(word) for word in command]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            log.write(f"$ {' '.join(words)}\n".encode())
            log.flush()
            try:
                process = self._running.start(
                    words,
                    cwd=cwd,
                    env={**self._environment, **(env or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            except OSError as error:
                raise StepError(f"cannot start {words[0]}: {error.strerror}") from error
            try:
                code = process.wait()
            finally:
                self._running.ended(process)
        if code != 0:
            name = Path(words[0]).name
            raise StepError(f"{name} failed ({code}):\n{self._tail()}\n(all of it: {self._log})")

    def unless_ending(self) -> None:
        """Stop if everything is being ended. Work that waits without a program calls this now and then.

        Raises:
            StepError: Everything is being ended.
        """
        if self._running.ending:
            raise StepError("interrupted")

    def _tail(self) -> str:
        with self._log.open(errors="replace") as log:
            return "\n".join(f"    {line.rstrip()}" for line in deque(log, LINES_SHOWN))


def answer(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str | None:
    """Return what a quick program prints, or None if it fails: a program on PATH may be a shim for nothing.

    Args:
        command: Command line.
        env: Environment variables on top of this process's.
    """
    try:
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=ANSWER_WITHIN_S,
            env={**os.environ, "GOTOOLCHAIN": "local", "PULUMI_SKIP_UPDATE_CHECK": "true", **(env or {})},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
