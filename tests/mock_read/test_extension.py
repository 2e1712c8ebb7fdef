"""The Extensions API as it may answer: registration, and a `next` that is not given up for one fault."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from mock_read.shadow.extension import ATTEMPTS, NAME, PAUSE_S, Event, Extension, ExtensionError

from tests.prisma_read.secrets_endpoint import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

INVOKE = {"eventType": "INVOKE", "requestId": "r-7", "deadlineMs": 1_700_000_000_500}
Answer = tuple[int, bytes]
GOOD: Answer = (200, json.dumps(INVOKE).encode())


class Api:
    """Answers one after the other, the last one for ever; `None` hangs up. Keeps what was sent."""

    def __init__(self, *answers: Answer | None, identifier: str | None = "e-1") -> None:
        self.answers, self.identifier = list(answers), identifier
        self.sent: list[tuple[str, dict[str, str], bytes]] = []
        self.address = ""

    def answer(self) -> Answer | None:
        """The next one."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextlib.contextmanager
def serving(api: Api) -> Iterator[Api]:
    """The API on the loopback interface."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            api.sent.append((self.path, dict(self.headers), body))
            answer = api.answer()
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer[0])
            if api.identifier is not None:
                self.send_header("Lambda-Extension-Identifier", api.identifier)
            self.end_headers()
            self.wfile.write(answer[1])

        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    api.address = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_registers_for_invoke_under_its_name() -> None:
    """INVOKE alone: an internal extension may not ask for SHUTDOWN."""
    with serving(Api((200, b"{}"))) as api:
        assert Extension.register(api.address) is not None
    ((path, headers, body),) = api.sent
    assert path == "/2020-01-01/extension/register"
    assert headers["Lambda-Extension-Name"] == NAME
    assert json.loads(body) == {"events": ["INVOKE"]}


@pytest.mark.parametrize(
    "api", [Api((403, b"{}")), Api((200, b"{}"), identifier=None), Api(None)], ids=["refused", "anon", "gone"]
)
def test_without_a_registration_there_is_no_extension(api: Api) -> None:
    """The function starts all the same, and does its later work on a thread."""
    with serving(api):
        assert Extension.register(api.address) is None


def test_without_an_api_there_is_no_extension() -> None:
    """Nobody listens."""
    assert Extension.register(f"127.0.0.1:{free_port()}") is None


FAULTS: tuple[Answer | None, ...] = (None, (500, b""), (200, b"<html>"), (200, b"[]"), (200, b"7"))


@pytest.mark.parametrize("fault", FAULTS, ids=["hangs up", "500", "no JSON", "a list", "a number"])
def test_a_next_that_failed_is_asked_for_again(fault: Answer | None) -> None:
    """As often as it may, with a pause: a `next` that is not asked for hangs every later invocation."""
    pauses: list[float] = []
    with serving(Api(*[fault] * (ATTEMPTS - 1), GOOD)) as api:
        event = Extension(api.address, "e-7", pauses.append).next()
    assert event == Event("r-7", 1_700_000_000.5)
    assert pauses == [PAUSE_S] * (ATTEMPTS - 1)
    assert {headers["Lambda-Extension-Identifier"] for _, headers, _ in api.sent} == {"e-7"}


def test_an_api_that_stays_broken_ends_the_extension_and_says_why() -> None:
    """After the last attempt, not for ever."""
    with serving(Api((403, b""))) as api, pytest.raises(ExtensionError, match="status 403"):
        Extension(api.address, "e-1", lambda _: None).next()
    assert len(api.sent) == ATTEMPTS
    with pytest.raises(ExtensionError, match="ConnectionRefusedError"):
        Extension(f"127.0.0.1:{free_port()}", "e-1", lambda _: None).next()
