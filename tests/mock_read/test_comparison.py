"""Where two answers differ and how, never by what; bounded whatever the documents are."""

from __future__ import annotations

import copy
import json
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canary.read.compare.comparison import MAX_DIFFS, Rules, compare
from canary.read.compare.fingerprint import fingerprint
from canary.read.compare.known_diffs import Known, sort_out

KEY = b"k" * 32
RULES = Rules(unordered=frozenset({"tags"}), decimals=frozenset({"price"}), timestamps=frozenset({"at"}))
NOON = "2026-11-01T12:00:00.000Z"


def kinds(control: Any, candidate: Any, rules: Rules = RULES) -> list[tuple[str, str]]:
    """Path and kind of every difference."""
    return [(diff.path, diff.kind) for diff in compare(control, candidate, rules, KEY)]


CASES: list[tuple[str, Any, Any, list[tuple[str, str]]]] = [
    ("equal", {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, []),
    ("fields in another order", {"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
    ("1 and 1.0", {"a": 1}, {"a": 1.0}, []),
    ("1 and true", {"a": 1}, {"a": True}, [("a", "type")]),
    ("true in a list", [1, 2], [True, 2], [("[]", "type")]),
    ("an exponent and its digits", {"a": 10**24}, {"a": 1e24}, []),
    ("two long whole numbers", {"a": 2**53 + 1}, {"a": 2**53}, [("a", "value")]),
    ("a whole number that no double holds", {"a": 10**400}, {"a": 1e300}, [("a", "value")]),
    ("1.0 in a list", [1, 2], [1.0, 2], []),
    ("a number and its text", {"a": 1}, {"a": "1"}, [("a", "type")]),
    ("null and absent", {"a": None}, {}, [("a", "missing")]),
    ("null and a value", {"a": None}, {"a": ""}, [("a", "type")]),
    ("missing", {"a": {"b": 1}}, {"a": {}}, [("a.b", "missing")]),
    ("extra", {}, {"b": 1}, [("b", "extra")]),
    ("value", {"a": {"b": "x"}}, {"a": {"b": "y"}}, [("a.b", "value")]),
    ("object and list", {"a": {}}, {"a": []}, [("a", "type")]),
    ("order", {"l": [1, 2, 3]}, {"l": [3, 2, 1]}, [("l", "order")]),
    ("order of objects", [{"i": 1}, {"i": 2}], [{"i": 2}, {"i": 1}], [("", "order")]),
    ("one too many in the middle", {"l": [1, 2, 3]}, {"l": [1, 9, 2, 3]}, [("l[]", "extra")]),
    ("one missing at the front", {"l": [1, 2, 3]}, {"l": [2, 3]}, [("l[]", "missing")]),
    ("emptied", {"l": [1]}, {"l": []}, [("l[]", "missing")]),
    ("unordered", {"tags": ["a", "b"]}, {"tags": ["b", "a"]}, []),
    ("unordered counts", {"tags": ["a", "a"]}, {"tags": ["a"]}, [("tags[]", "missing")]),
    (
        "unordered members",
        {"tags": ["a", "b"]},
        {"tags": ["a", "c"]},
        [("tags[]", "missing"), ("tags[]", "extra")],
    ),
    ("a lost zero", {"price": "1.50"}, {"price": "1.5"}, [("price", "precision")]),
    ("rounded", {"price": "1.50"}, {"price": "1.499"}, [("price", "precision")]),
    ("another amount", {"price": "1.50"}, {"price": "1.60"}, [("price", "value")]),
    ("no amount", {"price": "1.50"}, {"price": "NaN"}, [("price", "value")]),
    ("text that looks like a decimal", {"name": "1.50"}, {"name": "1.5"}, [("name", "value")]),
    ("cut to the second", {"at": NOON[:-5] + ".123Z"}, {"at": NOON[:-5] + "Z"}, [("at", "precision")]),
    ("another offset", {"at": NOON}, {"at": "2026-11-01T13:00:00.000+01:00"}, [("at", "time-zone")]),
    ("offset dropped", {"at": NOON}, {"at": "2026-11-01T12:00:00.000"}, [("at", "time-zone")]),
    ("moved by a zone", {"at": NOON}, {"at": "2026-11-01T17:45:00.000Z"}, [("at", "time-zone")]),
    ("another instant", {"at": NOON}, {"at": "2026-11-01T12:01:00.000Z"}, [("at", "value")]),
    ("another day", {"at": NOON}, {"at": "2026-11-02T12:00:00.000Z"}, [("at", "value")]),
    ("no instant", {"at": NOON}, {"at": "yesterday"}, [("at", "value")]),
    ("not found and found", None, {"a": 1}, [("", "type")]),
]


@pytest.mark.parametrize(
    ("control", "candidate", "found"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_kind_is_found_at_its_path(control: Any, candidate: Any, found: list[tuple[str, str]]) -> None:
    """The rules as they are stated in the module."""
    assert kinds(control, candidate) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_a_document_equals_its_copy(document: Any) -> None:
    """After a round trip through JSON too, with the fields the other way round."""
    assert kinds(document, copy.deepcopy(document)) == []
    turned = json.loads(json.dumps(document, sort_keys=True))
    assert kinds(document, turned) == []


@given(JSON, JSON)
def test_different_documents_differ_both_ways(one: Any, other: Any) -> None:
    """Whether there is a difference does not depend on which side is the mock's."""
    assert bool(kinds(one, other)) == bool(kinds(other, one))


@given(JSON)
def test_equal_values_have_equal_hashes_and_no_value_is_shown(document: Any) -> None:
    """A hash stands for a value under a key; with another key it is another."""
    assert fingerprint(document, KEY) == fingerprint(copy.deepcopy(document), KEY)
    assert fingerprint(document, KEY) != fingerprint(document, b"other")


def test_no_value_is_in_a_difference() -> None:
    """Paths and kinds and hashes of 16 digits."""
    found = compare({"a": "s3cret", "l": ["s3cret"]}, {"a": "other", "l": []}, RULES, KEY)
    assert "s3cret" not in json.dumps([diff.as_dict() for diff in found])
    assert all(len(diff.control) in (0, 16) for diff in found)


def wrapped(depth: int, leaf: Any) -> Any:
    """A leaf inside as many lists."""
    for _ in range(depth):
        leaf = [leaf]
    return leaf


def shared(levels: int) -> Any:
    """A document of ten to the ``levels`` leaves, made of as many lists."""
    document: Any = ["leaf"]
    for _ in range(levels):
        document = [document] * 10
    return document


def endless() -> Any:
    """A list that holds itself."""
    document: list[Any] = []
    document.append(document)
    return document


def large(first: str) -> Any:
    """More than 10 MB as JSON."""
    return {
        "items": [{"id": number, "text": first if number == 0 else "x" * 90} for number in range(100_000)]
    }


@pytest.mark.parametrize(
    ("control", "candidate"),
    [
        (wrapped(10_000, 1), wrapped(10_000, 2)),
        (shared(30), shared(30)),
        (endless(), endless()),
        ({"l": [endless(), 1]}, {"l": [1, endless()]}),
        ({"tags": shared(30)}, {"tags": [*shared(30), 1]}),
    ],
    ids=["depth", "aliases", "cycle", "cycles in another order", "an unordered giant"],
)
def test_documents_without_end_are_cut_short(control: Any, candidate: Any) -> None:
    """Bounded in time, no crash, and the difference says that something was cut."""
    began = time.perf_counter()
    assert kinds(control, candidate)
    assert time.perf_counter() - began < 10


def test_ten_megabytes_are_compared_as_far_as_the_limit() -> None:
    """What was found up to there is said, and that there was more."""
    assert kinds(large("x"), large("y")) == [("items[].text", "value"), ("items[]", "too-large")]


def test_very_different_documents_end_at_the_limit_of_differences() -> None:
    """A log line has a size."""
    found = kinds({str(n): n for n in range(500)}, {str(n): n + 1 for n in range(500)})
    assert len(found) == MAX_DIFFS


TODAY = date(2026, 11, 25)
KNOWN = Known("price", "precision", owner="payments", reason="legacy scale", expires=TODAY)


def test_a_declared_difference_does_not_count_up_to_its_day() -> None:
    """It has an owner, a reason and a last day."""
    found = compare({"price": "1.50"}, {"price": "1.5"}, RULES, KEY)
    counted, declared, expired = sort_out(found, (KNOWN,), TODAY)
    assert (counted, len(declared), expired) == ([], 1, [])


def test_an_expired_declaration_counts_again_and_says_so() -> None:
    """The day after."""
    found = compare({"price": "1.50"}, {"price": "1.5"}, RULES, KEY)
    counted, declared, expired = sort_out(found, (KNOWN,), date(2026, 11, 26))
    assert (len(counted), declared, expired) == (1, [], [KNOWN])


def test_another_kind_at_a_declared_path_counts() -> None:
    """A declaration covers what it names."""
    found = compare({"price": "1.50"}, {"price": "9.00"}, RULES, KEY)
    assert len(sort_out(found, (KNOWN,), TODAY)[0]) == 1
