"""The preview's words and exit codes; what the engine really says is tested with the policies."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from canary.cli.stack_file import content_of
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"config: [", "is not YAML"),
        (b"", "is empty"),
        (b"config:\n", "has nothing below config:"),
        (b"config: 5", "holds no YAML mapping"),
        (b"config: {1: 2}", "holds no YAML mapping"),
        (b"\xff\xfe", "is no text in UTF-8"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_stacks_file_that_cannot_be_used_is_one_sentence(
    content: bytes | None,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With its name, before the engine is started."""
    if content is not None:
        (tmp_path / "Pulumi.beta.yaml").write_bytes(content)
    monkeypatch.setattr(toolchain, "ROOT", tmp_path)
    monkeypatch.setattr(toolchain, "find", lambda: None)
    assert main(["beta"]) == UNUSABLE
    told = capsys.readouterr().err.splitlines()[-1]
    assert "Pulumi.beta.yaml" in told
    assert said in told


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("bakeMinutes: 99999999999999999999", "bakeMinutes = '99999999999999999999': must be a whole number"),
        ("bakeMinutes: 12.5", "bakeMinutes = '12.5': must be a whole number"),
        ("owner: {a: 1}", "owner = '{\"a\": 1}': must be at most 256 letters"),
        ("owner:", "owner = '': must be at most 256 letters"),
        ("protect: 1", "protect = '1': must be true or false"),
        ("prefix: 2024-01-01", "prefix = '2024-01-01': must be small letters"),
    ],
)
def test_the_programs_own_words_come_before_the_engines(
    written: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """GIVEN a value of the wrong kind THEN key, value and what is allowed are said before any engine."""
    beta = (toolchain.ROOT / "Pulumi.beta.yaml").read_text()
    (tmp_path / "Pulumi.beta.yaml").write_text(f"{beta}  huntaze-read-migration:{written}\n")
    monkeypatch.setattr(toolchain, "ROOT", tmp_path)
    monkeypatch.setattr(toolchain, "find", lambda: None)
    monkeypatch.setattr(preview, "Engine", None)
    assert main(["beta"]) == REFUSED
    shown = capsys.readouterr().out
    assert f"huntaze-read-migration:{said}" in shown
    assert shown.endswith("REFUSED\n")


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_a_stacks_file_as_it_ships_is_left_to_the_engine(stack: str) -> None:
    """Texts and numbers alike; an encrypted value is not judged here."""
    values = content_of(toolchain.ROOT / f"Pulumi.{stack}.yaml")["config"]
    assert not preview.unusable(stack, values)
    assert not preview.unusable(
        stack, {**values, "huntaze-read-migration:bakeMinutes": 12.0, "aws:profile": "x"}
    )
    assert not preview.unusable(stack, {**values, "huntaze-read-migration:owner": {"secure": "AAAB"}})
    assert "namespace" in preview.unusable(stack, {**values, "huntaze-read-migraton:protect": True})
