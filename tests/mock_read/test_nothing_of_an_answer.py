"""Whatever a Prisma answer holds, nothing of it stands in what the function writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mock_read.observe.observing import MAX_LINE

from canary.read import contract
from canary.read.compare.comparison import MAX_HASHED, compare
from tests.fuzzing import fuzz
from tests.mock_read.parts import CANARY, SHADOW, prisma, read_path

SECRET = "zq7!"
"""In each key and text that is put into an answer, and nowhere else."""

_TEXT = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["@example.org", '\n{"level":"INFO"}', "\x1b]0;x\x07", "\u2028", "\ud800", "x" * 5_000]),
).map(lambda text: SECRET + text)
_VALUE = st.recursive(
    st.one_of(_TEXT, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=8,
)
_PLACES: list[tuple[str | int, ...]] = [
    (),
    ("creator",),
    ("posts",),
    ("posts", "items", 0),
    ("creator", "links"),
]


def answer(place: tuple[str | int, ...], found: Any) -> Any:
    """A valid answer with something else put in at a place."""
    whole: Any = prisma({"creatorId": "c-0001", "limit": 10, "cursor": None})
    at = whole["body"]
    for step in place:
        at = at[step]
    if isinstance(at, dict) and isinstance(found, dict):
        at.update(found)
    elif isinstance(at, list):
        at.append(found)
    else:
        at.update(dict.fromkeys([*at][:1], found))
    return whole


def written(given_back: Any) -> str:
    """Everything that one canary and one shadow request with a sample of noise write."""
    text = ""
    for flags in (CANARY, SHADOW):
        side = lambda _: given_back  # noqa: E731
        path = read_path(flags, canary=side, shadow=side, noise_percent=100)
        path.get()
        path.service.work()
        text += path.lines.text.getvalue()
    return text


def plain(text: str) -> bool:
    """No line of it is too long, ends or steers anything, or holds what was put in."""
    lines = text.split("\n")
    held = all(len(line) < MAX_LINE and (line.isprintable() and line.isascii()) for line in lines)
    return held and SECRET not in text and all(isinstance(json.loads(line), dict) for line in lines[:-1])


@fuzz(2_000)
@given(st.sampled_from(_PLACES), _VALUE)
def test_no_key_and_no_value_is_written(place: tuple[str | int, ...], found: Any) -> None:
    """At any place of an answer."""
    assert plain(written(answer(place, found)))


@pytest.mark.parametrize(
    "found",
    [
        {SECRET * 200_000: 1},
        {f"{SECRET}{number}": number for number in range(40_000)},
        {SECRET * 100_000: {f"{SECRET}{number}": [0.5] for number in range(5_000)}},
    ],
    ids=["one key", "many keys", "many under a long one"],
)
def test_800_kb_of_keys_are_one_short_line(found: dict[str, Any]) -> None:
    """Fifty differences at most, each under a hash."""
    text = written(answer(("creator",), found))
    assert plain(text)
    assert ".#" in text


def test_a_megabyte_of_tags_is_lost_and_never_equal() -> None:
    """GIVEN more tags than are hashed THEN the read is lost by its cause, before any is hashed."""
    tags = [f"{number}" for number in range(MAX_HASHED)]
    path = read_path(SHADOW, shadow=lambda _: answer(("creator",), {"tags": tags}))
    path.get()
    path.service.work()
    assert [line["cause"] for line in path.lines.messages("SHADOW-LOST")] == ["too-large"]
    assert (path.lines.metric("ShadowLost"), path.lines.metric("ShadowCompared")) == (1, 0)


def test_the_contracts_own_paths_are_named() -> None:
    """Every one of them: a hash there would hide what an operator needs."""
    body: Any = contract.mock(contract.Query("c-0001"))
    for name in body["creator"]:
        shorter = {**body, "creator": {key: value for key, value in body["creator"].items() if key != name}}
        assert [one.path for one in compare(body, shorter, contract.RULES, b"k")] == [f"creator.{name}"]
    for name in body["posts"]["items"][0]:
        posts = [
            {key: value for key, value in post.items() if key != name} for post in body["posts"]["items"]
        ]
        found = compare(body, {**body, "posts": {**body["posts"], "items": posts}}, contract.RULES, b"k")
        assert {one.path for one in found} == {f"posts.items[].{name}"}
