"""Property values travel to and from the engine without loss."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from localaws.provider.wire import (
    DEFAULTS,
    OUTPUT,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXTS,
    Blob,
    decode,
    encode,
    has_unknown,
    stripped,
)

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | TEXT
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def struct(content: dict[str, Any]) -> struct_pb2.Struct:
    """A message as the engine sends it."""
    message = struct_pb2.Struct()
    message.update(content)
    return message


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_values_come_back_as_they_went(properties: dict[str, Any]) -> None:
    """GIVEN any properties WHEN they go to the engine and back THEN only top-level nulls are gone."""
    wanted = {key: value for key, value in properties.items() if value is not None}
    assert decode(encode(properties)) == wanted


@pytest.mark.parametrize("text", sorted(UNKNOWN_TEXTS))
def test_every_unknown_is_recognised(text: str) -> None:
    """GIVEN any of the protocol's marks of an unknown value WHEN decoded THEN it is unknown, at any depth."""
    assert decode(struct({"a": {"b": [text]}}))["a"]["b"] == [UNKNOWN]


def test_an_unknown_goes_back_as_unknown() -> None:
    """GIVEN an unknown output WHEN encoded and decoded THEN it is still unknown."""
    assert decode(encode({"arn": UNKNOWN})) == {"arn": UNKNOWN}


@pytest.mark.parametrize("kind", [SECRET, OUTPUT])
def test_secrets_and_outputs_are_unwrapped(kind: str) -> None:
    """GIVEN a secret or an output with a value WHEN decoded THEN the plain value is there."""
    assert decode(struct({"password": {SIGNATURE: kind, "value": "x"}})) == {"password": "x"}


def test_an_output_without_a_value_is_unknown() -> None:
    """GIVEN an output that is not known yet WHEN decoded THEN it is unknown."""
    assert decode(struct({"arn": {SIGNATURE: OUTPUT}})) == {"arn": UNKNOWN}


def test_a_reference_to_a_resource_is_refused() -> None:
    """GIVEN a kind of value no table can use WHEN decoded THEN it is refused, not passed as an object."""
    with pytest.raises(ValueError, match="does not take"):
        decode(struct({"of": {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u"}}))


def test_archives_with_one_content_are_equal() -> None:
    """GIVEN two archives WHEN their hashes agree THEN they are the same, wherever they lie."""
    sent = {SIGNATURE: "0def7320c3a5731c473e5ecbe6d01bc7", "hash": "h", "path": "a.zip"}
    one, other = decode(struct({"code": sent}))["code"], Blob("archive", "h", {"path": "b.zip"})
    assert one == other
    assert one != Blob("archive", "other", {"path": "a.zip"})
    assert decode(encode({"code": one})) == {"code": one}


def test_notes_of_defaults_are_taken_off_at_any_depth() -> None:
    """GIVEN checked inputs WHEN stripped THEN what the provider noted for itself is gone."""
    assert stripped({DEFAULTS: ["name"], "a": [{DEFAULTS: [], "b": 1}]}) == {"a": [{"b": 1}]}


def test_an_unknown_is_found_at_any_depth() -> None:
    """GIVEN nested values WHEN one of them is unknown THEN it is found."""
    assert has_unknown({"a": [{"b": UNKNOWN}]})
    assert not has_unknown({"a": [{"b": 1}]})
