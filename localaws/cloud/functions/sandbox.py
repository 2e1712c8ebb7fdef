"""A sandbox: one execution environment, which is a process with AWS's runtime client.

The answer is sent as soon as the runtime has posted it. The sandbox stays busy until the runtime and every
extension have asked for the next event. Then the whole process group is stopped until the next invocation, as
Lambda freezes an execution environment:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from localaws.cloud.functions.runtime_api import Answer, Invocation, RuntimeApi, failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localaws.cloud.functions.orphans import Orphans

INIT_LIMIT_S = 10.0
"""Longest init phase in real seconds, which is Lambda's limit:
dg/lambda-runtime-environment.html#runtimes-lifecycle-ib."""
LONGEST_LINE = 2**20
"""Most bytes in one printed line. Longer lines are left out of the log."""
PIPES_CLOSE_WITHIN_S = 1.0


@dataclass(frozen=True)
class Program:
    """The program of a function version, and what is needed to start it.

    Attributes:
        command: Command line.
        environment: Environment variables.
        directory: Working directory, with the function's code.
        timeout_s: The function's timeout in real seconds.
        function: Name of the function.
        version: Version of the function.
        handler: The function's handler.
    """

    command: list[str]
    environment: Mapping[str, str]
    directory: Path
    timeout_s: float
    function: str
    version: str
    handler: str


class Sandbox:
    """A process of a function, with a Runtime and Extensions API of its own.

    Args:
        program: Program to start.
        line: Takes each line that the process prints.
        stream: Name of the sandbox's log stream.
        orphans: Ends the process if the local cloud is killed. By default nothing does.

    Attributes:
        cold: Whether the sandbox has not answered an invocation yet.
        init_ms: Duration of the init phase in milliseconds.
    """

    def __init__(
        self, program: Program, line: Callable[[str], None], stream: str, orphans: Orphans | None = None
    ) -> None:
        self.program = program
        self.stream = stream
        self.cold = True
        self.init_ms = 0.0
        self._line = line
        self._orphans = orphans
        names = {
            "functionName": program.function,
            "functionVersion": program.version,
            "handler": program.handler,
        }
        self._api = RuntimeApi(names, line)
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []

    @property
    def pid(self) -> int:
        """Process id, which is also the id of the process group; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def peak_memory_mb(self) -> int | None:
        """Peak memory of the process in MiB.

        ``None`` if the process is gone or the operating system has no ``/proc``.
        """
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                name, _, kilobytes = line.partition(":")
                if name == "VmHWM":
                    return int(kilobytes.split()[0]) // 1024
        return None

    async def start(self) -> Answer | None:
        """Start the process and run the init phase.

        Returns:
            ``None`` if the sandbox is ready and frozen, otherwise the error to answer.
        """
        port = await self._api.start()
        begun = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            *self.program.command,
            cwd=self.program.directory,
            env={**self.program.environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=LONGEST_LINE,
        )
        if self._orphans is not None:
            self._orphans.born(self._process.pid)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                self._readers.append(asyncio.create_task(self._read(pipe)))
        why = await self._until_idle(INIT_LIMIT_S)
        self.init_ms = (time.monotonic() - begun) * 1000
        if why is None:
            self._signal(signal.SIGSTOP)
            return None
        await self.end()
        return failure("Runtime.ExitError" if why == "died" else "Sandbox.Timedout", f"Init phase: {why}")

    async def invoke(self, invocation: Invocation) -> tuple[Answer, asyncio.Task[str | None]]:
        """Resume the process, hand over the event and wait for the answer.

        Returns:
            The answer, as soon as the runtime has posted it, and a task for the rest of the invocation. The
            task ends with ``None`` when the sandbox is frozen again, or with the reason why it was killed.
        """
        posted = self._api.hand_out(invocation)
        self._signal(signal.SIGCONT)
        rest = asyncio.create_task(self._settle(invocation, posted))
        await asyncio.wait((posted, rest), return_when=asyncio.FIRST_COMPLETED)
        if not posted.done():
            posted.set_result(failure("Runtime.ExitError", self._how_it_exited(invocation)))
        self.cold = False
        return posted.result(), rest

    async def _settle(self, invocation: Invocation, posted: asyncio.Future[Answer]) -> str | None:
        why = await self._until_idle(self.program.timeout_s)
        if why is None:
            self._signal(signal.SIGSTOP)
            return None
        if why == "timed out" and not posted.done():
            text = f"{invocation.request_id} Task timed out after {self.program.timeout_s:.2f} seconds"
            posted.set_result(failure("Sandbox.Timedout", text))
        await self.end()
        return why

    async def _until_idle(self, limit_s: float) -> str | None:
        """Wait until the runtime and every extension have asked for the next event.

        Returns:
            ``None``, or what happened instead: ``died`` or ``timed out``.
        """
        assert self._process is not None  # noqa: S101 - for the type checker; the caller has started it
        idle = asyncio.create_task(self._api.idle.wait())
        died = asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait({idle, died}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if idle.done():
                return None
            return "died" if died.done() else "timed out"
        finally:
            idle.cancel()
            died.cancel()

    def _how_it_exited(self, invocation: Invocation) -> str:
        """Return Lambda's message for a runtime that exited.

        https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
        """
        code = self._process.returncode if self._process else None
        killed = code == -signal.SIGKILL
        how = "signal: killed" if killed else f"exit status {code}"
        return f"RequestId: {invocation.request_id} Error: Runtime exited with error: {how}"

    async def kill(self) -> None:
        """Kill the process group, as Lambda does when time or memory runs out, and wait for the process."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            await self._process.wait()

    async def end(self) -> None:
        """Kill the process group and release what the sandbox holds; safe to repeat.

        The process is killed because a stopped process cannot react to a request to exit.
        """
        await self.kill()
        if self._process is not None and self._orphans is not None:
            self._orphans.gone(self._process.pid)
        await self._api.end()
        # Read what was printed before the end. The wait is bounded, as a process that left the group may keep
        # a pipe open.
        if self._readers:
            _, left = await asyncio.wait(self._readers, timeout=PIPES_CLOSE_WITHIN_S)
            for reader in left:
                reader.cancel()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def _read(self, pipe: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await pipe.readline()
            except ValueError:
                self._line(f"(a line of more than {LONGEST_LINE} bytes was printed, and is left out)")
                continue
            if not line:
                return
            self._line(line.decode(errors="replace").rstrip("\n"))
