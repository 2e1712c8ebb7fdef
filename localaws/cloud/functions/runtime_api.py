"""The Runtime API and the Extensions API that a sandbox's process talks to.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and …/runtimes-extensions-api.html
"""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from localaws.cloud.gate import check_host
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.typedefs import Handler

RUNTIME, EXTENSION = "/2018-06-01/runtime", "/2020-01-01/extension"
LARGEST_BODY = 8 * 2**20
"""Most bytes in a request to the API. Lambda's own limit of 6 MB is checked later, on the answer."""


@dataclass(frozen=True)
class Invocation:
    """One event for a sandbox.

    Attributes:
        request_id: Id of the invocation.
        payload: The event, as JSON.
        arn: ARN by which the function was invoked.
        trace_header: Value of ``X-Amzn-Trace-Id`` for the function.
        deadline_ms: Wall clock time at which the invocation times out, in milliseconds since the epoch.
    """

    request_id: str
    payload: bytes
    arn: str
    trace_header: str
    deadline_ms: int


@dataclass(frozen=True)
class Answer:
    """The answer of a function.

    Attributes:
        payload: Answer, as JSON.
        error: ``Unhandled``, the value of ``X-Amz-Function-Error``, if the function failed. ``None`` by
            default.
    """

    payload: bytes
    error: str | None = None


def failure(kind: str, message: str) -> Answer:
    """Build the answer for a function that could not answer by itself."""
    return Answer(json.dumps({"errorType": kind, "errorMessage": message}).encode(), "Unhandled")


@web.middleware
async def _of_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse requests whose ``Host`` is not this machine.

    A web page in a browser on this machine can reach the port, but only under a host name of the page's own.
    """
    try:
        check_host(request.host)
    except ServiceError as error:
        return web.json_response({"errorMessage": str(error)}, status=error.status)
    return await handler(request)


class RuntimeApi:
    """Hands events to a runtime and its extensions.

    Args:
        names: Name, version and handler of the function, which an extension gets when it registers.
        line: Takes the log lines of the platform about the init phase.

    Attributes:
        idle: Set while the runtime and every extension wait for the next event.
    """

    def __init__(self, names: Mapping[str, str], line: Callable[[str], None]) -> None:
        self._names = names
        self._line = line
        self.idle = asyncio.Event()
        self._work: asyncio.Queue[Invocation] = asyncio.Queue()
        self._events: dict[str, asyncio.Queue[Invocation]] = {}
        self._waiting: set[str] = set()
        self._current = ""
        self._answer: asyncio.Future[Answer] | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Listen on a free port of the loopback interface and return the port."""
        app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_of_this_machine])
        app.router.add_get(RUNTIME + "/invocation/next", self._next)
        app.router.add_post(RUNTIME + "/invocation/{id}/response", self._response)
        app.router.add_post(RUNTIME + "/invocation/{id}/error", self._error)
        app.router.add_post(RUNTIME + "/init/error", self._init_error)
        app.router.add_post(EXTENSION + "/register", self._register)
        app.router.add_get(EXTENSION + "/event/next", self._next_event)
        # Without cancellation, the long poll of a killed process would wait forever.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, keepalive_timeout=3600)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    def hand_out(self, invocation: Invocation) -> asyncio.Future[Answer]:
        """Give an event to the runtime and its extensions.

        Returns:
            A future that ends when the runtime posts the answer.
        """
        self._answer = asyncio.get_running_loop().create_future()
        self._current = invocation.request_id
        self.idle.clear()
        self._waiting.clear()
        for queue in (self._work, *self._events.values()):
            queue.put_nowait(invocation)
        return self._answer

    async def end(self) -> None:
        """Stop listening; safe to repeat."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    def _now_waits(self, who: str) -> None:
        self._waiting.add(who)
        if self._waiting >= {"runtime", *self._events}:
            self.idle.set()

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
        return self._take(request, Answer(await request.read()))

    async def _error(self, request: web.Request) -> web.Response:
        return self._take(request, Answer(await request.read(), "Unhandled"))

    def _take(self, request: web.Request, answer: Answer) -> web.Response:
        if self._answer is None or self._answer.done() or request.match_info["id"] != self._current:
            body = {"errorType": "InvalidRequestID", "errorMessage": "Invalid request ID"}
            return web.json_response(body, status=400)
        self._answer.set_result(answer)
        return web.json_response({"status": "OK"}, status=202)

    async def _init_error(self, request: web.Request) -> web.Response:
        self._line("INIT_REPORT Status: error " + (await request.text())[:2000])
        return web.json_response({"status": "OK"}, status=202)

    async def _register(self, request: web.Request) -> web.Response:
        identifier = str(uuid.uuid4())
        self._events[identifier] = asyncio.Queue()
        await request.read()
        return web.json_response(dict(self._names), headers={"Lambda-Extension-Identifier": identifier})

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
