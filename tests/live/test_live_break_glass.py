"""The playbook's break-glass lines, run by a shell with AWS's own command line on a stack that is up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docs import break_glass, commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live.unit import Unit

pytestmark = pytest.mark.slow

BESIDE_PYTHON = Path(sys.executable).parent
"""Where `aws` is: AWS's command line from PyPI, in this environment."""


def shell(unit: Unit, lines: str) -> str:
    """Run lines as they are typed; returns what they print.

    Raises:
        AssertionError: One of them failed.
    """
    folder = unit.work / "glass"
    folder.mkdir(exist_ok=True)
    path = f"{BESIDE_PYTHON}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", lines],
        cwd=folder,
        env={**unit.environment, "PATH": path, "AWS_PAGER": "", "CANARY_CALLS": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def broken(unit: Unit) -> Iterator[Unit]:
    """GIVEN a canary that is on WHEN the lines are run as they stand; afterwards the rollback is ended."""
    unit.canary("enable", "--percentage", "5", "--shadow", "100", "--reason", "a canary", code=0)
    (block,) = commands.blocks(break_glass.playbook(), "break-glass")
    shell(unit, block)
    yield unit
    unit.canary("resume", "--reason", "the glass is swept up", code=0)
    unit.canary("enable", "--percentage", "0", "--shadow", "0", "--reason", "into the trail", code=0)


def test_users_are_off_and_everybody_sees_it(broken: Unit) -> None:
    """THEN the kill switch is served on, the ramp is off, and `canary status` sees the latch."""
    served = json.loads((broken.work / "glass" / "served.json").read_text())
    assert served == {"prismaKill": {"enabled": True}}
    status = broken.canary("status", "--json", code=3).document
    assert (status["phase"], status["killed"]) == ("rolled back", True)
    assert status["ramp"] == {"percentage": 0, "shadow": 0}
    assert status["latch"]["reason"] == "break glass, by hand"


def test_a_latch_made_by_hand_does_not_say_what_nobody_wrote(broken: Unit) -> None:
    """THEN there is no name and no time in its line, and no gap where they would be."""
    (line,) = [line for line in broken.canary("status").out.splitlines() if line.startswith("latch")]
    assert line.startswith("latch        by hand, ")
    assert line.endswith(": break glass, by hand")


def test_nobody_turns_it_on_behind_the_latch(broken: Unit) -> None:
    """THEN `enable` refuses and says how it ends."""
    refused = broken.canary("enable", "--percentage", "1", "--reason", "eager", code=1)
    assert "canary resume" in refused.err


def test_the_alias_is_moved_by_hand_as_the_playbook_says(broken: Unit) -> None:
    """The lines about the alias move it, with its own version and revision filled in."""
    get, update = (
        str(command).partition(": ")[2]
        for command in commands.commands()
        if command.words[:2] == ("aws", "lambda")
    )
    alias = json.loads(shell(broken, get))
    filled = update.replace("--function-version 3", f"--function-version {alias['FunctionVersion']}")
    moved = json.loads(shell(broken, filled.replace("REVISION", alias["RevisionId"])))
    assert moved["FunctionVersion"] == alias["FunctionVersion"]
