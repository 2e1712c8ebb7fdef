"""What the verdict promises, exactly where that can be computed, and simulated with fixed seeds beside it.

Limit 2 %, a look after every one of 20,000 requests.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from canary.verdict import Counts, Thresholds, judge, rate_test
from canary.verdict.rate_test import ALPHA_ALL_TOO_HIGH, ALPHA_LOW_ENOUGH, ALPHA_TOO_HIGH
from tests.verdict.exactly import LIMIT, boundary, decided_by, failing_at

LOOKS, STREAMS = 20_000, 4000
TOO_HIGH = boundary("above", ALPHA_TOO_HIGH, LOOKS)
ALL_TOO_HIGH = boundary("above", ALPHA_ALL_TOO_HIGH, LOOKS)
LOW_ENOUGH = boundary("below", ALPHA_LOW_ENOUGH, LOOKS)
MEDIANS = [(0.05, 339), (0.10, 62), (0.20, 17), (0.50, 3), (1.00, 2)]


def crossed(failures: np.ndarray, bounds: np.ndarray) -> bool:
    """Whether a stream was ever called too bad: at a failure."""
    return bool((bounds[failures - 1] <= np.arange(1, len(failures) + 1)).any())


@pytest.mark.parametrize(("rate", "requests"), MEDIANS)
def test_a_failing_canary_is_caught_by_this_many_requests(rate: float, requests: int) -> None:
    """The exact median number of requests to NO-GO at a true error rate is at most the promised one."""
    assert decided_by(rate, "above", TOO_HIGH[:600])[requests - 1] >= 0.5


@pytest.mark.parametrize(("rate", "requests"), MEDIANS)
def test_simulated_streams_are_caught_as_computed(rate: float, requests: int) -> None:
    """Of 4,000 seeded streams half are caught by the promised request, as the exact figure says."""
    random = np.random.default_rng(20261105)
    counts = np.cumsum(random.random((STREAMS, requests)) < rate, axis=1)
    caught = (counts >= TOO_HIGH[:requests]).any(axis=1).mean()
    exact = decided_by(rate, "above", TOO_HIGH[:requests])[-1]
    assert abs(caught - exact) <= 4 * math.sqrt(0.25 / STREAMS)
    assert caught >= 0.5 - 4 * math.sqrt(0.25 / STREAMS)


def test_zero_errors_give_go_by_170_requests() -> None:
    """Without an error, GO comes by the 170th request, and not before 149 could ever justify it."""
    needed = rate_test.events_to_decide(0, 0, LIMIT, "below", ALPHA_LOW_ENOUGH)
    assert needed == 165
    assert 149 <= math.log(ALPHA_LOW_ENOUGH) / math.log(1 - LIMIT) + 1 <= needed <= 170


def test_at_the_limit_a_false_no_go_is_rarer_than_one_percent() -> None:
    """Exactly at 2 %, NO-GO is ever said with at most 1 %: exact, not simulated."""
    assert 0.002 < decided_by(LIMIT, "above", TOO_HIGH)[-1] <= ALPHA_TOO_HIGH


def test_at_the_limit_a_false_go_is_rarer_than_five_percent() -> None:
    """Exactly at 2 %, GO is ever said with at most 5 %: exact, not simulated."""
    assert 0.02 < decided_by(LIMIT, "below", LOW_ENOUGH)[-1] <= ALPHA_LOW_ENOUGH


def test_simulated_streams_agree_with_the_exact_figures() -> None:
    """4,000 seeded streams of 20,000 requests at the limit come to the exact rates of false decisions."""
    streams = failing_at(np.random.default_rng(20261101), LIMIT, STREAMS, LOOKS)
    no_go = np.mean([crossed(stream, TOO_HIGH) for stream in streams])
    go = 0
    for stream in streams:
        before = np.append(stream - 1, LOOKS)
        looked = before > 0
        counts = np.arange(len(before))
        go += bool((counts[looked] <= LOW_ENOUGH[before[looked] - 1]).any())
    for seen, side, bounds in ((no_go, "above", TOO_HIGH), (go / STREAMS, "below", LOW_ENOUGH)):
        exact = decided_by(LIMIT, side, bounds)[-1]  # type: ignore[arg-type]
        assert abs(seen - exact) < 4 * math.sqrt(exact * (1 - exact) / STREAMS)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.25, 0.5])
def test_judging_all_requests_too_does_not_double_the_false_no_gos(share: float) -> None:
    """GIVEN canary and mock both exactly at the limit THEN either is called bad in at most 1 % of streams."""
    random = np.random.default_rng(20261107)
    false = 0
    for stream in failing_at(random, LIMIT, STREAMS, LOOKS):
        own = random.random(len(stream)) < share
        between = random.binomial(np.diff(stream, prepend=0) - 1, share)
        canary = np.cumsum(between + own)[own]
        false += crossed(stream, ALL_TOO_HIGH) or crossed(canary, TOO_HIGH)
    assert false / STREAMS <= ALPHA_TOO_HIGH


def test_a_healthy_canary_is_never_rolled_back() -> None:
    """At the 0.5 % that a healthy service fails, no seeded stream of 20,000 requests is called bad."""
    streams = failing_at(np.random.default_rng(20261109), 0.005, STREAMS, LOOKS)
    assert not any(crossed(stream, TOO_HIGH) for stream in streams)


def test_the_judge_keeps_the_boundary_that_was_computed() -> None:
    """The whole verdict says NO-GO at the boundary's count, and not one failure below it."""
    for n in (2, 17, 62, 339, 5000):
        k = int(TOO_HIGH[n - 1])
        for failed, bad in ((k, True), (k - 1, False)):
            counts = Counts(requests=100 * n, errors=failed, canary_requests=n, canary_errors=failed)
            row = judge(counts, Thresholds(), 1).row("errors")
            assert row is not None
            assert (row.decision == "NO-GO") is bad
