"""Levels and settings: what is in the files, and how a wrong one is refused before anything is judged."""

from __future__ import annotations

from typing import Any

import pytest
from catalogue import catalogue
from configuration import faults
from ledger import Ledger

from tests.policy.harness import TODAY, Json, Pack, configuration, copied
from tests.policy.mutation.changes import put
from tests.policy.small_stack import small_stack

RULES = catalogue(Ledger(), lambda: TODAY)
STACKS = ("beta", "prod", "rehearsal")
LEVELS = {"advisory", "mandatory", "disabled"}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_says_the_level_of_every_rule(stack: str) -> None:
    """No rule is forgotten, and none is there that the pack does not have."""
    given = configuration(stack)

    assert set(given) == {rule.name for rule in RULES}
    levels = {v if isinstance(v, str) else v["enforcementLevel"] for v in given.values()}
    assert levels <= LEVELS


@pytest.mark.parametrize("stack", STACKS)
def test_the_files_are_right(stack: str) -> None:
    """Settings exist, and days do."""
    assert faults(_settings(configuration(stack)), RULES) == []


def test_only_production_protects_its_database() -> None:
    """The beta may be thrown away, production may not."""
    assert configuration("prod")["rds-prod-protected"]["enforcementLevel"] == "mandatory"
    assert configuration("beta")["rds-prod-protected"] == "disabled"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"lambda-tracing-activ": {}}, "there is no rule 'lambda-tracing-activ'; did you mean 'lambda-tr"),
        ({"lambda-log-retention": {"minDay": 3}}, "there is no setting 'minDay'; did you mean 'minDays'?"),
        ({"zzz": {}}, "there is no rule 'zzz'; there are: alarm-told-both-ways, canary-"),
        (
            {"iam-no-wildcard": {"exceptions": [{"resource": "x", "reason": "y", "expires": "2026-02-30"}]}},
            "the exception for 'x' expires on 2026-02-30, which is no day. Write it as YYYY-MM-DD.",
        ),
    ],
)
def test_what_the_engine_does_not_check_is_named(given: Json, says: str) -> None:
    """A misspelt rule or setting would leave the default in force, in silence."""
    assert any(says in fault for fault in faults(given, RULES))


def test_settings_change_what_a_rule_asks_for() -> None:
    """GIVEN a limit of 10 minutes THEN an alarm that looks at 10 passes."""
    resources = copied(small_stack())
    put("canary-errors", "evaluationPeriods", 2)(resources)

    assert [one.rule for one in Pack().judge(resources)] == ["rollback-alarm-sensitive"]
    assert Pack({"rollback-alarm-sensitive": {"maxMinutes": 10}}).judge(resources) == []


def test_a_disabled_rule_is_silent() -> None:
    """GIVEN a rule that is off THEN its violation is not even advised of."""
    resources = copied(small_stack())
    put("reader", "tracingConfig.mode", "PassThrough")(resources)

    assert Pack({"lambda-tracing-active": "disabled"}).judge(resources) == []


def _settings(given: Json) -> Json:
    return {name: _without_level(value) for name, value in given.items()}


def _without_level(value: Any) -> Json:
    return {} if isinstance(value, str) else {k: v for k, v in value.items() if k != "enforcementLevel"}
