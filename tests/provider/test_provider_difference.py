"""What an update changes, what it replaces, and what a refresh brings in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.provider.difference import difference, reconciled, refreshed, same
from rehearsal.provider.schema import schema_of
from rehearsal.provider.types import TYPES
from rehearsal.provider.wire import DEFAULTS, UNKNOWN, Blob

ALIAS = TYPES["aws:lambda/alias:Alias"]
FUNCTION = TYPES["aws:lambda/function:Function"]
GROUP = TYPES["aws:cloudwatch/logGroup:LogGroup"]
OLD = {"functionName": "f", "functionVersion": "1", "name": "live"}
NAMES = schema_of(ALIAS.token).inputs.kinds

VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def test_equal_inputs_change_nothing() -> None:
    """GIVEN the same inputs, notes of defaults aside WHEN compared THEN nothing changes."""
    assert not difference(ALIAS, {**OLD, DEFAULTS: []}, {**OLD, DEFAULTS: ["name"], "description": None}).keys


def test_each_kind_of_change_is_told_apart() -> None:
    """GIVEN one input added, one changed, one removed WHEN compared THEN each is where it belongs."""
    found = difference(
        ALIAS, {**OLD, "description": "d"}, {**OLD, "functionVersion": "2", "routingConfig": {}}
    )
    assert found.added == {"routingConfig"}
    assert found.changed == {"functionVersion"}
    assert found.removed == {"description"}
    assert not found.replace


def test_some_inputs_replace() -> None:
    """GIVEN an alias WHEN it is to belong to another function THEN it is replaced."""
    assert difference(ALIAS, OLD, {**OLD, "functionName": "g"}).replace == {"functionName"}


def test_an_unknown_input_differs_and_replaces() -> None:
    """GIVEN a preview WHEN a replacing input is not known yet THEN the replacement that may come is shown."""
    assert difference(ALIAS, OLD, {**OLD, "functionName": UNKNOWN}).replace == {"functionName"}


@pytest.mark.parametrize("path", ["functionVersion", "functionVersion.x", 'functionVersion["x"]'])
def test_ignored_inputs_do_not_count(path: str) -> None:
    """GIVEN ignored changes WHEN only they differ THEN nothing changes."""
    assert not difference(ALIAS, OLD, {**OLD, "functionVersion": "2"}, [path]).keys


def test_a_fixed_name_deletes_before_it_replaces() -> None:
    """GIVEN a name of the user's choice WHEN something else replaces THEN the old one goes first."""
    old = {"name": "/a", "logGroupClass": "STANDARD"}
    assert difference(GROUP, old, {**old, "logGroupClass": "INFREQUENT_ACCESS"}).delete_first


def test_a_derived_or_a_new_name_creates_first() -> None:
    """GIVEN a derived name, or another name WHEN replaced THEN the new one may come first."""
    old = {"name": "a-1234567", "logGroupClass": "STANDARD"}
    new = {"name": "a-7654321", "logGroupClass": "DELIVERY"}
    assert not difference(GROUP, old, {**new, DEFAULTS: ["name"]}).delete_first
    assert not difference(GROUP, old, new).delete_first


def test_code_changes_with_its_content_only() -> None:
    """GIVEN the same package elsewhere, and another package WHEN compared THEN only the other one changes."""
    old = {"code": Blob("archive", "h", {"path": "a.zip"})}
    assert not difference(FUNCTION, old, {"code": Blob("archive", "h", {"path": "b.zip"})}).keys
    assert difference(FUNCTION, old, {"code": Blob("archive", "i", {"path": "a.zip"})}).keys == {"code"}


@given(VALUES)
def test_a_value_is_the_same_as_itself(value: Any) -> None:
    """GIVEN any value WHEN compared with itself THEN it is the same, and reconciles to itself."""
    assert same(value, value)
    assert reconciled(value, value) == value


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ('{"a": 1, "b": [1]}', '{"b":[1],"a":1}', True),
        ('{"a": 1}', '{"a": 2}', False),
        ("{broken", "{broken ", False),
        (1, True, False),
        (60, 60.0, True),
        ({"a": '{"x": 1}'}, {"a": '{"x":1}'}, True),
    ],
)
def test_json_texts_are_compared_by_what_they_say(one: Any, other: Any, equal: bool) -> None:  # noqa: FBT001
    """GIVEN two texts WHEN they say the same JSON THEN they are the same; other texts must be equal."""
    assert same(one, other) is equal


def test_a_refresh_keeps_the_programs_words_where_they_mean_the_same() -> None:
    """GIVEN another order, another JSON form, the service's own empties WHEN refreshed THEN no drift."""
    alarm = TYPES["aws:cloudwatch/metricAlarm:MetricAlarm"]
    inputs = {"alarmActions": ["b", "a"], "metricQueries": [{"id": "e", "metric": {"stat": "Sum"}}]}
    live = {
        "alarmActions": ["a", "b"],
        "metricQueries": [
            {"id": "e", "metric": {"stat": "Sum", "unit": None}, "returnData": False, "label": ""}
        ],
        "okActions": [],
        "alarmDescription": "",
        "actionsEnabled": True,
        "treatMissingData": "missing",
    }
    assert refreshed(alarm, inputs, live, live) == inputs


def test_a_refresh_brings_in_what_somebody_changed() -> None:
    """GIVEN an alias moved by hand WHEN refreshed THEN its version and its weights are in the inputs."""
    live = {**OLD, "functionVersion": "7", "routingConfig": {"additionalVersionWeights": {"8": 0.1}}}
    fresh = refreshed(ALIAS, OLD, live, NAMES)
    assert fresh == live
    assert difference(ALIAS, fresh, OLD).keys == {"functionVersion", "routingConfig"}


def test_a_refresh_notices_what_is_gone() -> None:
    """GIVEN a description removed by hand WHEN refreshed THEN the next update puts it back."""
    inputs = {**OLD, "description": "d"}
    fresh = refreshed(ALIAS, inputs, {**OLD, "description": None}, NAMES)
    assert difference(ALIAS, fresh, inputs).added == {"description"}


def test_what_only_the_service_sets_is_no_drift() -> None:
    """GIVEN an input that the service fills in WHEN refreshed THEN it is not made the program's."""
    live = {"architectures": ["x86_64"], "timeout": 3}
    assert refreshed(FUNCTION, {}, live, live) == {}
