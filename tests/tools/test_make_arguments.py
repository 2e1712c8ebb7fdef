"""Arguments of make: a bad one is named, with what is allowed, before any work starts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLEAN = {"PATH": os.environ["PATH"]}


def make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Only the target that looks at arguments; nothing is set up."""
    command = [shutil.which("make") or "make", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=CLEAN | environment, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["want-stack"], "STACK is not given: say STACK=beta or STACK=prod"),
        (["want-stack", "STACK="], "STACK is empty"),
        (["want-stack", "STACK=foo"], "STACK=foo is not known; allowed: beta prod"),
        (["want-stack", "STACK=beta prod"], "STACK=beta prod is not known"),
        (["want-stack", "STACK=$$(touch x)"], "is not known"),
        (["want-state"], "STATE is not given: say STATE=path/of/a/file"),
        (["want-state", "STATE=/no/such/file"], "STATE=/no/such/file is not a file that can be read"),
        (["want-rehearsal", "TRAFFIC="], "TRAFFIC is empty"),
        (["want-rehearsal", "TRAFFIC=/no/such.log"], "TRAFFIC=/no/such.log is not a file"),
        (["want-rehearsal", "SCENARIO="], "SCENARIO is empty"),
        (["want-rehearsal", "FACTOR="], "FACTOR is empty"),
        (["want-rehearsal", "KEEP=yes"], "KEEP=yes is not known; allowed: 1"),
        (["want-benchmark", "NAME=no-such"], "NAME=no-such is not known"),
        (["want-benchmark", "CHECK="], "CHECK is empty"),
    ],
)
def test_a_bad_argument_is_named(arguments: list[str], said: str) -> None:
    """With what is wrong and what would do."""
    done = make(*arguments)
    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["want-stack", "STACK=beta"],
        ["want-rehearsal"],
        ["want-rehearsal", "KEEP=1", "FACTOR=60", "SCENARIO=beta", "TRAFFIC=Makefile"],
        ["want-state", "STATE=Makefile", "STACK=prod"],
        ["want-benchmark"],
    ],
)
def test_a_good_argument_passes_in_silence(arguments: list[str]) -> None:
    """Nothing is said."""
    done = make(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_argument_may_come_from_the_environment() -> None:
    """`KEEP=1 make rehearse` and `make rehearse KEEP=1` are the same."""
    assert make("want-stack", STACK="prod").returncode == 0


def test_a_name_that_was_not_typed_is_no_benchmark() -> None:
    """WSL sets NAME to the machine's."""
    assert make("want-benchmark", NAME="DESKTOP-1").returncode == 0


def test_make_alone_lists_the_targets() -> None:
    """The newcomer's first command."""
    listed = make().stdout
    assert all(
        f"make {target} " in listed for target in ("setup", "rehearse", "test", "check", "preview", "clean")
    )
