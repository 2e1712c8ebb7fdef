"""A one-sided z-test of the canary's rate against 2 %, evaluated every minute over all requests so far."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.rollback_rules.streams import LIMIT, first

if TYPE_CHECKING:
    from benchmarks.rollback_rules.streams import Minutes, Streams

ALPHA = 0.01
ENOUGH = 250
"""Requests at which 2 % means five expected failures, the usual minimum for the normal approximation."""


def every_minute(streams: Streams) -> Minutes:
    """Test from the first request on."""
    return _test(streams, 1)


def from_enough(streams: Streams) -> Minutes:
    """Test only once there are enough requests for the approximation."""
    return _test(streams, ENOUGH)


def _test(streams: Streams, fewest: int) -> Minutes:
    n = np.cumsum(streams.canary, axis=1)
    k = np.cumsum(streams.canary_failed, axis=1)
    z = (k - n * LIMIT) / np.sqrt(np.maximum(n, 1) * LIMIT * (1 - LIMIT))
    return first((n >= fewest) & (z > NormalDist().inv_cdf(1 - ALPHA)))
