"""Fixture: previews by the real engine, with the real program and pack, of a stack that is not up yet."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

Breaking = dict[str, dict[str, Any]]


@pytest.fixture
def previewed() -> Callable[[str, Breaking], dict[str, Any]]:
    """Preview a stack whose program is broken in the given places."""

    def run(stack: str, breaking: Breaking) -> dict[str, Any]:
        command = [sys.executable, "-m", "tests.policy_engine.broken", stack, json.dumps(breaking)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        outcome: dict[str, Any] = json.loads(done.stdout)
        assert outcome["unmet"] == [], "the program has no resources of these names any more"
        return outcome

    return run
