"""Node.js: the machine's when recent enough, else a wheel's."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tools.setup import node
from tools.setup.commands import Commands, Running
from tools.setup.places import Places
from tools.setup.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path


class Machine:
    """Pretended node and npm on a PATH of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.places = Places.of(folder / "clone", {"PATH": str(self.bin), "XDG_CACHE_HOME": str(folder)})

    def has(self, name: str, says: str, code: int = 0) -> None:
        """A program that answers any question alike."""
        (self.bin / name).write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
        (self.bin / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """With neither."""
    return Machine(tmp_path)


def test_a_recent_node_with_npm_is_used(machine: Machine) -> None:
    """By its real path: a version manager's shim may mean another one elsewhere."""
    machine.has("node", "v20.19.0 /opt/node/bin/node")
    machine.has("npm", "11.0.0")
    assert node.on_machine(machine.places) == ("/opt/node/bin/node", str(machine.bin / "npm"))


@pytest.mark.parametrize("says", ["v20.18.3 /opt/node", "v18.20.0 /opt/node", "gibberish"])
def test_an_older_node_is_not(machine: Machine, says: str) -> None:
    """Prisma 7 asks for 20.19."""
    machine.has("node", says)
    machine.has("npm", "11.0.0")
    assert node.on_machine(machine.places) is None


def test_a_node_without_npm_is_not_enough(machine: Machine) -> None:
    """Debian packages them apart; a shim of npm that does not run counts as none."""
    machine.has("node", "v24.1.0 /opt/node/bin/node")
    assert node.on_machine(machine.places) is None
    machine.has("npm", "not installed", code=127)
    assert node.on_machine(machine.places) is None


def test_npm_and_what_it_runs_find_the_same_node(machine: Machine) -> None:
    """GIVEN the machine's node WHEN it is linked THEN build/bin/npm puts it first on PATH."""
    real = machine.folder / "real-node"
    real.touch(mode=0o755)
    machine.has("node", f"v24.1.0 {real}")
    machine.has("npm", "11.0.0")
    step = node.step(machine.places, Progress(io.StringIO()))
    step.run(machine.places.stamps, Commands(Running(), machine.folder / "log", {}))
    assert (machine.places.bin / "node").resolve() == real
    assert (
        f'PATH="{machine.places.bin}:$PATH" exec "{machine.bin / "npm"}"'
        in (machine.places.bin / "npm").read_text()
    )
