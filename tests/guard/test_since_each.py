"""Counts since each quarter of an hour, from sums by the minute."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from canary.unit.metrics.counts import since_each

QUARTER_S = 900
MINUTES = st.dictionaries(
    st.integers(-1, 200), st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=60
)


@given(MINUTES, st.integers(0, 12_000))
def test_each_counts_the_minutes_that_began_since(minutes: dict[int, tuple[int, int]], length: int) -> None:
    """As many as there are whole quarters; errors never more than requests; the last minute is in all."""
    start = 1_800_000_000.0
    requests = {start + 60 * minute: float(n) for minute, (n, _) in minutes.items()}
    errors = {start + 60 * minute: float(k) for minute, (_, k) in minutes.items()}
    found = since_each(requests, errors, start, start + length)
    quarters = length // QUARTER_S
    assert len(found) == quarters
    for quarter, (n, k) in enumerate(found, start=1):
        # What is dated past the window's end belongs to its last quarter.
        since = [
            pair for minute, pair in minutes.items() if min(minute * 60 // QUARTER_S, quarters) >= quarter
        ]
        assert n == sum(pair[0] for pair in since)
        assert k == min(n, sum(pair[1] for pair in since))


def test_a_window_shorter_than_a_quarter_has_none() -> None:
    """The whole step says it all."""
    assert since_each({0.0: 5.0}, {0.0: 1.0}, 0.0, 899.0) == ()
