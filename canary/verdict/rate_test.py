"""Is a rate above or below a limit? A sequential test that may be looked at after every request.

Evidence against "the rate is `limit`" after ``k`` of ``n`` events is the likelihood-ratio mixture

    e(n, k) = sum_j w_j (p_j / p0)^k ((1 - p_j) / (1 - p0))^(n - k)

over a fixed grid of alternatives ``p_j``, all above the limit ``p0`` (to show that the rate is too high) or
all below it (to show that it is low enough). Under the null hypothesis ``e`` is a non-negative
supermartingale that starts at 1, so by Ville's inequality it ever reaches ``1/alpha`` with probability at
most ``alpha``, however often one looks: J. Ville, *Étude critique de la notion de collectif* (1939); the
mixture is H. Robbins, *Statistical methods related to the law of the iterated logarithm*, Ann. Math.
Statist. 41 (1970). Only sums enter, so nothing has to be remembered between two looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Side = Literal["above", "below"]

ALPHA_TOO_HIGH = 0.01
"""How often a rate exactly at its limit may ever be called too high."""
ALPHA_ALL_TOO_HIGH = 0.001
"""The same for all requests together, where they are judged beside the canary's own: so both together stay
at one false NO-GO in a hundred, computed in `tests/verdict/test_promises.py`."""
ALPHA_LOW_ENOUGH = 0.05
"""How often a rate exactly at its limit may ever be called low enough."""

GRID = 24
TOP = 0.7
"""Highest alternative: little is gained above it, since two failures of two then decide already."""
WEIGHT_EXPONENT = -0.25
"""Weights lean towards alternatives close to the limit, which need the most requests."""
_LOWEST_OF_LIMIT = 0.02
"""Lowest alternative as a part of the limit: with no events at all it is as good as zero."""
_BELOW_EXPONENT = -0.5
"""Weights below the limit lean towards zero, because a healthy canary has next to no errors."""
_TINY = 1e-6
LARGEST_LOG = 700.0
"""`math.exp` overflows a float at 709."""
SEARCH_LIMIT = 10_000_000
"""No forecast looks further ahead than this many events."""


@dataclass(frozen=True)
class Evidence:
    """What ``k`` of ``n`` events say against a limit.

    Attributes:
        e: Evidence against the limit, as betting odds; ``math.inf`` when too large for a float.
        needed: The odds at which it decides, ``1 / alpha``.
    """

    side: Side
    limit: float
    n: float
    k: float
    e: float
    needed: float

    @property
    def decided(self) -> bool:
        """Whether the rate is shown to be on `side` of the limit."""
        return self.e >= self.needed


def weigh(n: float, k: float, limit: float, side: Side, alpha: float) -> Evidence:
    """Weigh ``k`` of ``n`` events against a limit.

    Args:
        n: Events; may be fractional, as an effective number of independent events is.
        k: Those of them that count, ``0 <= k <= n``.
        limit: The rate under test, strictly between 0 and 1.
        side: ``above`` to show a rate over the limit, ``below`` to show one under it.
        alpha: Probability of ever deciding when the rate is exactly at the limit.

    Raises:
        ValueError: Names the argument that is out of range.
    """
    if not 0 <= k <= n:
        raise ValueError(f"k = {k:g} of n = {n:g} events: k must be from 0 to n.")
    if not 0 < limit < 1:
        raise ValueError(f"limit = {limit:g}: a rate under test must be between 0 and 1.")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha = {alpha:g}: must be between 0 and 1.")
    log_e = _log_evidence(n, k, limit, side)
    e = math.exp(log_e) if log_e < LARGEST_LOG else math.inf
    return Evidence(side, limit, n, k, e, 1 / alpha)


def events_to_decide(  # noqa: PLR0913 - a test's arguments, and a rate
    n: float, k: float, limit: float, side: Side, alpha: float, *, rate: float | None = None
) -> int | None:
    """How many more events decide, if they come at the rate seen so far.

    Args:
        n: Events so far.
        k: Those of them that count.
        limit: As for `weigh`, like the rest.
        side: Which decision is waited for.
        alpha: As for `weigh`.
        rate: The rate to expect; ``k / n`` by default, and with no events the best one for `side`.

    Returns:
        Events still needed, 0 when decided already, ``None`` when this rate would never decide.
    """
    if rate is None:
        rate = k / n if n else (0.0 if side == "below" else 1.0)
    goal = math.log(1 / alpha)

    def decides(more: int) -> bool:
        return _log_evidence(n + more, k + rate * more, limit, side) >= goal

    if decides(0):
        return 0
    if rate == limit or (rate > limit) != (side == "above"):
        return None
    high = 1
    while not decides(high):
        high *= 2
        if high > SEARCH_LIMIT:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if decides(middle) else (middle, high)
    return high


def _log_evidence(n: float, k: float, limit: float, side: Side) -> float:
    terms = [weight + k * hit + (n - k) * miss for weight, hit, miss in _grid(limit, side)]
    largest = max(terms)
    return largest + math.log(math.fsum(math.exp(term - largest) for term in terms))


@lru_cache(maxsize=64)
def _grid(limit: float, side: Side) -> tuple[tuple[float, float, float], ...]:
    """Log weight and log likelihood ratios, of an event and of none, for each alternative."""
    rates, weights = alternatives(limit, side)
    return tuple(
        (math.log(weight), math.log(rate / limit), math.log((1 - rate) / (1 - limit)))
        for rate, weight in zip(rates, weights, strict=True)
    )


def as_rate(value: float) -> float:
    """A limit that can be tested: 0 and 1 themselves are never exceeded by any evidence."""
    return min(max(value, _TINY), 1 - _TINY)


def alternatives(limit: float, side: Side) -> tuple[list[float], list[float]]:
    """The grid: rates evenly spaced in log-odds from the limit (excluded), and weights that sum to 1."""
    start = _log_odds(limit)
    if side == "above":
        # A limit near or over `TOP` still needs alternatives above it.
        end, exponent = _log_odds(max(TOP, (1 + limit) / 2)), WEIGHT_EXPONENT
    else:
        end, exponent = _log_odds(limit * _LOWEST_OF_LIMIT), _BELOW_EXPONENT
    rates = [1 / (1 + math.exp(-(start + (end - start) * step / GRID))) for step in range(1, GRID + 1)]
    weights = [rate**exponent for rate in rates]
    total = math.fsum(weights)
    return rates, [weight / total for weight in weights]


def _log_odds(rate: float) -> float:
    return math.log(rate / (1 - rate))
