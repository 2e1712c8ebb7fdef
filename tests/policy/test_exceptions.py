"""Exceptions: one resource, a reason, a last day; said aloud while they hold, and ignored afterwards."""

from __future__ import annotations

from datetime import date, timedelta

from tests.policy.harness import TODAY, Json, Pack, Said, copied
from tests.policy.mutation.changes import drop, gone
from tests.policy.small_stack import small_stack

RULE = "lambda-tracing-active"
REASON = "traced by an agent of its own"


def _exception(resource: str = "reader", expires: date = TODAY) -> Json:
    entry = {"resource": resource, "reason": REASON, "expires": expires.isoformat()}
    return {RULE: {"exceptions": [entry]}}


def _about(resource: str) -> str:
    return f"{RULE}: the exception for '{resource}' ({REASON})"


def _untraced() -> list[Json]:
    resources = copied(small_stack())
    drop("reader", "tracingConfig")(resources)
    return resources


def _judged(configuration: Json, resources: list[Json]) -> tuple[list[Said], list[str]]:
    said = Pack(configuration).judge(resources)
    return [one for one in said if one.level == "mandatory"], [
        one.message for one in said if one.level == "advisory"
    ]


def test_an_exception_lets_one_resource_pass_and_is_reported() -> None:
    """GIVEN an exception until today THEN nothing stops the update, and the report says why."""
    stopped, reported = _judged(_exception(), _untraced())

    assert stopped == []
    assert reported == [f"{_about('reader')} lets 1 violation pass until {TODAY.isoformat()}."]


def test_an_expired_exception_is_ignored_and_reported() -> None:
    """GIVEN an exception until yesterday THEN the rule stops the update, and says when it expired."""
    yesterday = TODAY - timedelta(days=1)

    stopped, reported = _judged(_exception(expires=yesterday), _untraced())

    assert [one.rule for one in stopped] == [RULE]
    assert f"(An exception for it expired on {yesterday.isoformat()}.)" in stopped[0].message
    assert reported == [f"{_about('reader')} expired on {yesterday.isoformat()} and is ignored. Remove it."]


def test_an_exception_is_for_its_resource_only() -> None:
    """GIVEN an exception for another function THEN the rule stops the update, and the exception is unused."""
    stopped, reported = _judged(_exception("guard"), _untraced())

    assert [one.rule for one in stopped] == [RULE]
    unused = "is not needed: nothing violates the rule there. Remove it."
    assert reported == [f"{_about('guard')} {unused}"]


def test_an_exception_may_name_a_urn() -> None:
    """Where two resources share a name, the URN says which is meant."""
    resources = _untraced()
    urn = next(one["urn"] for one in resources if one["name"] == "reader")

    stopped, _ = _judged(_exception(urn), resources)

    assert stopped == []


def test_an_exception_to_a_rule_about_the_stack_names_the_resource_that_is_found() -> None:
    """GIVEN a chain without its permission THEN an exception for the alarm lets that one finding pass."""
    resources = copied(small_stack())
    gone("alarm-may-invoke")(resources)
    entry = {"resource": "canary-errors", "reason": "permitted by another stack", "expires": "2027-01-01"}

    stopped, reported = _judged({"rollback-chain-complete": {"exceptions": [entry]}}, resources)

    assert stopped == []
    assert "lets 1 violation pass until 2027-01-01" in reported[0]


def test_a_rule_keeps_no_account_from_one_run_to_the_next() -> None:
    """What was reported once is not reported again by the same process: it was about another run."""
    pack = Pack(_exception())
    pack.judge(_untraced())

    assert [one for one in pack.about_stack([]) if "violation pass" in one.message] == []
