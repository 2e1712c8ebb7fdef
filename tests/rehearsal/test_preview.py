"""The preview's words and exit codes; what the engine really says is tested with the policies."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from rehearsal import preview, toolchain
from rehearsal.engine import Outcome, Violation
from rehearsal.preview import CLEAN, REFUSED, UNUSABLE, as_dict, lines, main

if TYPE_CHECKING:
    from pathlib import Path


def planned(*violations: Violation, failed: bool = False) -> Outcome:
    """A plan for two new resources."""
    return Outcome(
        changes=Counter(create=2),
        planned=[
            ("create", "aws:lambda/function:Function", "unit-mock-read"),
            ("create", "aws:sns/topic:Topic", "unit-topic"),
        ],
        violations=list(violations),
        packs={"canary-migration": "1.0.0"},
        failed=failed,
    )


MANDATORY = Violation("lambda-tracing-active", "mandatory", "unit-mock-read must be traced")
ADVISORY = Violation("log-retention", "advisory", "keep logs longer")


def test_a_plan_that_stands_is_told_by_service() -> None:
    """Counts first, then each resource under its service, then the policies."""
    shown = lines("beta", planned())
    assert shown[0] == "Plan for beta: 2 to create"
    topic = shown.index("  aws:sns")
    assert shown[topic + 1].split() == ["+", "Topic", "unit-topic"]
    assert "Policies: canary-migration 1.0.0" in shown
    assert shown[-1] == "The plan stands: every mandatory policy holds."


@pytest.mark.parametrize(
    ("outcome", "last"),
    [
        (planned(ADVISORY), "The plan stands: every mandatory policy holds."),
        (planned(MANDATORY), "REFUSED"),
        (planned(failed=True), "REFUSED"),
    ],
)
def test_only_what_is_mandatory_refuses(outcome: Outcome, last: str) -> None:
    """In words and as data alike."""
    assert lines("prod", outcome)[-1] == last
    document = json.loads(json.dumps(as_dict("prod", outcome)))
    assert document["refused"] is (last == "REFUSED")
    assert [one["rule"] for one in document["violations"]] == [one.rule for one in outcome.violations]
    assert document["plan"][1] == {"operation": "create", "type": "aws:sns/topic:Topic", "name": "unit-topic"}


def test_a_plan_without_a_pack_says_so() -> None:
    """Nobody takes silence for a yes."""
    outcome = planned()
    outcome.packs = {}
    assert "Policies: NO PACK WAS ENFORCED" in lines("beta", outcome)


@pytest.mark.parametrize(
    "arguments", [[], ["staging"], ["beta", "--config", "prefix"], ["beta", "--config", "=x"]]
)
def test_arguments_that_make_no_sense_end_with_2_and_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, before anything is started."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert "usage: python -m rehearsal.preview" in shown.err
    assert not shown.out


def test_a_machine_that_is_not_set_up_ends_with_2_and_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that is missing is named."""
    monkeypatch.setattr(toolchain, "ROOT", tmp_path)
    assert main(["beta"]) == UNUSABLE
    said = capsys.readouterr().err
    assert "the Pulumi CLI (build/bin/pulumi)" in said
    assert said.endswith("Run: make setup\n")


@pytest.mark.parametrize(("outcome", "code"), [(planned(), CLEAN), (planned(MANDATORY), REFUSED)])
def test_the_exit_code_says_whether_the_plan_stands(
    outcome: Outcome, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Data alone on stdout, so that it can be piped."""
    monkeypatch.setattr(toolchain, "find", lambda: None)
    monkeypatch.setattr(preview, "preview", lambda _stack, _config: outcome)
    assert main(["beta", "--json"]) == code
    assert json.loads(capsys.readouterr().out) == as_dict("beta", outcome)
