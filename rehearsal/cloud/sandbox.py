"""One execution environment: a process of AWS's own runtime client, frozen between invocations.

It talks to the Runtime API and, where a handler registers one, to the Extensions API:
https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and …/runtimes-extensions-api.html. The
answer leaves when the runtime has posted it; the sandbox stays busy until the runtime and every
extension ask for the next event. Then the whole process group is stopped, as Lambda freezes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

INIT_LIMIT_S = 10.0
"""Lambda's limit for the init phase: dg/lambda-runtime-environment.html#runtimes-lifecycle-ib."""

RUNTIME, EXTENSION = "/2018-06-01/runtime", "/2020-01-01/extension"


@dataclass(frozen=True)
class Invocation:
    """One event on its way into a sandbox."""

    request_id: str
    payload: bytes
    arn: str
    trace_header: str
    deadline_ms: int


@dataclass(frozen=True)
class Answer:
    """What the function answered.

    Attributes:
        payload: JSON bytes.
        error: ``None``, or ``Unhandled`` as ``X-Amz-Function-Error`` says it.
    """

    payload: bytes
    error: str | None = None


@dataclass
class Program:
    """How a function's process is started."""

    command: list[str]
    environment: Mapping[str, str]
    directory: Path
    timeout_s: float
    function: str
    version: str
    handler: str


@dataclass
class Sandbox:
    """A process with its Runtime and Extensions API.

    Attributes:
        cold: Whether it has not answered yet.
    """

    program: Program
    line: Callable[[str], None]
    cold: bool = True
    stream: str = field(default_factory=lambda: uuid.uuid4().hex)
    _process: asyncio.subprocess.Process | None = None
    _runner: web.AppRunner | None = None
    _work: asyncio.Queue[Invocation] = field(default_factory=asyncio.Queue)
    _events: dict[str, asyncio.Queue[Invocation]] = field(default_factory=dict)
    _waiting: set[str] = field(default_factory=set)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _answer: asyncio.Future[Answer] | None = None
    _readers: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def pid(self) -> int:
        """Process id, which is its group's; 0 before the start."""
        return self._process.pid if self._process else 0

    async def start(self) -> Answer | None:
        """Run the init phase.

        Returns:
            ``None`` when ready and frozen, otherwise the error to be answered.
        """
        port = await self._listen()
        environment = {**self.program.environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"}
        self._process = await asyncio.create_subprocess_exec(
            *self.program.command,
            cwd=self.program.directory,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=2**20,
        )
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                self._readers.append(asyncio.create_task(self._read(pipe)))
        failure = await self._until_idle(INIT_LIMIT_S)
        if failure is None:
            self._signal(signal.SIGSTOP)
            return None
        await self.end()
        return _error("Runtime.ExitError" if failure == "died" else "Sandbox.Timedout", f"Init phase: {failure}")

    async def invoke(self, invocation: Invocation) -> tuple[Answer, asyncio.Task[str | None]]:
        """Thaw, hand the event over and wait for the answer.

        Returns:
            The answer as soon as the runtime posted it, and the rest of the invocation: a task that
            ends with ``None`` when the sandbox is frozen again, or with why it was killed.
        """
        self._answer = asyncio.get_running_loop().create_future()
        self._idle.clear()
        self._waiting.clear()
        self._signal(signal.SIGCONT)
        self._work.put_nowait(invocation)
        for queue in self._events.values():
            queue.put_nowait(invocation)
        rest = asyncio.create_task(self._settle(invocation))
        await asyncio.wait({self._answer, rest}, return_when=asyncio.FIRST_COMPLETED)
        if not self._answer.done():
            self._answer.set_result(_error("Runtime.ExitError", f"{invocation.request_id} {rest.result()}"))
        self.cold = False
        return self._answer.result(), rest

    async def _settle(self, invocation: Invocation) -> str | None:
        failure = await self._until_idle(self.program.timeout_s)
        if failure is None:
            self._signal(signal.SIGSTOP)
            return None
        if failure == "timed out" and self._answer is not None and not self._answer.done():
            text = f"{invocation.request_id} Task timed out after {self.program.timeout_s:.2f} seconds"
            self._answer.set_result(_error("Sandbox.Timedout", text))
        await self.end()
        return failure

    async def _until_idle(self, limit_s: float) -> str | None:
        """Wait until everybody asked for the next event; otherwise say what happened instead."""
        assert self._process is not None  # noqa: S101 - started above, for the type checker
        idle, died = asyncio.create_task(self._idle.wait()), asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait({idle, died}, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
            if idle.done():
                return None
            return "died" if died.done() else "timed out"
        finally:
            idle.cancel()
            died.cancel()

    async def end(self) -> None:
        """Kill the process group; a stopped process cannot be asked to leave."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            await self._process.wait()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        for reader in self._readers:
            reader.cancel()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def _read(self, pipe: asyncio.StreamReader) -> None:
        while line := await pipe.readline():
            self.line(line.decode(errors="replace").rstrip("\n"))

    async def _listen(self) -> int:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_get(RUNTIME + "/invocation/next", self._next)
        app.router.add_post(RUNTIME + "/invocation/{id}/response", self._response)
        app.router.add_post(RUNTIME + "/invocation/{id}/error", self._error)
        app.router.add_post(RUNTIME + "/init/error", self._init_error)
        app.router.add_post(EXTENSION + "/register", self._register)
        app.router.add_get(EXTENSION + "/event/next", self._next_event)
        # Without it a long poll of a killed process would wait for ever.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, keepalive_timeout=3600)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return int(self._runner.addresses[0][1])

    def _now_waits(self, who: str) -> None:
        self._waiting.add(who)
        if self._waiting >= {"runtime", *self._events}:
            self._idle.set()

    async def _next(self, _request: web.Request) -> web.Response:
        self._now_waits("runtime")
        work = await self._work.get()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": work.request_id,
            "Lambda-Runtime-Deadline-Ms": str(work.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": work.arn,
            "Lambda-Runtime-Trace-Id": work.trace_header,
        }
        return web.Response(body=work.payload, headers=headers, content_type="application/json")

    async def _response(self, request: web.Request) -> web.Response:
        self._done(Answer(await request.read()))
        return web.Response(status=202)

    async def _error(self, request: web.Request) -> web.Response:
        self._done(Answer(await request.read(), "Unhandled"))
        return web.Response(status=202)

    async def _init_error(self, request: web.Request) -> web.Response:
        self.line("INIT_REPORT Status: error " + (await request.text())[:2000])
        return web.Response(status=202)

    def _done(self, answer: Answer) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)

    async def _register(self, request: web.Request) -> web.Response:
        identifier = str(uuid.uuid4())
        self._events[identifier] = asyncio.Queue()
        answer = {
            "functionName": self.program.function,
            "functionVersion": self.program.version,
            "handler": self.program.handler,
        }
        await request.read()
        return web.json_response(answer, headers={"Lambda-Extension-Identifier": identifier})

    async def _next_event(self, request: web.Request) -> web.Response:
        identifier = request.headers.get("Lambda-Extension-Identifier", "")
        if identifier not in self._events:
            return web.json_response({"errorType": "Extension.UnknownExtensionIdentifier"}, status=403)
        self._now_waits(identifier)
        work = await self._events[identifier].get()
        return web.json_response(
            {
                "eventType": "INVOKE",
                "deadlineMs": work.deadline_ms,
                "requestId": work.request_id,
                "invokedFunctionArn": work.arn,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": work.trace_header},
            }
        )


def _error(kind: str, message: str) -> Answer:
    return Answer(json.dumps({"errorType": kind, "errorMessage": message}).encode(), "Unhandled")
