"""The evidence of one row, written out so that a person can redo it with a table and a calculator."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.verdict import rate_test

if TYPE_CHECKING:
    from canary.verdict.rate_test import Side
    from canary.verdict.row import Row


@dataclass(frozen=True)
class Term:
    """One alternative rate of the mixture.

    Attributes:
        rate: The alternative ``p``.
        weight: Its share ``w`` of the mixture.
        hit: What an event that counts multiplies the term by, ``p / limit``.
        miss: What any other event multiplies it by, ``(1 - p) / (1 - limit)``.
    """

    rate: float
    weight: float
    hit: float
    miss: float

    def after(self, n: float, k: float) -> float:
        """The term after ``k`` of ``n`` events: the sum of all terms is the evidence."""
        log = math.log(self.weight) + k * math.log(self.hit) + (n - k) * math.log(self.miss)
        return math.exp(log) if log < rate_test.LARGEST_LOG else math.inf


def terms(limit: float, side: Side) -> list[Term]:
    """The table that evidence against a limit is read from; it depends on nothing that was observed."""
    rates, weights = rate_test.alternatives(limit, side)
    return [
        Term(rate, weight, rate / limit, (1 - rate) / (1 - limit))
        for rate, weight in zip(rates, weights, strict=True)
    ]


def workings(row: Row) -> list[str]:
    """Both evidences of a row with one limit each way, as lines: what was multiplied, and what it came to.

    Raises:
        ValueError: The traffic-share row, which weighs two edges each way, and ``measured``, which weighs
            nothing.
    """
    if row.name == "measured":
        raise ValueError("The measured row is a count: see why.")
    if row.name == "share":
        raise ValueError("The share row weighs two edges: redo each with its own limit and side.")
    high = _written("above", row.n, row.k, row.limit_percent, row.e_bad, row.bad_needed)
    low = _written("below", row.good_n, row.good_k, row.good_limit_percent, row.e_good, row.good_needed)
    return [*high, *low]


def _written(side: Side, n: float, k: float, limit: float, e: float, needed: float) -> list[str]:  # noqa: PLR0913, PLR0917 - one evidence's numbers
    largest = max(terms(limit / 100, side), key=lambda term: term.after(n, k))
    true = f"for a true rate of {100 * largest.rate:.3g} %"
    product = f"{largest.weight:.4g} x {largest.hit:.4g}^{k:g} x {largest.miss:.4g}^{n - k:g}"
    return [
        f"{side} {limit:.3g} %: {k:g} of {n:g}, evidence {e:.4g}, decides at {needed:g}",
        f"  largest term: {product} = {largest.after(n, k):.4g}, {true}",
    ]
