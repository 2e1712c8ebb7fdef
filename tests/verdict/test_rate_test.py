"""The sequential rate test: its formula against scipy, its behaviour, and a second opinion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from canary.verdict import rate_test
from canary.verdict.rate_test import ALPHA_TOO_HIGH, Side
from tests.verdict.exactly import LIMIT, boundary


def evidence(side: Side, n: np.ndarray, k: np.ndarray, limit: float = LIMIT) -> np.ndarray:
    """Log evidence of many (n, k) at once, from scipy's binomial densities instead of our formula."""
    rates, weights = rate_test.alternatives(limit, side)
    null = stats.binom.logpmf(k, n, limit)
    terms = np.array(
        [
            np.log(weight) + stats.binom.logpmf(k, n, rate) - null
            for rate, weight in zip(rates, weights, strict=True)
        ]
    )
    combined: np.ndarray = np.logaddexp.reduce(terms, axis=0)
    return combined


ABOVE = boundary("above", ALPHA_TOO_HIGH, 600)


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
    """After the forecast number of further requests it decides, and one earlier it does not."""
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
    [
        (1, 2, 0.1, 0.1, "k = 2"),
        (1, -1, 0.1, 0.1, "k = -1"),
        (1, 1, 0.0, 0.1, "limit = 0"),
        (1, 1, 0.1, 1, "alpha = 1"),
    ],
)
def test_impossible_numbers_are_named(n: int, k: int, limit: float, alpha: float, named: str) -> None:
    """A count or limit out of range is an error that names it."""
    with pytest.raises(ValueError, match=named):
        rate_test.weigh(n, k, limit, "above", alpha)
