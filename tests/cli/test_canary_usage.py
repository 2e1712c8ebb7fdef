"""What the command says to somebody who names no unit, or names it in the wrong place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from canary.cli.__main__ import app

if TYPE_CHECKING:
    from pathlib import Path

NONE = {"CANARY_STACK": "", "CANARY_OUTPUTS": "", "AWS_ENDPOINT_URL": ""}


def run(*words: str) -> Any:
    """Type a command where no unit is named by the environment."""
    return CliRunner().invoke(app, list(words), env=NONE)


def test_cost_needs_no_unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN no unit, in any folder WHEN asked what it costs THEN prod's file answers, and that is said."""
    monkeypatch.chdir(tmp_path)
    result = run("cost", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["stack"] == "prod"
    assert result.stderr == "No unit is named: this is stack prod's. Another: canary --stack NAME cost.\n"


def test_cost_of_a_named_stack_is_that_stacks() -> None:
    """GIVEN --stack beta THEN its file is read, Pulumi is not asked, and nothing has to be said."""
    result = run("--stack", "beta", "cost")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1].startswith("US dollars, stack beta, us-east-1, ")
    assert result.stderr == ""


def test_cost_reads_the_project_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a folder with a Pulumi.yaml of its own and no stack in it THEN that is what cannot be read."""
    (tmp_path / "Pulumi.yaml").write_text("name: own\n")
    monkeypatch.chdir(tmp_path)
    result = run("cost")
    assert result.exit_code == 1
    assert "Pulumi.prod.yaml cannot be read" in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("status", "--stack", "beta"), "canary --stack … status …"),
        (("verdict", "--outputs=o.json"), "canary --outputs o.json verdict …"),
        (("queries", "run", "1", "--prefix", "huntaze"), "canary --prefix … queries …"),
    ],
)
def test_an_option_after_the_verb_that_belongs_before_it_says_so(words: tuple[str, ...], says: str) -> None:
    """Wrong usage, exit code 2, with the right order."""
    result = run(*words)
    assert result.exit_code == 2
    told = " ".join(result.stderr.replace("│", " ").split())
    assert "stands before the verb" in told
    assert says in told
