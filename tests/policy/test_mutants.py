"""Beta and prod hold under the pack, and no single weakening of them does."""

from __future__ import annotations

import functools

import pytest

from tests.policy.harness import Pack, captured, configuration
from tests.policy.mutants import STACKS, Laboratory, Result, living, report
from tests.policy.mutation import MUTANTS

FEWEST = 100
"""Mutants that there must be, so that nobody mends a survivor by removing it."""


@functools.cache
def _laboratory(stack: str) -> Laboratory:
    return Laboratory(stack)


@pytest.mark.parametrize("stack", STACKS)
def test_a_healthy_stack_is_stopped_by_nothing(stack: str) -> None:
    """Nothing mandatory is said about beta and prod as they are."""
    assert _laboratory(stack).complaints() == []


@pytest.mark.parametrize("stack", STACKS)
def test_only_unknown_documents_are_left_open(stack: str) -> None:
    """In a preview of an empty stack the pack cannot read IAM documents, and says so; all else it decides."""
    said = Pack(configuration(stack)).judge(captured(stack))

    assert {one.rule for one in said} == {"not-enforced"}
    assert {one.message.partition(":")[0] for one in said} == {
        "guard-can-act",
        "iam-no-wildcard",
        "iam-pass-role-scoped",
    }
    assert all("(policy)" in one.message for one in said)


@pytest.mark.parametrize("stack", STACKS)
def test_every_mutant_is_caught_by_the_rule_meant_for_it(stack: str) -> None:
    """A weakened stack is stopped in its preview, by name; a survivor fails, and is named."""
    results: list[Result] = [_laboratory(stack).run(mutant) for mutant in living(stack)]

    assert len(results) >= FEWEST
    assert [report(result) for result in results if not result.caught] == []
    assert all(" must " in message for result in results for message in result.messages)


def test_every_rule_about_stacks_has_mutants() -> None:
    """No rule is without a mutant that it alone is meant to catch."""
    rules = set(configuration("prod")) - {"not-enforced"}

    assert {mutant.rule for mutant in MUTANTS} == rules


def test_mutants_have_titles_of_their_own() -> None:
    """Two mutants of one title could hide one survivor."""
    titles = [(mutant.rule, mutant.title) for mutant in MUTANTS]

    assert len(titles) == len(set(titles))
