"""Whatever is not known yet, no rule gives up half-way: the SDK would turn it advisory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy
from values import UNKNOWN, has_unknown, inside, plain

from tests.policy.harness import Json, Pack, captured, configuration, copied
from tests.policy.small_stack import small_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDES = ("inputs", "properties")
Path = tuple[str | int, ...]


def paths(value: Any, above: Path = ()) -> Iterator[Path]:
    """Where each value of a resource stands, at any depth."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for key, item in items:
        yield (*above, key)
        yield from paths(item, (*above, key))


def _blinded(resource: Json, path: Path) -> None:
    for side in SIDES:
        holder = resource[side]
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = UNKNOWN_STRING_VALUE


@pytest.mark.parametrize("name", [one["name"] for one in small_stack()])
def test_one_unknown_value_ends_no_rule(name: str) -> None:
    """Each value of a resource, at any depth, may be unknown by itself."""
    pack, healthy = Pack(), small_stack()
    inputs = next(one for one in healthy if one["name"] == name)["inputs"]

    for path in paths(inputs):
        resources = copied(healthy)
        changed = next(one for one in resources if one["name"] == name)
        _blinded(changed, path)
        messages = [one.message for one in pack.about(changed) + pack.about_stack(resources)]
        assert [message for message in messages if "can't run policy" in message] == []


@pytest.mark.parametrize("stack", ["beta", "prod"])
def test_unknown_values_everywhere_end_no_rule(stack: str) -> None:
    """All values of all resources may be unknown at once, and what was made from what still speaks."""
    blind = captured(stack)
    for one in blind:
        for side in SIDES:
            one[side] = dict.fromkeys(one[side], UNKNOWN_STRING_VALUE)

    said = Pack(configuration(stack)).judge(blind)

    assert [one.message for one in said if "can't run policy" in one.message] == []


def test_an_unknown_value_is_neither_true_nor_false() -> None:
    """A rule that takes an unknown value for a known one fails loudly in these tests."""
    with pytest.raises(TypeError, match="not known yet"):
        bool(UNKNOWN)


def test_what_holds_an_unknown_value_is_known_around_it() -> None:
    """A list of two unknown things has two things; below an unknown thing everything is unknown."""
    value = plain(unknown_checking_proxy({"list": [UNKNOWN_STRING_VALUE, 1], "whole": UNKNOWN_STRING_VALUE}))

    assert value == {"list": [UNKNOWN, 1], "whole": UNKNOWN}
    assert inside(value, "whole", "anything", 3) is UNKNOWN
    assert inside(value, "list", 1) == 1
    assert inside(value, "list", 2) is None
    assert has_unknown(value)
