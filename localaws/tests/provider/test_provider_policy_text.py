"""Policies in the forms that services give them back in are the same to the provider; others are not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.provider.policy_text import equivalent, given_back, kept

NAMES = st.sampled_from(["sns:Publish", "kms:Sign", "s3:Get*", "arn:aws:sns:us-east-1:123456789012:t", "*"])
ACCOUNTS = st.sampled_from(["123456789012", "arn:aws:iam::210987654321:root", "*"])


def one_or_list(values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """As policies have it."""
    return values | st.lists(values, min_size=1, max_size=4)


STATEMENTS = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": one_or_list(NAMES)},
    optional={
        "Sid": st.text("ab", max_size=2),
        "Resource": one_or_list(NAMES),
        "Principal": st.just("*")
        | st.fixed_dictionaries({}, optional={"AWS": one_or_list(ACCOUNTS), "Service": one_or_list(NAMES)}),
        "Condition": st.dictionaries(
            st.sampled_from(["ArnEquals", "StringEquals"]),
            st.dictionaries(st.sampled_from(["aws:SourceArn", "aws:SourceAccount"]), one_or_list(NAMES)),
        ),
    },
)
POLICIES = st.fixed_dictionaries(
    {"Statement": STATEMENTS | st.lists(STATEMENTS, max_size=3)},
    optional={"Version": st.just("2012-10-17"), "Id": st.just("x")},
)


@given(POLICIES)
def test_what_a_service_gives_back_is_the_policy_it_was_given(policy: dict[str, Any]) -> None:
    """GIVEN any policy WHEN given back in the service's form THEN the provider keeps its own text."""
    text = json.dumps(policy, indent=2)
    assert equivalent(text, given_back(text))
    assert kept(text, given_back(text)) == text


@given(POLICIES, st.data())
def test_a_statement_that_is_changed_is_a_difference(policy: dict[str, Any], data: st.DataObject) -> None:
    """GIVEN any policy WHEN one statement allows something else THEN the live text is shown."""
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    if not statements:
        return
    at = data.draw(st.integers(0, len(statements) - 1))
    key = data.draw(st.sampled_from(["Action", "Resource", "Effect", "Sid"]))
    other = [*statements[:at], {**statements[at], key: "another"}, *statements[at + 1 :]]
    changed = json.dumps({**policy, "Statement": other})
    assert kept(json.dumps(policy), changed) == changed


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"Statement": "x"}', '{"Statement": ["x"]}', "null"])
def test_what_is_no_policy_is_compared_as_it_is(text: str) -> None:
    """Neither changed nor taken for another."""
    assert given_back(text) == text
    assert equivalent(text, text)
    assert not equivalent(text, json.dumps({"Statement": []}))


@pytest.mark.parametrize(
    ("one", "other"),
    [({"Version": "2012-10-17"}, {}), ({"Id": "a"}, {"Id": "b"})],
    ids=["version", "id"],
)
def test_version_and_id_are_compared(one: dict[str, str], other: dict[str, str]) -> None:
    """A service that added one would be seen."""
    assert not equivalent(json.dumps({**one, "Statement": []}), json.dumps({**other, "Statement": []}))
