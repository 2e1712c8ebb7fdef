"""`canary traffic`: bounded, as users, honest about what was answered. A real server answers."""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from canary.cli.__main__ import app
from canary.cli.commands.session import Session
from canary.cli.traffic import Wanted, over_http, traffic
from canary.cli.web import located
from tests.fakes.account import target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Api:
    """An API that remembers who asked what."""

    def __init__(self, statuses: list[int]) -> None:
        self.seen: list[tuple[str, str | None, str | None]] = []
        self.statuses = statuses

    @contextmanager
    def serving(self) -> Iterator[str]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                api.seen.append((self.path, self.headers["x-user-id"], self.headers["authorization"]))
                self.send_response(api.statuses[(len(api.seen) - 1) % len(api.statuses)])
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing on stderr."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def typed(url: str, *words: str, stack: str = "beta", keys: str = "") -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the typed command."""
    session = Session(lambda: replace(target(stack), api_url=url), lambda _region: None)  # type: ignore[arg-type, return-value]
    result = CliRunner().invoke(app, ["traffic", *words], input=keys, obj=session)
    return result.exit_code, result.stdout, result.stderr


def test_users_take_turns_and_every_answer_is_counted() -> None:
    """GIVEN 100 requests THEN each of the 50 beta users makes two; exit code 0, figures on stdout."""
    api = Api([200])
    with api.serving() as url:
        code, out, _ = typed(url, "--rate", "50", "--requests", "100", "--json")
    assert code == 0
    assert json.loads(out)["statuses"] == {"200": 100}
    users = Counter(user for _, user, _ in api.seen)
    assert set(users.values()) == {2}
    assert len(users) == 50
    assert json.loads(out)["seconds"] >= 1.9


def test_a_server_error_is_said_with_exit_code_3() -> None:
    """GIVEN every fifth answer is 503 THEN it is counted as that."""
    api = Api([200, 200, 200, 200, 503])
    with api.serving() as url:
        code, out, _ = typed(url, "--rate", "50", "--requests", "10")
    assert code == 3
    assert "8 x 200, 2 x 503" in out


@pytest.mark.parametrize(("statuses", "code"), [([401], 3), ([404], 3), ([200, 404], 0)])
def test_traffic_that_only_gets_client_errors_tests_nothing(statuses: list[int], code: int) -> None:
    """GIVEN a missing token or a wrong path THEN exit code 3; one refusal among answers is none."""
    api = Api(statuses)
    with api.serving() as url:
        assert typed(url, "--rate", "50", "--requests", "4")[0] == code


def test_no_answer_is_counted_as_that(unused_tcp_port: int) -> None:
    """Nobody listens: no answer, no traceback."""
    code, out, _ = typed(f"http://127.0.0.1:{unused_tcp_port}", "--rate", "50", "--requests", "3")
    assert code == 3
    assert "3 x no answer" in out


def test_own_users_paths_and_a_token(tmp_path: Path) -> None:
    """GIVEN a file of users, two paths and a token THEN requests carry them."""
    (tmp_path / "users").write_text("a\nb\n")
    api = Api([200])
    with api.serving() as url:
        words = (
            "--users",
            str(tmp_path / "users"),
            "--path",
            "/x",
            "--path",
            "/y",
            "--token",
            "t",
            "--rate",
            "50",
        )
        assert typed(url, *words, "--requests", "2")[0] == 0
    assert sorted(api.seen) == [("/x", "a", "Bearer t"), ("/y", "b", "Bearer t")]


def test_prod_is_confirmed_and_a_wrong_name_sends_nothing() -> None:
    """Traffic in prod is a change to what is measured there."""
    api = Api([200])
    with api.serving() as url:
        assert typed(url, "--requests", "1", stack="prod", keys="beta\n")[0] == 1
        assert api.seen == []
        assert typed(url, "--requests", "1", "--yes", stack="prod")[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--requests", "0"), "from 1 to 10000"),
        (("--requests", "10001"), "no load test"),
        (("--rate", "51"), "at most 50 a second"),
        (("--rate", "50.1"), "at most 50 a second"),
        (("--path", "creators"), "must begin with /"),
        (("--users", "/dev/null"), "holds no id"),
    ],
)
def test_what_is_no_test_traffic_is_refused(words: tuple[str, ...], says: str) -> None:
    """Said before anything is sent; exit code 2."""
    code, out, err = typed("http://127.0.0.1:9", *words)
    assert (code, out) == (2, "")
    assert says in err


def test_ctrl_c_sends_nothing_more() -> None:
    """GIVEN Ctrl-C after the second request THEN what has not begun is not sent."""
    sent = []
    waits = iter([None, KeyboardInterrupt()])

    def sleep(_seconds: float) -> None:
        if interrupt := next(waits):
            raise interrupt

    def send(url: str, headers: object) -> int:
        sent.append(url)
        return 200

    with pytest.raises(KeyboardInterrupt):
        traffic("http://x", Wanted(100, 1, ("u",), ("/",)), send, sleep=sleep)
    assert 1 <= len(sent) <= 2


def test_over_http_never_tries_twice() -> None:
    """A retry would hide a fault."""
    api = Api([500])
    with api.serving() as url:
        assert over_http()(url + "/", {}) == 500
    assert len(api.seen) == 1


def test_names_below_localhost_are_this_machine() -> None:
    """GIVEN an API of a local AWS THEN it is reached without a resolver, and told by which name."""
    api = Api([200])
    with api.serving() as url:
        named = url.replace("127.0.0.1", "a1.execute-api.localhost")
        assert over_http()(named + "/x", {}) == 200
    assert api.seen[0][0] == "/x"
    assert located("http://a1.localhost:80/x") == ("http://127.0.0.1:80/x", {"host": "a1.localhost:80"})
    assert located("https://a1.example/x") == ("https://a1.example/x", {})
