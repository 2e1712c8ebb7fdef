"""Whatever is typed, and whatever the outputs hold: one sentence, an exit code that is documented."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from hypothesis import example, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from canary.cli import addresses
from canary.cli.__main__ import app
from canary.cli.commands.session import Session
from canary.cli.errors import OpsError
from canary.cli.open_console import PLACES, link
from canary.cli.small_file import LARGEST, text_of
from canary.cli.target import Target
from tests.fakes.account import Account, target
from tests.fakes.hostile import hostile, shown_badly
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from typer.testing import Result

CODES = {0, 1, 2, 3, 4, 5, 6, 130}
NONE = {"CANARY_STACK": "", "CANARY_OUTPUTS": "", "AWS_ENDPOINT_URL": "", "AWS_REGION": "us-east-1"}
OWN_FAULT = "report it as a fault of canary"
GROUP: Any = typer.main.get_command(app)
LAST_FOR_EVER = frozenset({"--follow", "--watch", "--wait", "--requests", "--rate", "--yes"})
"""Options that make a verb go on, or send; the verbs that they belong to are tried without them."""


WITHOUT_A_UNIT = frozenset({"cost", "prune", "ready", "release", "traffic"})
"""Verbs that need more than the unit in memory has, or no unit at all: what is typed is checked before."""


def commands() -> dict[str, Any]:
    """Every verb with its parameters."""
    found: dict[str, Any] = {}
    for name, command in GROUP.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {one}": each for one, each in inner.items()} if inner else {name: command}
    return found


COMMANDS = commands()
NUMBERS = ("0", "1", "-1", "nan", "inf", "1e400", "1e308", "0x10", "٣", "²", "9" * 5000, "1_0", "", "100.001")
MOMENTS = ("30m", "-5m", "²d", "1e9d", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30")
PATHS = ("/", "/dev/null", "/dev/zero", "/nowhere", ".", "a\x00b", "/proc/self/mem")
VALUES = st.one_of(
    st.sampled_from(NUMBERS), st.sampled_from(MOMENTS), st.sampled_from(PATHS), hostile(), st.text(max_size=8)
)


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    """A command line: a verb, some of its options, anything as their values."""
    name = draw(st.sampled_from(sorted(COMMANDS)))
    words = name.split()
    for parameter in COMMANDS[name].params:
        options = [each for each in parameter.opts if each.startswith("--")]
        if not options:
            words.append(draw(st.one_of(st.sampled_from(["dashboard", "1", "2"]), VALUES)))
        elif LAST_FOR_EVER.isdisjoint(options) and (parameter.required or draw(st.booleans())):
            flagged = getattr(parameter, "is_flag", False)
            words += options[:1] if flagged else [options[0], draw(VALUES if not parameter.required else WHY)]
    return words


WHY = st.one_of(st.just("users complain"), hostile())


def typed(words: list[str], account: Account | None = None) -> Result:
    """A command; without an account, no unit is named."""
    session = Session(lambda: target("beta"), lambda _region: account) if account else None  # type: ignore[arg-type, return-value]
    return CliRunner().invoke(app, words, obj=session, env=NONE)


def check(result: Result) -> None:
    """One sentence at the most, and a documented code."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in CODES
    assert "Traceback" not in result.output
    assert OWN_FAULT not in result.stderr
    assert shown_badly(result.stderr) == []


@fuzz(600)
@given(lines())
def test_any_verb_with_any_text_ends_in_a_documented_code(words: list[str]) -> None:
    """On a unit where all is well: no traceback, no fault of the command's own."""
    check(typed(words, None if words[0] in WITHOUT_A_UNIT else Account()))


@fuzz(400)
@given(st.sampled_from(["--stack", "--outputs", "--region", "--endpoint-url"]), VALUES)
@example("--region", "us-east-1.evil.example/#")
@example("--endpoint-url", "http://[")
@example("--endpoint-url", "http://a:99999")
@example("--endpoint-url", "file:///etc/passwd")
def test_any_unit_ends_in_a_documented_code(option: str, value: str) -> None:
    """Region, endpoint, outputs and stack of any shape."""
    if option == "--prefix":
        return
    words = (
        [option, value] if option in {"--stack", "--outputs"} else [option, value, "--outputs", "/nowhere"]
    )
    check(typed([*words, "open", "dashboard"]))


def outputs(**other: Any) -> dict[str, Any]:
    """The stack's output, in its own spelling."""
    values = asdict(target("beta")) | other
    return {re.sub("_(.)", lambda found: found[1].upper(), name): value for name, value in values.items()}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), hostile()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@fuzz(1_500)
@given(st.sampled_from(sorted(outputs())), JSON)
def test_outputs_of_any_shape_are_a_unit_or_a_sentence(name: str, value: Any) -> None:
    """Any value in the place of any part: a unit whose region and address are such, or what is wrong."""
    given_ = json.loads(json.dumps(outputs() | {name: value}))
    try:
        found = Target.from_outputs(given_)
    except OpsError as error:
        said = str(error).replace("_", "").lower()
    else:
        said = ""
    if said:
        assert name.lower() in said
        return
    assert re.fullmatch(r"[a-z]+-[a-z-]+-\d+", found.region)
    assert found.limits is not None
    for place in PLACES:
        assert re.match(
            r"https://[a-z0-9-]+\.console\.aws\.amazon\.com/", addresses.console(link(found, place))
        )


@pytest.mark.parametrize(
    "url",
    [
        "http://us-east-1.console.aws.amazon.com/",
        "https://evil.example/?.console.aws.amazon.com",
        "https://console.aws.amazon.com.evil.example/",
        "https://xconsole.aws.amazon.com/",
        "https://console.aws.amazon.com@evil.example/",
        "https://us-east-1.console.aws.amazon.com:8443/",
        "https://console.aws.amazon.com\\@evil.example/",
        "javascript:alert(1)//console.aws.amazon.com",
        "file:///console.aws.amazon.com",
    ],
)
def test_no_browser_is_sent_elsewhere(url: str) -> None:
    """Only to the console: https, its own host, no port and no name in it."""
    with pytest.raises(OpsError):
        addresses.console(url)


@pytest.mark.parametrize("kind", ["folder", "pipe", "binary", "large", "missing", "deep", "socket"])
def test_an_outputs_file_of_any_kind_gets_a_sentence(tmp_path: Path, kind: str) -> None:
    """At once, and without reading 100 MB."""
    path = tmp_path / "outputs.json"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "binary":
            path.write_bytes(bytes(range(256)))
        case "large":
            with path.open("wb") as file:
                file.truncate(100 * 1024**2)
        case "deep":
            path.write_text("[" * 100_000)
        case "socket":
            path = Path("/dev/log/none")
    result = typed(["--outputs", str(path), "status"])
    check(result)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


class Proxy(BaseHTTPRequestHandler):
    """Answers whatever is asked with a page."""

    page = b""

    def do_POST(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("content-length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    do_GET = do_POST  # noqa: N815 - as above

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize(
    "page", [b"<html>\x1b[2J\xff please log in</html>", b"<html>\x1b[2J log in</html>", b""]
)
def test_a_page_in_the_place_of_an_answer_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: bytes
) -> None:
    """GIVEN a proxy that wants a login THEN one sentence, and nothing of the page steers the terminal."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    (tmp_path / "outputs.json").write_text(json.dumps(outputs()))
    proxy = type("Answers", (Proxy,), {"page": page})
    with HTTPServer(("127.0.0.1", 0), proxy) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}"
        where = ["--outputs", str(tmp_path / "outputs.json"), "--endpoint-url", address]
        result = typed([*where, "status"])
        server.shutdown()
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in {0, 1}
    assert shown_badly(result.output) == []
    assert len(result.stderr.splitlines()) == result.exit_code


@pytest.mark.parametrize("page", [b"<html>log in</html>", b'{"Items": [', b"[]"])
@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("audit",),
        ("logs",),
        ("traces",),
        ("queries", "list"),
        ("verdict",),
        ("ramp", "--reason", "x"),
        ("enable", "--reason", "x", "--percentage", "1"),
        ("resume", "--reason", "x"),
        ("prune", "--dry-run"),
        ("release", "--reason", "x", "--dry-run"),
        ("migrate", "--dry-run"),
    ],
)
def test_every_verb_names_who_answers_in_the_place_of_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: bytes, words: tuple[str, ...]
) -> None:
    """GIVEN a login page or half an answer with status 200 THEN its address is said, and no line of ours."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    (tmp_path / "outputs.json").write_text(json.dumps(outputs()))
    with HTTPServer(("127.0.0.1", 0), type("Answers", (Proxy,), {"page": page})) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}"
        result = typed(["--outputs", str(tmp_path / "outputs.json"), "--endpoint-url", address, *words])
        server.shutdown()
    assert result.exit_code == 1, result.output
    # An empty list is JSON, as a function may answer it.
    own = words[0] == "migrate" and page == b"[]"
    assert own or f"what answers at {address} is not AWS" in result.stderr
    assert OWN_FAULT not in result.stderr


def test_a_file_as_large_as_is_taken_is_read_whole(tmp_path: Path) -> None:
    """And not a byte more."""
    path = tmp_path / "users"
    path.write_bytes(b"a" * LARGEST)
    assert len(text_of(path)) == LARGEST
    path.write_bytes(b"a" * (LARGEST + 1))
    with pytest.raises(OpsError, match="more than 4 MB"):
        text_of(path)
