"""Text of others as it may be shown, and JSON that every reader takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canary.unit.visible import ascii_json, visible
from tests.fakes.hostile import hostile, parsed, shown_badly
from tests.fuzzing import fuzz

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), hostile()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(hostile(), inner, max_size=3), st.tuples(inner)
    ),
    max_leaves=6,
)


@fuzz(4_000)
@given(hostile())
def test_what_is_shown_is_one_line_that_can_be_seen(text: str) -> None:
    """Whatever others wrote: no character that a terminal obeys, and no line end."""
    shown = visible(text)
    assert shown_badly(shown) == []
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize("text", ["", "users complain: 2 % - naïve 日本語 🔥", r"C:\temp \x1b as typed"])
def test_what_can_be_seen_is_left_as_it_is(text: str) -> None:
    """Other scripts and signs as well."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("\x9b1m", r"\x9b1m"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\u202e\u200b", r"\u202e\u200b"),
        ("\U000e0041", r"\U000e0041"),
        ("\udc80", r"\udc80"),
        ("\u3164\ufe0f", r"\u3164\ufe0f"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_its_escape(text: str, shown: str) -> None:
    """As Python writes it, so that it can be looked up."""
    assert visible(text) == shown


@fuzz(1_500)
@given(VALUES)
def test_json_is_printable_ascii_that_every_reader_takes(values: Any) -> None:
    """No control, no half of a pair, no NaN; on one line, and with line ends only between values."""
    assert parsed(ascii_json(values)) == parsed(ascii_json(values, indent=2))
    assert "\n" not in ascii_json(values)


def test_json_keeps_what_other_readers_would_take_as_well() -> None:
    """Texts with any whole character come back as they were; an infinite number is the largest."""
    kept = {"why": 'é "\\ \x1b\x7f \u202e 🔥', "of": [1, 2.5, None, True]}
    assert json.loads(ascii_json(kept)) == kept
    assert json.loads(ascii_json(float("-inf"))) == -1.7976931348623157e308
