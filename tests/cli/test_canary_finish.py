"""`canary finish`: what must hold first, and what to remove in which order."""

from __future__ import annotations

import ast
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from canary.cli.finish import finish
from tests.fakes.target import target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Canary
    from tests.fakes.account import Account

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"(?P<file>[\w/]+\.py)\b|(?P<folder>functions(?:/\w+)+)|`(?P<name>[A-Za-z_][\w.]*)[`(]")
"""A file of the repository, a folder of files that are named next, or a name in the file before it."""


def done(account: Account) -> None:
    """100 % for three days, and well."""
    account.ago(timedelta(days=3))
    account.canary(100)
    account.count(50_000, 50_000)
    account.alarms.earlier = {("Duration", "mock", "p95"): 10, ("Duration", "mock", "SampleCount"): 900}


def test_what_can_be_removed_is_printed_in_order(canary: Canary, account: Account) -> None:
    """GIVEN 100 % for three days and GO THEN the steps name this unit's own parts; nothing was changed."""
    done(account)
    calls = len(account.flags.versions["ramp"])
    result = canary("finish")
    assert result.exit_code == 0, result.output
    for part in ("prisma-read-shadow", "canary teardown", "canary-alarm", "canary/read/seed.py"):
        assert part in result.stdout
    assert result.stdout.index("functions/mock_read/service.py") < result.stdout.index("canary teardown")
    assert result.stdout.index("canary teardown") < result.stdout.index("Alarms last")
    assert len(account.flags.versions["ramp"]) == calls


def test_held_too_short_is_said_and_nothing_to_remove(canary: Canary, account: Account) -> None:
    """GIVEN 100 % for half an hour THEN not yet: exit code 3, no step is printed; --held-hours decides."""
    account.ago(timedelta(hours=2))
    account.canary(100)
    account.count(50_000, 50_000)
    account.alarms.earlier = {("Duration", "mock", "p95"): 10, ("Duration", "mock", "SampleCount"): 900}
    result = canary("finish")
    assert result.exit_code == 3
    assert "NO  100 % has been held for 48 hours: 2.0 hours" in result.stdout
    assert "nothing may be removed" in result.stdout
    assert json.loads(canary("finish", "--json").stdout)["steps"] == []
    assert canary("finish", "--held-hours", "1.9").exit_code == 0


def test_every_other_condition_keeps_it_from_being_done(canary: Canary, account: Account) -> None:
    """25 %, a latch, a bad verdict: each is named."""
    account.ago(timedelta(days=3))
    account.canary(25)
    assert "NO  everybody reads from Prisma: canary 25 %" in canary("finish").stdout
    done(account)
    account.count(50_000, 50_000, errors=5000)
    assert "NO  the verdict at 100 % is GO: NO-GO" in canary("finish").stdout
    done(account)
    account.latch()
    assert "NO  nobody has rolled back" in canary("finish").stdout


def test_without_a_mock_to_compare_with_the_one_before_is_taken(canary: Canary, account: Account) -> None:
    """GIVEN a fifth of the requests slower than the mock of the day before THEN found; no P95: undecided."""
    done(account)
    account.counted["Duration", "prisma", "TC(50.000:)"] = 10_000
    result = canary("finish")
    assert result.exit_code == 3
    assert "the verdict at 100 % is GO: INVESTIGATE" in result.stdout
    account.alarms.earlier = {("Requests", None, "Sum"): 900}
    assert "the verdict at 100 % is GO: INCONCLUSIVE" in canary("finish").stdout


def test_every_file_and_name_that_the_steps_speak_of_exists(account: Account) -> None:
    """GIVEN a unit that is done THEN each file is there, and each name in backticks is its file's own."""
    done(account)
    steps = finish(account, target()).steps  # type: ignore[arg-type]
    named = [each for step in steps for each in spoken_of(step)]
    assert {file.name for file, _ in named} >= {"service.py", "sides.py", "contract.py", "seed.py"}
    assert len({name for _, name in named if name}) >= 5
    for file, name in named:
        assert file.is_file(), file
        assert not name or name in defined(file), f"{name} in {file}"


def spoken_of(step: str) -> Iterator[tuple[Path, str]]:
    """Files that a step speaks of, each alone and once more with every name that follows it."""
    folder, file = "", ROOT
    for found in CODE.finditer(step):
        if found["folder"]:
            folder = found["folder"]
        elif found["file"]:
            file = ROOT / (found["file"] if "/" in found["file"] else f"{folder}/{found['file']}")
            yield file, ""
        elif found["name"] != "huntaze":
            yield file, found["name"]


def defined(file: Path) -> set[str]:
    """Names that a module defines or imports, and its classes' members as ``Class.member``."""
    found: set[str] = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ImportFrom):
            found |= {each.asname or each.name for each in node.names}
    return found
