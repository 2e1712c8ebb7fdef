"""The ASGI app of the local cloud. It asks its own services first and passes the rest to MiniStack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.cloud import request as aws
from localaws.cloud.control import CONTROL
from localaws.cloud.gate import by_user
from localaws.cloud.seams.seams import asgi_app

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from localaws.cloud.control import Control
    from localaws.cloud.faults import Faults
    from localaws.cloud.gate import Gate
    from localaws.cloud.logs.logs import LogSink

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Handler = Callable[[aws.AwsRequest], Awaitable[aws.AwsResponse | None]]


@dataclass(frozen=True)
class App:
    """Routes requests to the services.

    Attributes:
        gate: Refuses requests that are not allowed, before anything else is done.
        handlers: Services, asked in order. The first one that returns an answer wins.
        control: Answers the rehearsal's own routes.
        logs: Log sink. It is flushed before a request to CloudWatch Logs is served.
        faults: Fault injection. It is told of each changing call before the call's answer is delivered.
    """

    gate: Gate
    handlers: Sequence[Handler]
    control: Control
    logs: LogSink
    faults: Faults

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await asgi_app(scope, receive, send)
            return
        body = await _body(receive)
        request = aws.parse(scope["method"], scope["path"], scope["query_string"], scope["headers"], body)
        try:
            self.gate.check(request, scope)
        except aws.ServiceError as error:
            await _send(send, aws.refusal(error, request))
            return
        if request.path.startswith(CONTROL):
            await _send(send, self.control.answer(request))
            return
        call = self.faults.changing(request)
        if call is None:
            await self._serve(scope, request, receive, send)
            return
        held: list[dict[str, Any]] = []
        await self._serve(scope, request, receive, _holding(held))
        await self.faults.answered(call, next((part["status"] for part in held if "status" in part), 500))
        for part in held:
            await send(part)

    async def _serve(
        self, scope: dict[str, Any], request: aws.AwsRequest, receive: Receive, send: Send
    ) -> None:
        if request.service == "logs":
            self.logs.flush()
        answer = await self._ours(request)
        if answer is None:
            await asgi_app(scope, _replay(request.body, receive), send)
        else:
            await _send(send, answer)

    async def _ours(self, request: aws.AwsRequest) -> aws.AwsResponse | None:
        if by_user(request):
            return None
        try:
            for handler in self.handlers:
                if (answer := await handler(request)) is not None:
                    return answer
        except aws.ServiceError as error:
            return aws.error_response(error)
        return None


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that yields the body once more for MiniStack, then the real next message.

    That next message is a disconnect.
    """
    sent = False

    async def replay() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _holding(held: list[dict[str, Any]]) -> Send:
    """Return a ``send`` that collects the messages of an answer instead of sending them."""

    async def hold(message: dict[str, Any]) -> None:
        held.append(message)

    return hold


async def _send(send: Send, answer: aws.AwsResponse) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
