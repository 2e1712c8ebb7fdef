"""How much of the differences is noise, and how much of that may be subtracted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canary.verdict import noise, rate_test


def test_without_a_difference_there_is_no_noise() -> None:
    """Nothing compared, or nothing that differed: nothing to subtract."""
    for compared in (0, 1000):
        found = noise.measure(compared, 0)
        assert (found.seen, found.shown, found.told) == (0.0, 0.0, "")


@pytest.mark.parametrize(("compared", "low"), [(100, 0.0), (1000, 0.010), (10_000, 0.020), (100_000, 0.027)])
def test_more_comparisons_show_more_of_the_noise(compared: int, low: float) -> None:
    """At 3 % seen, what is shown grows towards it, and stays under it."""
    found = noise.measure(compared, round(0.03 * compared))
    assert low <= found.shown < found.seen == pytest.approx(0.03)


@given(compared=st.integers(1, 20_000), differed=st.integers(1, 20_000))
def test_what_is_shown_is_exactly_what_the_test_can_show(compared: int, differed: int) -> None:
    """The test shows the noise to be over the rate that is shown, and not over a slightly higher one.

    So it is over the true noise as rarely as the test is wrong: at most once in a hundred.
    """
    differed = min(differed, compared)
    shown = noise.measure(compared, differed).shown
    assert not rate_test.weigh(
        compared, differed, rate_test.as_rate(shown * 1.001 + 1e-5), "above", 0.01
    ).decided
    if shown:
        lower = rate_test.as_rate(shown * 0.999)
        assert rate_test.weigh(compared, differed, lower, "above", 0.01).e >= 99
