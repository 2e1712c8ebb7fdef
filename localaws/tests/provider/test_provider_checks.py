"""Inputs are held against the SDK: names, types, required fields."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.provider.checks import failures
from localaws.provider.schema import ListOf, MapOf, Scalar, Structure, UnknownTypeError, schema_of
from localaws.provider.wire import UNKNOWN, Blob

FUNCTION = "aws:lambda/function:Function"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ALIAS = "aws:lambda/alias:Alias"
GOOD_ALIAS = {"functionName": "f", "functionVersion": "1", "name": "live"}


def wrong(token: str, properties: dict[str, Any]) -> dict[str, str]:
    """What is wrong with which property."""
    return {item.property: item.reason for item in failures(schema_of(token).inputs, properties)}


def test_names_types_and_required_fields_come_from_the_sdk() -> None:
    """GIVEN the SDK's alias WHEN its schema is read THEN it is the provider's own."""
    inputs = schema_of(ALIAS).inputs
    assert inputs.required == {"functionName", "functionVersion"}
    assert inputs.kinds["functionVersion"] == Scalar("str")
    routing = inputs.kinds["routingConfig"]
    assert isinstance(routing, Structure)
    assert routing.inputs.kinds == {"additionalVersionWeights": MapOf(Scalar("float"))}


def test_unions_with_enums_are_strings_and_lists_have_items() -> None:
    """GIVEN a function's runtime (string or enum) and layers WHEN read THEN string, and list of strings."""
    kinds = schema_of(FUNCTION).inputs.kinds
    assert kinds["runtime"] == Scalar("str")
    assert kinds["layers"] == ListOf(Scalar("str"))


def test_computed_outputs_are_those_that_are_no_inputs() -> None:
    """GIVEN a function's schema WHEN asked THEN its version is computed and its name is not."""
    schema = schema_of(FUNCTION)
    assert {"arn", "version", "invokeArn", "tagsAll"} <= schema.computed
    assert not {"name", "role"} & schema.computed
    assert schema.taggable


@pytest.mark.parametrize(
    "token",
    ["aws:lambda/function:Functions", "aws:nowhere/x:X", "gcp:a/b:C", "nonsense", "aws:iam/user:Role"],
)
def test_a_type_that_the_sdk_lacks_is_named(token: str) -> None:
    """GIVEN a token of nothing WHEN its schema is asked for THEN the error names it."""
    with pytest.raises(UnknownTypeError, match=token):
        schema_of(token)


def test_good_inputs_pass() -> None:
    """GIVEN inputs as they must be, weights whole or not WHEN checked THEN nothing is wrong."""
    assert (
        wrong(ALIAS, {**GOOD_ALIAS, "routingConfig": {"additionalVersionWeights": {"2": 0.1, "3": 1}}}) == {}
    )


def test_a_misspelt_name_is_refused_with_the_right_one() -> None:
    """GIVEN an unknown input WHEN checked THEN it is refused, and the likely name is offered."""
    assert (
        "did you mean functionVersion?"
        in wrong(ALIAS, {**GOOD_ALIAS, "functionVersoin": "1"})["functionVersoin"]
    )


def test_a_name_in_the_sdks_python_form_is_refused() -> None:
    """GIVEN a Python name where the engine sends Pulumi's WHEN checked THEN it is no such property."""
    assert set(wrong(ALIAS, {**GOOD_ALIAS, "routing_config": {}})) == {"routing_config"}


def test_every_missing_required_field_is_named() -> None:
    """GIVEN nothing WHEN checked THEN each required field is asked for."""
    assert set(wrong(ALIAS, {})) == {"functionName", "functionVersion"}
    assert "is required" in wrong(ALIAS, {})["functionName"]


def test_null_is_absent() -> None:
    """GIVEN null for a required and for an optional field WHEN checked THEN only the required is wrong."""
    assert set(wrong(ALIAS, {**GOOD_ALIAS, "functionName": None, "description": None})) == {"functionName"}


@pytest.mark.parametrize(
    ("token", "key", "value", "reason"),
    [
        (FUNCTION, "timeout", "3", "must be a whole number, not '3'"),
        (FUNCTION, "timeout", 1.5, "must be a whole number, not 1.5"),
        (FUNCTION, "timeout", True, "must be a whole number, not true"),
        (FUNCTION, "publish", "true", "must be true or false, not 'true'"),
        (FUNCTION, "handler", 5, "must be a string, not 5"),
        (FUNCTION, "code", "a.zip", "must be an archive, not 'a.zip'"),
        (FUNCTION, "handler", Blob("archive", "h", {}), "must be a string, not an archive"),
        (FUNCTION, "layers", "l", "must be a list, not 'l'"),
        (FUNCTION, "tags", ["a"], "must be an object, not a list"),
        (FUNCTION, "environment", "e", "must be an object, not 'e'"),
        (ALARM, "threshold", "two", "must be a number, not 'two'"),
    ],
)
def test_a_wrong_type_is_refused_in_words(token: str, key: str, value: Any, reason: str) -> None:
    """GIVEN a value of another type WHEN checked THEN what it must be and what it is are said."""
    assert wrong(token, {"role": "r", key: value} if token == FUNCTION else {key: value}) == {key: reason}


def test_what_is_wrong_deep_inside_is_named_by_its_path() -> None:
    """GIVEN nested structures WHEN something in them is wrong THEN its whole path is in the message."""
    metric = {"metricName": "m", "period": 60, "stat": 5}
    found = wrong(ALARM, {"metricQueries": [{"id": "a"}, {"metric": metric, "returndata": True}]})
    assert found["metricQueries[1].metric.stat"] == "must be a string, not 5"
    assert "did you mean returnData?" in found["metricQueries[1].returndata"]
    assert found["metricQueries[1].id"] == "is required, but was not given"


def test_unknown_values_pass_anywhere() -> None:
    """GIVEN values that only the update knows WHEN checked in a preview THEN they pass, required or not."""
    assert wrong(ALIAS, {"functionName": UNKNOWN, "functionVersion": UNKNOWN, "routingConfig": UNKNOWN}) == {}


def test_a_policy_may_be_a_text_or_an_object() -> None:
    """GIVEN a role's trust policy WHEN given as text THEN it passes; as an object it is checked too."""
    token = "aws:iam/role:Role"
    assert wrong(token, {"assumeRolePolicy": '{"Version": "2012-10-17"}'}) == {}
    assert "assumeRolePolicy.Statements" in wrong(token, {"assumeRolePolicy": {"Statements": []}})
    assert wrong(token, {"assumeRolePolicy": 5}) == {"assumeRolePolicy": "must be an object, not 5"}
