"""The sequential rate test: its promises, exactly where that is possible, simulated where not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from verdict import rate_test
from verdict.rate_test import ALPHA_LOW_ENOUGH, ALPHA_TOO_HIGH, Side

LIMIT = 0.02


def evidence(side: Side, n: np.ndarray, k: np.ndarray, limit: float = LIMIT) -> np.ndarray:
    """Log evidence of many (n, k) at once, from scipy's binomial densities instead of our formula."""
    rates, weights = rate_test.alternatives(limit, side)
    null = stats.binom.logpmf(k, n, limit)
    terms = [
        math.log(weight) + stats.binom.logpmf(k, n, rate) - null for rate, weight in zip(rates, weights, strict=True)
    ]
    return np.logaddexp.reduce(terms, axis=0)


def boundary(side: Side, alpha: float, looks: int) -> np.ndarray:
    """For each n, the count at which it decides: fewest events for ``above``, most for ``below`` (-1: never)."""
    found, k = np.empty(looks, dtype=int), 0 if side == "above" else -1
    for n in range(1, looks + 1):
        if side == "above":
            while k <= n and not rate_test.weigh(n, k, LIMIT, side, alpha).decided:
                k += 1
        else:
            while k + 1 <= n and rate_test.weigh(n, k + 1, LIMIT, side, alpha).decided:
                k += 1
        found[n - 1] = k
    return found


def decided_by(rate: float, side: Side, bounds: np.ndarray) -> np.ndarray:
    """Exact probability to have decided by each look, by dynamic programming over the count."""
    alive, total, decided = np.zeros(len(bounds) + 2), 0.0, np.empty(len(bounds))
    alive[0] = 1.0
    width = 1
    for look, bound in enumerate(bounds):
        width = min(width + 1, len(alive))
        alive[1:width] = alive[1:width] * (1 - rate) + alive[: width - 1] * rate
        alive[0] *= 1 - rate
        gone = alive[bound:width] if side == "above" else alive[: bound + 1]
        total += float(gone.sum())
        gone[:] = 0.0
        if side == "above":
            width = max(1, min(width, bound + 1))
        decided[look] = total
    return decided


ABOVE = boundary("above", ALPHA_TOO_HIGH, 600)


@pytest.mark.parametrize(("rate", "requests"), [(0.05, 339), (0.10, 62), (0.20, 17), (0.50, 3), (1.00, 2)])
def test_a_failing_canary_is_caught_by_this_many_requests(rate: float, requests: int) -> None:
    """The exact median number of requests to NO-GO at a true error rate is at most the promised one."""
    decided = decided_by(rate, "above", ABOVE)
    assert decided[requests - 1] >= 0.5


def test_zero_errors_give_go_by_170_requests() -> None:
    """Without an error, GO comes by the 170th request, and not before 149 could ever justify it."""
    needed = rate_test.events_to_decide(0, 0, LIMIT, "below", ALPHA_LOW_ENOUGH)
    assert needed is not None
    assert 149 <= needed <= 170


def test_at_the_limit_a_false_no_go_is_rarer_than_one_percent_over_20000_looks() -> None:
    """Exactly at 2 %, looked at after each of 20,000 requests, NO-GO is ever said with at most 1 %."""
    bounds = boundary("above", ALPHA_TOO_HIGH, 20_000)
    false = decided_by(LIMIT, "above", bounds)[-1]
    assert 0.002 < false <= ALPHA_TOO_HIGH


def test_at_the_limit_a_false_go_is_rarer_than_five_percent_over_20000_looks() -> None:
    """Exactly at 2 %, looked at after each of 20,000 requests, GO is ever said with at most 5 %."""
    bounds = boundary("below", ALPHA_LOW_ENOUGH, 20_000)
    false = decided_by(LIMIT, "below", bounds)[-1]
    assert 0.02 < false <= ALPHA_LOW_ENOUGH


def test_simulated_streams_agree_with_the_exact_figures() -> None:
    """2,000 seeded streams of 3,000 requests at the limit: both false decisions stay within their promise."""
    random = np.random.default_rng(20261101)
    looks = 3000
    counts = np.cumsum(random.random((2000, looks)) < LIMIT, axis=1)
    above, below = boundary("above", ALPHA_TOO_HIGH, looks), boundary("below", ALPHA_LOW_ENOUGH, looks)
    no_go, go = (counts >= above).any(axis=1).mean(), (counts <= below).any(axis=1).mean()
    exact = decided_by(LIMIT, "above", above)[-1], decided_by(LIMIT, "below", below)[-1]
    for seen, expected in zip((no_go, go), exact, strict=True):
        assert abs(seen - expected) < 4 * math.sqrt(expected * (1 - expected) / 2000)


@pytest.mark.parametrize("side", ["above", "below"])
def test_the_formula_is_the_binomial_likelihood_ratio(side: Side) -> None:
    """Our evidence equals the mixture of scipy's binomial likelihood ratios."""
    n = np.array([1, 10, 100, 1000, 1000])
    k = np.array([0, 1, 2, 7, 60])
    ours = [math.log(rate_test.weigh(int(a), int(b), LIMIT, side, 0.01).e) for a, b in zip(n, k, strict=True)]
    assert ours == pytest.approx(evidence(side, n, k).tolist(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("limit", [1e-6, 0.005, 0.02, 0.05, 0.5, 0.98, 1 - 1e-6])
@pytest.mark.parametrize("side", ["above", "below"])
def test_evidence_is_a_fair_game_at_the_limit(limit: float, side: Side) -> None:
    """At the limit the expected evidence after one more request is the evidence before it: a martingale."""
    n, k = 30, 3
    now = rate_test.weigh(n, k, limit, side, 0.05).e
    hit, miss = (rate_test.weigh(n + 1, k + one, limit, side, 0.05).e for one in (1, 0))
    assert limit * hit + (1 - limit) * miss == pytest.approx(now, rel=1e-6)


@given(n=st.integers(0, 5000), k=st.integers(0, 5000), percent=st.floats(0.01, 99))
def test_more_failures_are_never_better(n: int, k: int, percent: float) -> None:
    """With one failure more, evidence against the limit does not fall and evidence for it does not rise."""
    k = min(k, n)
    limit = percent / 100
    above, worse = (rate_test.weigh(n + 1, one, limit, "above", 0.01).e for one in (k, k + 1))
    below, better = (rate_test.weigh(n + 1, one, limit, "below", 0.05).e for one in (k + 1, k))
    assert worse >= above * (1 - 1e-9)
    assert better >= below * (1 - 1e-9)


@given(n=st.integers(0, 3000), failed=st.floats(0, 1), side=st.sampled_from(["above", "below"]))
def test_the_forecast_is_the_first_moment_that_decides(n: int, failed: float, side: Side) -> None:
    """After the forecast number of further requests at the same rate it decides, and one earlier it does not."""
    k = round(n * failed)
    more = rate_test.events_to_decide(n, k, LIMIT, side, 0.05)
    if more is None or more == 0:
        assert more is None or rate_test.weigh(n, k, LIMIT, side, 0.05).decided
        return
    rate = k / n if n else (0.0 if side == "below" else 1.0)
    assert rate_test.weigh(n + more, k + rate * more, LIMIT, side, 0.05).decided
    assert not rate_test.weigh(n + more - 1, k + rate * (more - 1), LIMIT, side, 0.05).decided


def test_a_rate_at_the_limit_is_never_forecast() -> None:
    """Exactly 2 % seen: no number of further requests would tell, and that is said."""
    assert rate_test.events_to_decide(1000, 20, LIMIT, "above", 0.01) is None
    assert rate_test.events_to_decide(1000, 20, LIMIT, "below", 0.05) is None


@pytest.mark.parametrize("rate", [0.08, 0.2, 0.5])
def test_ville_comes_to_the_same_conclusions_and_no_faster(rate: float) -> None:
    """On 60 seeded failing streams the package `ville` rejects too, and its median is no faster than ours."""
    ville = pytest.importorskip("ville")
    random = np.random.default_rng(7)
    ours, theirs = [], []
    for _ in range(60):
        stream = (random.random(600) < rate).astype(float)
        ours.append(int(np.argmax(np.cumsum(stream) >= ABOVE)) + 1)
        assert np.cumsum(stream)[ours[-1] - 1] >= ABOVE[ours[-1] - 1]
        theirs.append(ville.BernoulliTest(LIMIT, alpha=ALPHA_TOO_HIGH).fit(stream).stopping_time())
    assert None not in theirs
    assert np.median(ours) <= np.median(theirs)


@pytest.mark.parametrize(
    ("n", "k", "limit", "alpha", "named"),
    [(1, 2, 0.1, 0.1, "k = 2"), (1, -1, 0.1, 0.1, "k = -1"), (1, 1, 0.0, 0.1, "limit = 0"), (1, 1, 0.1, 1, "alpha = 1")],
)
def test_impossible_numbers_are_named(n: int, k: int, limit: float, alpha: float, named: str) -> None:
    """A count or limit out of range is an error that names it."""
    with pytest.raises(ValueError, match=named):
        rate_test.weigh(n, k, limit, "above", alpha)
