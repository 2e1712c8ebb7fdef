"""One ASGI app: what this cloud answers itself first, then MiniStack's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.cloud import request as aws
from rehearsal.cloud.seams import asgi_app

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from rehearsal.cloud.clock import Clock
    from rehearsal.cloud.events import Events
    from rehearsal.cloud.logs import LogSink

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Handler = Callable[[aws.AwsRequest], Awaitable[aws.AwsResponse | None]]

CONTROL = "/_rehearsal/"


@dataclass(frozen=True)
class App:
    """Routes requests.

    Attributes:
        handlers: Asked in order; the first answer is sent.
    """

    clock: Clock
    events: Events
    logs: LogSink
    handlers: Sequence[Handler]
    pids: Callable[[], list[int]]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection scope."""
        if scope["type"] != "http":
            await asgi_app(scope, receive, send)
            return
        body = await _body(receive)
        request = aws.parse(scope["method"], scope["path"], scope["query_string"], scope["headers"], body)
        if request.path.startswith(CONTROL):
            answer: aws.AwsResponse | None = self._control(request)
        else:
            if request.service == "logs":
                self.logs.flush()
            answer = await self._ours(request)
        if answer is None:
            await asgi_app(scope, _replay(body, receive), send)
        else:
            await _send(send, answer)

    async def _ours(self, request: aws.AwsRequest) -> aws.AwsResponse | None:
        try:
            for handler in self.handlers:
                if (answer := await handler(request)) is not None:
                    return answer
        except aws.ServiceError as error:
            return aws.error_response(error)
        return None

    def _control(self, request: aws.AwsRequest) -> aws.AwsResponse:
        match request.path.removeprefix(CONTROL):
            case "events":
                return aws.json_response({"events": self.events.since(int(request.first("since") or 0))})
            case "clock":
                state = {
                    "factor": self.clock.factor,
                    "started": self.clock.started,
                    "cloud_s": self.clock.cloud_s(),
                }
                return aws.json_response(state)
            case "processes":
                return aws.json_response({"pids": self.pids(), "invalid_emf": dict(self.logs.invalid_emf)})
        return aws.AwsResponse(404, json.dumps({"message": f"No route {request.path}"}).encode())


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body again for MiniStack, then whatever really comes next (a disconnect)."""
    sent = False

    async def replay() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _send(send: Send, answer: aws.AwsResponse) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
