"""Verbs whose work has its own tests, as they are typed: queries, traces, cost, prune, release, teardown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from canary.cli.commands import prune, release, teardown
from canary.cli.release.plan import Plan
from canary.cli.release.prune import Pruned
from canary.cli.release.release import Override, Released
from canary.cli.teardown import TornDown

if TYPE_CHECKING:
    from tests.cli.conftest import Canary
    from tests.fakes.account import Account

ROOT = Path(__file__).resolve().parents[2]


def test_a_saved_query_is_run_by_its_number(canary: Canary, account: Account) -> None:
    """GIVEN eight saved queries THEN they are listed, and one is run and its rows printed."""
    assert canary("queries", "list").stdout.splitlines() == [f"{number}-query" for number in range(1, 9)]
    result = canary("queries", "run", "1", "--since", "30m")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1:] == ["requests", "3000"]
    assert json.loads(canary("queries", "run", "2-query", "--json").stdout)["rows"] == [{"requests": "3000"}]


def test_a_query_about_one_user_wants_a_pseudonym(canary: Canary, account: Account) -> None:
    """Without one it is refused; with one it is asked for exactly that user."""
    assert "give --user and a pseudonym" in canary("queries", "run", "6").stderr
    assert canary("queries", "run", "6", "--user", "0123456789abcdef").exit_code == 0
    assert account.logs.asked == ['filter userId = "0123456789abcdef"']


def test_traces_are_asked_for_by_annotation(canary: Canary, account: Account) -> None:
    """GIVEN --canary --errors THEN hidden failures are among what is asked for, and the filter is shown."""
    result = canary("traces", "--canary", "--errors", "--slow", "0.5")
    assert result.exit_code == 0, result.output
    assert "annotation[canary] = true" in account.xray.expressions[0]
    assert "canaryError" in account.xray.expressions[0]
    assert "responsetime >= 0.5" in account.xray.expressions[0]
    assert json.loads(canary("traces", "--json").stdout)["traces"]


def test_cost_needs_a_stack_and_no_aws(canary: Canary, account: Account) -> None:
    """GIVEN the project's folder THEN the estimate is printed and no call is made."""
    result = canary("cost", "--project", str(ROOT), "--requests", "100000", "--hours", "730", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["usd"] > 0
    assert not account.script.calls
    assert canary("cost", "--project", "/nowhere").exit_code == 1


def released(outcome: str) -> Released:
    """What the release came to."""
    plan = Plan.__new__(Plan)
    object.__setattr__(plan, "function", "mock-read")
    object.__setattr__(plan, "alias", "live")
    return Released(outcome, plan, "d-1", "2", "an alarm")


@pytest.mark.parametrize(("outcome", "code"), [("released", 0), ("rolled back", 1), ("still going on", 3)])
def test_a_release_ends_with_its_outcomes_code(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch, outcome: str, code: int
) -> None:
    """GIVEN a release THEN options reach it, the trail has it, and the exit code says how it ended."""
    asked: dict[str, Any] = {}

    def run(_clients: Any, _target: Any, **wanted: Any) -> Released:
        asked.update(wanted)
        return released(outcome)

    monkeypatch.setattr(release, "run", run)
    words = ("--override-alarm", "it mends it", "--override-minutes", "30", "--again", "--to", "7")
    result = canary("release", "--reason", "fix", *words)
    assert result.exit_code == code
    assert asked["override"] == Override("it mends it", 30)
    assert (asked["to"], asked["again"], asked["unchecked"]) == ("7", True, False)
    began, done = account.trail()
    assert began["after"]["override"] == "it mends it"
    assert done["after"] == {"outcome": outcome, "deployment": "d-1", "version": "2"}


def test_prune_and_teardown_are_written_down_and_confirmed(
    canary: Canary, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run asks nothing; the rest is confirmed in prod."""
    runs: list[str] = []

    def pruned(*_: Any, dry_run: bool = False, **__: Any) -> Pruned:
        runs.append("prune")
        return Pruned({"mock-read": ["1"]}, {"mock-read": {"2": "live"}}, dry_run)

    def torn(*_: Any, **__: Any) -> TornDown:
        runs.append("teardown")
        return TornDown({"ramp": [3]}, [], latch=False)

    monkeypatch.setattr(prune, "run", pruned)
    monkeypatch.setattr(teardown, "run", torn)
    assert "would delete 1" in canary("prune", "--dry-run", stack="prod").stdout
    assert canary("prune", stack="prod", keys="no\n").exit_code == 1
    assert canary("teardown", stack="prod", keys="no\n").exit_code == 1
    assert runs == ["prune"]
    assert canary("prune").exit_code == 0
    assert json.loads(canary("teardown", "--json").stdout)["versions"] == {"ramp": [3]}
    assert [entry["verb"] for entry in account.trail()] == ["prune", "prune", "teardown", "teardown"]
