"""`canary preflight` on the local cloud: clear before the first `up`, full of the stack's names after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.cli.preflight.names import Named, Then, physical

if TYPE_CHECKING:
    from tests.live.unit import Unit

OF_STACK = {one.name for one in physical(Named("huntaze", database=False)) if one.then is not Then.LEFT}


def test_every_name_of_a_stack_that_is_up_is_found(unit: Unit) -> None:
    """By the prefix alone: each with the stack whose tags it bears, or without any; exit code 3."""
    ran = unit.canary("--prefix", "huntaze", "preflight", "--json", named=True, code=3)
    found = {one["name"]: one["whose"] for one in ran.document["found"]}
    assert set(found) >= OF_STACK
    assert set(found.values()) <= {"stack rehearsal's", "cannot be told"}
    assert found["huntaze-mock-read"] == "stack rehearsal's"


def test_a_prefix_that_nothing_has_is_clear(unit: Unit) -> None:
    """As it is before the first `up`: exit code 0."""
    ran = unit.canary("--prefix", "another-unit", "preflight", named=True, code=0)
    assert ran.out.endswith("nothing is in the way of `pulumi up`.\n")
