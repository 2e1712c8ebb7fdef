"""Who is in: uniform, sticky, monotone in the percentage, independent between the flags."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from canary.read.bucketing import BUCKETS, bucket, included, selected
from canary.read.flags import CANARY_FLAG, SHADOW_FLAG, Flag

SALT = "huntaze/read-migration"
IDS = st.text(max_size=64)
STEPS = st.integers(0, BUCKETS)
NEVER = 1e-6
"""A right hash fails one of these in a million salts; the salt and the ids are fixed, so it is no lottery."""


@given(IDS, STEPS, STEPS)
def test_who_is_in_stays_in_when_the_percentage_grows(user: str, one: int, other: int) -> None:
    """At every pair of percentages, in steps of 0.01."""
    smaller, larger = sorted((one, other))
    if included(SALT, CANARY_FLAG, user, smaller / 100):
        assert included(SALT, CANARY_FLAG, user, larger / 100)


@given(IDS)
def test_nobody_is_in_at_0_and_everybody_at_100(user: str) -> None:
    """The two ends are exact."""
    assert not included(SALT, CANARY_FLAG, user, 0)
    assert included(SALT, CANARY_FLAG, user, 100)


@given(IDS)
def test_a_step_of_a_hundredth_decides_exactly_at_the_bucket(user: str) -> None:
    """Bucket b is in from (b + 1) hundredths of a per cent on; no floating point gets in between."""
    own = bucket(SALT, CANARY_FLAG, user)
    assert not included(SALT, CANARY_FLAG, user, own / 100)
    assert included(SALT, CANARY_FLAG, user, (own + 1) / 100)


@given(IDS)
def test_a_user_keeps_a_bucket(user: str) -> None:
    """It is a function of salt, flag and id alone."""
    assert bucket(SALT, CANARY_FLAG, user) == bucket(SALT, CANARY_FLAG, user) < BUCKETS


def test_buckets_are_the_same_on_every_machine() -> None:
    """A change here would move every user to another side in the middle of a ramp."""
    assert [bucket("salt", CANARY_FLAG, f"user-{n}") for n in range(4)] == [9824, 7531, 933, 2130]


@given(IDS, st.booleans(), STEPS)
def test_deny_beats_allow_beats_percentage(user: str, denied: bool, step: int) -> None:  # noqa: FBT001 - drawn
    """Lists decide before the bucket does."""
    lists = frozenset({user})
    flag = Flag(enabled=True, percentage=step / 100, allow=lists, deny=lists if denied else frozenset())
    assert selected(SALT, CANARY_FLAG, flag, user) is not denied


def buckets(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Canary and shadow buckets of as many users."""
    names = [f"user-{number}" for number in range(count)]
    return tuple(  # type: ignore[return-value]
        np.fromiter((bucket(SALT, flag, name) for name in names), dtype=np.int64, count=count)
        for flag in (CANARY_FLAG, SHADOW_FLAG)
    )


def uniform_and_independent(count: int) -> None:
    """Chi-square over all buckets of each flag, and over a 20 by 20 table of both."""
    canary, shadow = buckets(count)
    for one in (canary, shadow):
        assert stats.chisquare(np.bincount(one, minlength=BUCKETS)).pvalue > NEVER
    table, _, _ = np.histogram2d(canary, shadow, bins=20, range=[[0, BUCKETS], [0, BUCKETS]])
    assert stats.chi2_contingency(table).pvalue > NEVER


def test_buckets_are_uniform_and_the_flags_independent() -> None:
    """On fifty thousand users."""
    uniform_and_independent(50_000)


@pytest.mark.slow
def test_buckets_of_a_million_users_are_uniform_and_the_flags_independent() -> None:
    """On a million, a hundred a bucket."""
    uniform_and_independent(1_000_000)
