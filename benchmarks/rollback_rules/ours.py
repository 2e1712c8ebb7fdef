"""The verdict of this project: the sequential test, read every minute by the guard."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.rollback_rules.streams import LIMIT, first
from verdict import rate_test
from verdict.rate_test import ALPHA_ALL_TOO_HIGH, ALPHA_TOO_HIGH

if TYPE_CHECKING:
    from benchmarks.rollback_rules.streams import Minutes, Streams


def verdict(streams: Streams) -> Minutes:
    """NO-GO on the canary's own requests, or on all of them."""
    own = _over(streams.canary, streams.canary_failed, ALPHA_TOO_HIGH)
    every = _over(
        streams.canary + streams.mock, streams.canary_failed + streams.mock_failed, ALPHA_ALL_TOO_HIGH
    )
    return first(own | every)


def _over(requests: Minutes, failed: Minutes, alpha: float) -> np.ndarray:
    n, k = np.cumsum(requests, axis=1), np.cumsum(failed, axis=1)
    most = int(k.max(initial=0))
    # More failures are never better, so the requests that a number of failures decides by are a boundary.
    decides = np.array([_requests_decided_by(failures, alpha) for failures in range(most + 1)])
    over: np.ndarray = n <= decides[k]
    return over & (k > 0)


@lru_cache(maxsize=100_000)
def _requests_decided_by(failures: int, alpha: float) -> int:
    """The most requests among which so many failures are NO-GO; 0 when there are none."""
    if not failures or not rate_test.weigh(failures, failures, LIMIT, "above", alpha).decided:
        return 0
    low, high = failures, round(failures / LIMIT) + 1
    while high - low > 1:
        middle = (low + high) // 2
        decided = rate_test.weigh(middle, failures, LIMIT, "above", alpha).decided
        low, high = (middle, high) if decided else (low, middle)
    return low
