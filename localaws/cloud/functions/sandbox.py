"""One execution environment: a process of AWS's own runtime client, frozen between invocations.

The answer leaves when the runtime has posted it; the sandbox stays busy until the runtime and every
extension ask for the next event. Then the whole process group is stopped, as Lambda freezes it:
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
"""Lambda's limit for the init phase: dg/lambda-runtime-environment.html#runtimes-lifecycle-ib."""
LONGEST_LINE = 2**20
"""Bytes of one printed line."""
PIPES_CLOSE_WITHIN_S = 1.0


@dataclass(frozen=True)
class Program:
    """How a function's process is started."""

    command: list[str]
    environment: Mapping[str, str]
    directory: Path
    timeout_s: float
    function: str
    version: str
    handler: str


class Sandbox:
    """A process with its Runtime and Extensions API.

    Args:
        program: What is started.
        line: Takes each printed line.
        stream: Name of its log stream.
        orphans: Ends the process should this one be killed.

    Attributes:
        cold: Whether it has not answered yet.
        init_ms: How long the init phase took, milliseconds.
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
        """Process id, which is its group's; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def peak_memory_mb(self) -> int | None:
        """The most memory that the process has held; ``None`` when it is gone, or the system does not say."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                name, _, kilobytes = line.partition(":")
                if name == "VmHWM":
                    return int(kilobytes.split()[0]) // 1024
        return None

    async def start(self) -> Answer | None:
        """Run the init phase.

        Returns:
            ``None`` when ready and frozen, otherwise the error to be answered.
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
        """Thaw, hand the event over and wait for the answer.

        Returns:
            The answer as soon as the runtime posted it, and the rest of the invocation: a task that
            ends with ``None`` when the sandbox is frozen again, or with why it was killed.
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
        """Wait until everybody asked for the next event; otherwise say what happened instead."""
        assert self._process is not None  # noqa: S101 - started above, for the type checker
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
        """As Lambda says it: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html."""
        code = self._process.returncode if self._process else None
        killed = code == -signal.SIGKILL
        how = "signal: killed" if killed else f"exit status {code}"
        return f"RequestId: {invocation.request_id} Error: Runtime exited with error: {how}"

    async def kill(self) -> None:
        """Kill the process group as Lambda does when time or memory runs out, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            await self._process.wait()

    async def end(self) -> None:
        """Kill the process group; a stopped process cannot be asked to leave. Safe to repeat."""
        await self.kill()
        if self._process is not None and self._orphans is not None:
            self._orphans.gone(self._process.pid)
        await self._api.end()
        # What was printed before the end belongs into the log; a process that left the group may keep a pipe.
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
