"""What the command says to somebody who names no unit, or names it in the wrong place."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from canary.cli import addresses
from canary.cli.__main__ import app
from canary.cli.errors import OpsError
from settings import Settings
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Canary

NONE = {"CANARY_STACK": "", "CANARY_OUTPUTS": "", "AWS_ENDPOINT_URL": ""}
LONG = "x y " * 25_000


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


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ramp", "--reason", "x", "--at", "abc"), "--at abc: must be percentages"),
        (("ramp", "--reason", "x", "--at", "\u0661"), "--at \u0661: must be percentages"),
        (("ramp", "--reason", "x", "--at", "1_0"), "--at 1_0: must be percentages"),
        (("audit", "--since", "5x"), "'5x' is no moment"),
        (("audit", "--since", "1999-01-01"), "is before 2006"),
        (("audit", "--since", "2999-01-01"), "is in the future"),
        (("logs", "--function", "nope"), "must be one of mock, prisma"),
        (("queries", "run", "99"), "99 is no saved query"),
        (("queries", "run", "6", "--user", "x'; drop"), "16 hexadecimal digits"),
        (("traces", "--user", "nope"), "16 hexadecimal digits"),
        (("open", "nowhere"), "must be one of dashboard"),
        (("enable", "--reason", "x", "--percentage", "\u0661"), "'--percentage'"),
        (("enable", "--reason", "x", "--percentage", "1_0"), "must be a number"),
        (("release", "--reason", "x", "--to", ""), "--to is empty"),
        (("cost", "--project", ""), "--project is empty"),
        (("logs", "--filter", " "), "--filter is empty"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(canary: Canary, words: tuple[str, ...], says: str) -> None:
    """Exit code 2, with what is allowed."""
    result = canary(*words)
    assert result.exit_code == 2, result.output
    assert says in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize("verb", [("audit",), ("logs",), ("traces",), ("queries", "run", "1"), ("verdict",)])
@pytest.mark.parametrize(
    "window",
    [
        ("--since", "2020-01-01", "--until", "2019-01-01"),
        ("--since", "0s"),
        ("--since", "1h", "--until", "1h"),
    ],
)
def test_an_empty_window_is_refused_by_every_verb(
    canary: Canary, verb: tuple[str, ...], window: tuple[str, ...]
) -> None:
    """GIVEN a window that ends where it begins, or before THEN it is said, and nothing is found in it."""
    result = canary(*verb, *window)
    assert result.exit_code == 2, result.output
    assert "is empty" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "--since", LONG),
        ("queries", "run", LONG),
        ("status", LONG),
        (LONG,),
        (f"--{LONG}",),
        ("traces", "--user", LONG),
    ],
)
def test_what_is_very_long_is_not_said_again_whole(canary: Canary, words: tuple[str, ...]) -> None:
    """GIVEN 100 kB of text THEN its beginning is quoted, and what to do is still said."""
    result = canary(*words)
    assert result.exit_code == 2
    assert len(result.stderr) < 3000
    assert "are left out" in " ".join(result.stderr.replace("│", " ").split())


def test_a_prefix_that_is_none_is_refused_before_aws_is_asked() -> None:
    """GIVEN --prefix Bad_ THEN wrong usage, whoever is signed in."""
    result = run("--prefix", "Bad_", "status")
    assert result.exit_code == 2
    assert "--prefix 'Bad_' is no unit's prefix" in result.stderr


@fuzz(300)
@given(st.one_of(st.text("abAB01-_.", max_size=34), st.text(max_size=4)))
def test_a_prefix_is_what_a_stack_takes(text: str) -> None:
    """The command and the stack's setting agree on every text."""
    kind = next(field for field in fields(Settings) if field.name == "prefix").metadata["kind"]
    try:
        taken = kind.parse(text) == text
    except ValueError:
        taken = False
    if taken:
        assert addresses.prefix(text, "--prefix") == text
    else:
        with pytest.raises(OpsError, match="is no unit's prefix"):
            addresses.prefix(text, "--prefix")


def test_who_is_not_signed_in_is_told_how(tmp_path: Path) -> None:
    """GIVEN no credentials anywhere THEN what to do is said beside botocore's own words."""
    nowhere = {
        "AWS_ACCESS_KEY_ID": None,
        "AWS_SECRET_ACCESS_KEY": None,
        "AWS_PROFILE": None,
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    result = CliRunner().invoke(app, ["--prefix", "huntaze", "status"], env=NONE | nowhere)
    assert result.exit_code == 1
    assert "Unable to locate credentials" in result.stderr
    assert "aws sso login" in result.stderr
