"""The first Ctrl-C ends every verb within a second, as real processes, a mute endpoint."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_typed import COMMANDS, outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

WITHOUT_AWS = {"open", "cost", "preflight"}
"""`open` and `cost` ask nothing; preflight asks before it knows of any unit, and has a case of its own."""
REASONED = ("--reason", "x")
MORE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("ramp", "release", "rollback", "resume"), REASONED),
    "enable": (*REASONED, "--percentage", "1"),
    "queries run": ("1",),
    "monitor": ("--watch",),
    "logs": ("--follow",),
}
CANARY = ("-m", "canary.cli")
TOGETHER = sorted(set(COMMANDS) - WITHOUT_AWS)


@dataclass(frozen=True)
class Ended:
    """How a process ended after SIGINT."""

    code: int
    seconds: float
    out: str
    err: str


class Mute:
    """A server that takes connections and never answers."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._kept: list[socket.socket] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def reached(self) -> None:
        """Wait until somebody connects."""
        self._socket.settimeout(30)
        self._kept.append(self._socket.accept()[0])

    def close(self) -> None:
        """End it."""
        for each in (*self._kept, self._socket):
            each.close()


def case(folder: Path, name: str, mute: Mute, stack: str = "beta") -> dict[str, Any]:
    """A command line at a mute endpoint."""
    file = folder / f"{name.replace(' ', '-')}-{stack}.json"
    file.write_text(json.dumps(outputs(stack=stack, api_url=mute.url)))
    words = ["--outputs", str(file), "--endpoint-url", mute.url, *name.split(), *MORE.get(name, ())]
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return {"words": words, "environment": keys, "out": str(file.with_suffix(""))}


def started(folder: Path, words: list[str], **environment: str) -> subprocess.Popen[str]:
    """Python in a process of its own."""
    return subprocess.Popen(
        [sys.executable, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    """Every verb, interrupted once it waits for the endpoint."""
    folder = tmp_path_factory.mktemp("interrupts")
    with contextlib.ExitStack() as open_:
        mutes = [open_.enter_context(contextlib.closing(Mute())) for _ in TOGETHER]
        cases = [case(folder, name, mute) for name, mute in zip(TOGETHER, mutes, strict=True)]
        process = open_.enter_context(started(folder, ["-m", "tests.cli.forks"]))
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(cases) + "\n")
        process.stdin.flush()
        numbers = json.loads(process.stdout.readline())
        sent = {}
        for number, mute in zip(numbers, mutes, strict=True):
            mute.reached()
            sent[number] = time.monotonic()
            os.kill(number, signal.SIGINT)
        found = {}
        for _ in numbers:
            number, code, at = json.loads(process.stdout.readline())
            place = numbers.index(number)
            out, err = (Path(f"{cases[place]['out']}.{end}").read_text() for end in ("out", "err"))
            found[TOGETHER[place]] = Ended(code, at - sent[number], out, err)
        yield found


@pytest.mark.parametrize("verb", TOGETHER)
def test_the_first_ctrl_c_ends_a_verb_that_waits_for_aws(ended: dict[str, Ended], verb: str) -> None:
    """Code 130, within a second, without a traceback; nothing is waited for, retried or left running."""
    found = ended[verb]
    assert found.code == 130, found
    assert found.seconds < 1, found
    assert "Traceback" not in found.out + found.err
    assert "Exception ignored" not in found.err


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Ctrl-C, once: the code and what is said, within a second."""
    at = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert time.monotonic() - at < 1
    return process.returncode, err


def test_ctrl_c_at_the_question_changes_nothing(tmp_path: Path) -> None:
    """GIVEN prod WHEN the stack's name is asked for THEN Ctrl-C is 130 there as well."""
    with contextlib.closing(Mute()) as mute:
        one = case(tmp_path, "teardown", mute, stack="prod")
        with started(tmp_path, [*CANARY, *one["words"]], **one["environment"]) as process:
            assert process.stderr is not None
            asked = ""
            while not asked.endswith("(prod): "):
                asked += process.stderr.read(1)
            assert interrupted(process) == (130, "")


def test_ctrl_c_while_it_loads(tmp_path: Path) -> None:
    """GIVEN that boto3 is being loaded THEN the process ends by the signal, which a shell calls 130."""
    with started(tmp_path, ["-X", "importtime", *CANARY, "cost"]) as process:
        assert process.stderr is not None
        loaded = ""
        while "botocore" not in loaded:
            loaded = process.stderr.readline()
            assert loaded
        code, err = interrupted(process)
    assert code == -signal.SIGINT
    assert "Traceback" not in err


def test_ctrl_c_while_pulumi_is_asked(tmp_path: Path) -> None:
    """GIVEN a `pulumi` that hangs and does not hear THEN it is ended too."""
    pulumi, record = tmp_path / "pulumi", tmp_path / "asked"
    pulumi.write_text("#!/bin/sh\ntrap '' INT\necho $$ > asked.new\nmv asked.new asked\nexec sleep 600\n")
    pulumi.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    with started(tmp_path, [*CANARY, "--stack", "x", "status"], PATH=path) as process:
        until = time.monotonic() + 60
        while not record.exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        assert interrupted(process) == (130, "")
    left = Path(f"/proc/{int(record.read_text())}/stat")
    assert not left.exists() or left.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_reader_who_is_gone_is_no_fault(tmp_path: Path) -> None:
    """As in `canary audit | head -1`: silent, whenever the reader went."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, *CANARY, "--stack", "prod", "cost"],
        stdout=write,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_stream_that_the_shell_closed_is_no_fault(tmp_path: Path, closed: str) -> None:
    """As in `canary rollback >&-` from a job: the code of the verb is kept."""
    command = f'exec "$0" {" ".join(CANARY)} --stack prod cost {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "AWS_REGION": "moon"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_terminal_that_knows_only_ascii_is_spoken_to_in_it(tmp_path: Path) -> None:
    """Escapes in the place of what it does not know; never a traceback."""
    with started(tmp_path, [*CANARY, "ready", "--help"], PYTHONIOENCODING="ascii", LC_ALL="C") as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.isascii()
