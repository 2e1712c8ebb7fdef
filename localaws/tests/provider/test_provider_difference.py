"""What an update changes, what it replaces, and what a refresh brings in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.provider.difference import difference
from localaws.provider.plan import Origin, assembled, completed
from localaws.provider.refreshed import imported, refreshed
from localaws.provider.schema import Kind, ListOf, MapOf, Scalar, Structure, TextOr, schema_of
from localaws.provider.types import TYPES
from localaws.provider.wire import DEFAULTS, UNKNOWN, Blob, stripped
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from localaws.provider.model import ResourceType

ALARM = TYPES["aws:cloudwatch/metricAlarm:MetricAlarm"]
ROLE = TYPES["aws:iam/role:Role"]
DASHBOARD = TYPES["aws:cloudwatch/dashboard:Dashboard"]
VERSION = TYPES["aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion"]
ALIAS = TYPES["aws:lambda/alias:Alias"]
FUNCTION = TYPES["aws:lambda/function:Function"]
GROUP = TYPES["aws:cloudwatch/logGroup:LogGroup"]
OLD = {"functionName": "f", "functionVersion": "1", "name": "live"}


def test_equal_inputs_change_nothing() -> None:
    """GIVEN the same inputs, notes of defaults aside WHEN compared THEN nothing changes."""
    assert not difference(ALIAS, {**OLD, DEFAULTS: []}, {**OLD, DEFAULTS: ["name"], "description": None}).keys


def test_each_kind_of_change_is_told_apart() -> None:
    """GIVEN one input added, one changed, one removed WHEN compared THEN each is where it belongs."""
    found = difference(
        ALIAS,
        {**OLD, "description": "d"},
        {**OLD, "functionVersion": "2", "routingConfig": {"additionalVersionWeights": {"3": 0.5}}},
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


@pytest.mark.parametrize("path", ["functionVersion", '["functionVersion"]'])
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


def wanted_of(kind: Kind) -> st.SearchStrategy[Any]:
    """Values of a kind, as a program may give them."""
    match kind:
        case ListOf(item):
            return st.lists(wanted_of(item), max_size=2)
        case MapOf(item):
            return st.dictionaries(st.text(max_size=3), wanted_of(item), max_size=2)
        case Structure():
            inputs = kind.inputs
            needed = {key: wanted_of(inputs.kinds[key]) for key in inputs.required}
            more = {key: wanted_of(inputs.kinds[key]) for key in sorted(inputs.kinds)[:3]}
            return st.fixed_dictionaries(needed, optional={k: v for k, v in more.items() if k not in needed})
        case TextOr():
            return st.sampled_from(["{}", '{"a": 1}'])
        case Scalar(name):
            return SCALARS[name]


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(max_size=4),
    "int": st.integers(-2, 2),
    "float": st.floats(-2, 2),
    "bool": st.booleans(),
    "any": st.text(max_size=2),
    "asset": st.just(Blob("asset", "h", {})),
    "archive": st.just(Blob("archive", "h", {})),
}


@st.composite
def resources(draw: st.DrawFn) -> tuple[ResourceType, dict[str, Any]]:
    """A type and checked inputs of it."""
    kind = TYPES[draw(st.sampled_from(sorted(TYPES)))]
    kinds = schema_of(kind.token).inputs.kinds
    some = draw(st.sets(st.sampled_from(sorted(kinds.keys() - {"tagsAll"})), max_size=5))
    given_inputs = {key: draw(wanted_of(kinds[key])) for key in sorted(some)}
    return kind, completed(kind, given_inputs, Origin("n", bytes(32), {"Stack": "s"}))


@fuzz(1_000)
@given(resources())
def test_no_type_differs_from_what_was_just_made(made: tuple[ResourceType, dict[str, Any]]) -> None:
    """GIVEN any inputs of any type WHEN the service keeps them, refreshed or not THEN up is quiet."""
    kind, inputs = made
    state = assembled(kind, inputs, {}, "us-east-1")
    assert not difference(kind, state, inputs).keys
    again = refreshed(inputs, state)
    assert stripped(again) == {k: v for k, v in stripped(inputs).items() if v is not None}
    assert not difference(kind, state, again).keys


@fuzz(1_000)
@given(resources(), st.data())
def test_what_somebody_changed_always_shows(
    made: tuple[ResourceType, dict[str, Any]], data: st.DataObject
) -> None:
    """GIVEN any scalar input of any type WHEN its live value is another THEN it differs, unless ignored."""
    kind, inputs = made
    scalars = [key for key, value in stripped(inputs).items() if isinstance(value, str | int | float)]
    if not scalars:
        return
    key = data.draw(st.sampled_from(sorted(scalars)))
    state = {**assembled(kind, inputs, {}, "us-east-1"), key: "another, by hand"}
    assert difference(kind, state, inputs).keys == {key}
    assert not difference(kind, state, inputs, [key]).keys


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ('{"a": 1, "b": [1]}', '{"b":[1],"a":1}', True),
        ('{"a": 1}', '{"a": 2}', False),
        ("{broken", "{broken ", False),
    ],
)
def test_only_named_texts_are_compared_by_what_they_say(one: str, other: str, equal: bool) -> None:  # noqa: FBT001
    """GIVEN JSON in two forms WHEN the real provider reads it THEN it is the same; elsewhere texts count."""
    assert bool(difference(DASHBOARD, {"dashboardBody": one}, {"dashboardBody": other}).keys) is not equal
    assert difference(VERSION, {"content": one}, {"content": other}).replace == {"content"}


def test_policies_are_compared_as_policies() -> None:
    """GIVEN a policy in the service's form WHEN compared THEN it is the same where it is a policy."""
    one = '{"Statement": [{"Effect": "Allow", "Action": ["a", "b"]}]}'
    other = '{"Statement": {"Effect": "Allow", "Action": ["b", "a"]}}'
    assert not difference(ROLE, {"assumeRolePolicy": one}, {"assumeRolePolicy": other}).keys
    assert difference(DASHBOARD, {"dashboardBody": one}, {"dashboardBody": other}).keys == {"dashboardBody"}


def test_only_sets_may_come_back_in_another_order() -> None:
    """GIVEN lists in another order WHEN compared THEN sets are the same, and lists are not."""
    state = {"alarmActions": ["a", "b"]}
    assert not difference(ALARM, state, {"alarmActions": ["b", "a"]}).keys
    assert difference(FUNCTION, {"layers": ["a", "b"]}, {"layers": ["b", "a"]}).keys == {"layers"}
    assert difference(ALARM, state, {"alarmActions": ["a", "a"]}).keys == {"alarmActions"}


def test_what_the_service_fills_in_or_leaves_empty_is_no_difference() -> None:
    """GIVEN zero values, and values of the service's WHEN the program gave none THEN nothing differs."""
    state = {"architectures": ["x86_64"], "description": "", "layers": [], "publish": False}
    assert not difference(FUNCTION, state, {}).keys


def test_what_somebody_added_is_a_difference() -> None:
    """GIVEN a value that the program never gave and the service never sets WHEN compared THEN it goes."""
    assert difference(ALIAS, {**OLD, "description": "by hand"}, OLD).removed == {"description"}


def test_an_ignored_path_ignores_no_neighbour() -> None:
    """GIVEN one variable ignored WHEN another one differs THEN that shows."""
    state = {"environment": {"variables": {"A": "1", "B": "1"}}}
    new = {"environment": {"variables": {"A": "2", "B": "1"}}}
    assert not difference(FUNCTION, state, new, ['environment.variables["A"]']).keys
    assert difference(FUNCTION, state, new, ["environment.variables.B"]).keys == {"environment"}


def test_a_refresh_brings_in_what_somebody_changed() -> None:
    """GIVEN an alias moved by hand WHEN refreshed THEN its version is in the inputs, its weights show."""
    live = {**OLD, "functionVersion": "7", "routingConfig": {"additionalVersionWeights": {"8": 0.1}}}
    fresh = refreshed(OLD, live)
    assert fresh == {**OLD, "functionVersion": "7"}
    assert difference(ALIAS, live, OLD).keys == {"functionVersion", "routingConfig"}


def test_a_refresh_notices_what_is_gone() -> None:
    """GIVEN a description removed by hand WHEN refreshed THEN the next update puts it back."""
    inputs = {**OLD, "description": "d"}
    assert refreshed(inputs, OLD) == OLD
    assert difference(ALIAS, OLD, inputs).added == {"description"}


def test_a_default_that_somebody_changed_is_a_default_no_longer() -> None:
    """GIVEN defaults WHEN one is changed by hand THEN the refreshed inputs hold it as the program's own."""
    inputs = {"timeout": 3, "publish": False, DEFAULTS: ["publish", "timeout"]}
    assert refreshed(inputs, {"timeout": 9, "publish": False})[DEFAULTS] == ["publish"]


def test_an_import_takes_what_is_neither_empty_nor_default() -> None:
    """GIVEN no inputs at all WHEN read THEN they are made of what was set."""
    live = {"architectures": ["x86_64"], "timeout": 3, "description": "", "handler": "h", "arn": "arn"}
    assert imported(FUNCTION, live, frozenset(schema_of(FUNCTION.token).inputs.kinds)) == {"handler": "h"}
