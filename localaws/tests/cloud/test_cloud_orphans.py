"""Nothing outlives a cloud, however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from localaws.keys import Keys
from localaws.local_cloud import ROOT
from localaws.tests.cloud.functions import NODE, RUNTIME_PYTHON, archive, state_of
from localaws.tests.cloud.live import connected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "localaws.cloud", "--python", str(RUNTIME_PYTHON), "--node", str(NODE)]
PARENT = """
import subprocess, sys, os, time
subprocess.Popen(sys.argv[1:] + ["--parent", str(os.getpid())], start_new_session=True)
time.sleep(60)
"""


def _await(true: Callable[[], bool], what: str, within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


class Started:
    """A cloud of its own with a frozen sandbox, and the process that started it."""

    def __init__(self, state: Path) -> None:
        self.ready = state / "ready.json"
        command = [*COMMAND, "--state", str(state), "--ready-file", str(self.ready)]
        self.parent = subprocess.Popen([sys.executable, "-c", PARENT, *command], cwd=ROOT)
        _await(lambda: self.ready.exists() and bool(self.ready.read_text()), "the cloud")
        told = json.loads(self.ready.read_text())
        self.pid: int = told["pid"]
        live = connected(told["endpoint"], Keys(told["access_key_id"], told["secret_access_key"]))
        live.create("f", archive("def handler(event, context): return 1"))
        live.invoke("f")
        self.sandboxes: list[int] = live.control("processes")["pids"]

    def all_gone(self) -> bool:
        """Whether neither cloud nor sandboxes are left."""
        return [state_of(pid) for pid in (self.pid, *self.sandboxes)] == [""] * (1 + len(self.sandboxes))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """A cloud, ended afterwards."""
    cloud = Started(tmp_path)
    assert len(cloud.sandboxes) == 1
    yield cloud
    for pid in (cloud.pid, *cloud.sandboxes):
        if state_of(pid):
            os.kill(pid, signal.SIGKILL)
    cloud.parent.kill()
    cloud.parent.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_leaves_nothing(started: Started, number: signal.Signals) -> None:
    """GIVEN a cloud with a stopped sandbox WHEN it is asked to end, or killed THEN no process is left."""
    os.kill(started.pid, number)
    _await(started.all_gone, "every process to be gone")


def test_a_killed_parent_leaves_nothing(started: Started) -> None:
    """GIVEN a cloud with a stopped sandbox WHEN who started it is killed THEN no process is left."""
    started.parent.kill()
    started.parent.wait()
    _await(started.all_gone, "every process to be gone")
