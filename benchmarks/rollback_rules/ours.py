"""This project's verdict: the sequential test, read every minute by the guard.

The evidence is the program's own formula over its own table of alternatives, computed for many streams at
once. `tests/verdict/test_benchmark.py` compares it with `canary.verdict.judge`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.rollback_rules.streams import LIMIT, first
from canary.verdict.rate_test import ALPHA_ALL_TOO_HIGH, ALPHA_TOO_HIGH
from canary.verdict.workings import terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.rollback_rules.streams import Minutes, Streams


def verdict(streams: Streams) -> Minutes:
    """Return the minute of NO-GO on the canary's requests or on all requests; 0 if there is none."""
    own = over(streams.canary, streams.canary_failed, ALPHA_TOO_HIGH)
    every = over(
        streams.canary + streams.mock, streams.canary_failed + streams.mock_failed, ALPHA_ALL_TOO_HIGH
    )
    return first(own | every)


def over(requests: Minutes, failed: Minutes, alpha: float) -> NDArray[np.bool_]:
    """Return, by stream and minute, whether the evidence so far shows that the rate is over the limit."""
    n, k = np.cumsum(requests, axis=1), np.cumsum(failed, axis=1)
    evidence = np.full(n.shape, -np.inf)
    for term in terms(LIMIT, "above"):
        one = math.log(term.weight) + k * math.log(term.hit) + (n - k) * math.log(term.miss)
        np.logaddexp(evidence, one, out=evidence)
    found: NDArray[np.bool_] = evidence >= math.log(1 / alpha)
    return found
