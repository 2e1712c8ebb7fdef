"""Each rule: what passes, what fails, what it is not about, what it makes of unknown values."""

from __future__ import annotations

import functools
from datetime import date

import pytest
from catalogue import catalogue
from ledger import Ledger
from rule import ResourceRule, Rule

from tests.policy.building import resource, tagged
from tests.policy.cases import CASES, FAILS, OPEN, Case, allowing
from tests.policy.harness import TODAY, Pack, Said, copied
from tests.policy.more_cases import MORE_CASES
from tests.policy.mutation.changes import literal, put
from tests.policy.small_stack import small_stack

ALL = [*CASES, *MORE_CASES]
RULES = catalogue(Ledger(), lambda: TODAY)
JUDGING = [rule for rule in RULES if rule.name != "not-enforced"]
DECIDES_ALWAYS = {
    "canary-flag-baseline-left-alone",
    "lambda-alias-left-to-codedeploy",
    "rollback-chain-complete",
}
"""Rules that ask for no value that only an update knows: options and wiring are there in every preview."""


@functools.cache
def _pack() -> Pack:
    return Pack()


def _changed(case: Case) -> list[Said]:
    resources = copied(small_stack())
    case.change(resources)
    return _pack().judge(resources)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_rule_says_what_it_must(case: Case) -> None:
    """One change to a healthy stack stops it by the rule's name, or is left to the update, or is nothing."""
    said = _changed(case)

    stopped = [one.message for one in said if one.rule == case.rule and one.level == "mandatory"]
    opened = [
        one.message
        for one in said
        if one.rule == "not-enforced" and one.message.startswith(f"{case.rule}: cannot be known")
    ]
    assert bool(stopped) is (case.expects == FAILS), stopped
    assert bool(opened) is (case.expects == OPEN), opened
    assert case.says in " ".join(stopped + opened)


def test_a_healthy_stack_is_stopped_by_no_rule() -> None:
    """Everything known and wired: nothing is said at all, and every rule but the account's is about it."""
    assert _pack().judge(small_stack()) == []
    assert _pack().not_applicable(small_stack()) == {"not-enforced"}


def test_a_stack_of_other_things_is_not_what_the_rules_are_about() -> None:
    """A bucket with tags is no canary: rules about stacks say that they do not apply, and nothing else."""
    bucket = [resource("aws:s3/bucket:Bucket", "things", tagged(bucket="things"))]

    assert _pack().judge(bucket) == []
    about_stacks = {rule.name for rule in RULES if not isinstance(rule, ResourceRule)}
    assert _pack().not_applicable(bucket) == about_stacks


@pytest.mark.parametrize("rule", [r for r in RULES if isinstance(r, ResourceRule)], ids=lambda r: r.name)
def test_a_rule_about_resources_ignores_other_types(rule: ResourceRule) -> None:
    """A resource of another type is not judged, whatever its properties are called."""
    healthy = next(one for one in small_stack() if one["type"] in rule.types)
    stranger = {**healthy, "type": "random:index/thing:Thing", "inputs": {}}

    assert [one for one in _pack().about(stranger) if one.rule == rule.name] == []


@pytest.mark.parametrize("rule", JUDGING, ids=lambda rule: rule.name)
def test_every_rule_has_cases_of_every_kind(rule: Rule) -> None:
    """Failing and unknown for every rule; passing and irrelevant are tested for all at once."""
    kinds = {case.expects for case in ALL if case.rule == rule.name}

    assert FAILS in kinds
    assert OPEN in kinds or rule.name in DECIDES_ALWAYS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_its_paperwork(rule: Rule) -> None:
    """Name, description, reason, remedy, document and framework are there."""
    assert rule.name == rule.name.lower()
    assert " " not in rule.name
    assert rule.description.endswith(".")
    assert rule.why.endswith(".")
    assert rule.remediation
    assert rule.url.startswith("https://")
    assert rule.framework.specification


def test_an_end_date_is_compared_with_the_day_it_is_judged() -> None:
    """The same function is refused when its runtime's support is about to end."""
    function = next(one for one in small_stack() if one["name"] == "reader")

    late = Pack(today=date(2029, 5, 1)).about(function)
    assert any("support of which ends on 2029-06-30" in one.message for one in late)
    assert Pack(today=date(2028, 1, 1)).about(function) == []


@pytest.mark.parametrize(("name", "stopped"), [("CodeDeployHook_x", False), ("hook", True)])
def test_codedeploy_may_invoke_its_hook_by_name(name: str, *, stopped: bool) -> None:
    """A hook's function is named without a qualifier, whatever aliases it has; other functions are not."""
    resources = copied(small_stack())
    hook_arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    for change in (
        put("reader", "name", name),
        literal("codedeploy-policy", "policy", allowing("lambda:InvokeFunction", hook_arn)),
    ):
        change(resources)

    said = [one for one in _pack().about_stack(resources) if one.rule == "lambda-served-through-alias"]

    assert bool(said) is stopped
