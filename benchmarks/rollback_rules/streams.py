"""Seeded traffic by the minute: a canary that fails at a known rate, beside a healthy mock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Minutes = NDArray[np.int64]

LIMIT = 0.02
SHARE = 0.01
"""The canary's share of the traffic, as in the beta sheet."""
HEALTHY = 0.005
"""Error rate of the mock, and of a canary without a fault."""


@dataclass(frozen=True)
class Streams:
    """Counts by stream (first axis) and minute (second axis).

    Attributes:
        canary: Canary requests.
        canary_failed: Canary requests that failed, whether or not a fallback hid the failure.
        mock: Requests on the mock's path.
        mock_failed: Requests on the mock's path that failed.
    """

    canary: Minutes
    canary_failed: Minutes
    mock: Minutes
    mock_failed: Minutes


def make(random: np.random.Generator, rate: float, per_minute: float, streams: int, minutes: int) -> Streams:
    """Draw Poisson arrivals and independent failures; the canary fails at ``rate`` from its first request on.

    Args:
        random: Seeded generator.
        rate: The canary's true error rate.
        per_minute: Canary requests per minute; the mock gets 99 times as many.
        streams: Number of independent streams.
        minutes: Length of each stream, in minutes.
    """
    shape = (streams, minutes)
    canary = random.poisson(per_minute, shape)
    mock = random.poisson(per_minute * (1 - SHARE) / SHARE, shape)
    return Streams(canary, random.binomial(canary, rate), mock, random.binomial(mock, HEALTHY))


def first(fires: NDArray[np.bool_]) -> Minutes:
    """Return the minute (from 1) in which the rule first fires on each stream; 0 if it never does."""
    found: Minutes = np.where(fires.any(axis=1), fires.argmax(axis=1) + 1, 0)
    return found


def over_last(counts: Minutes, minutes: int) -> Minutes:
    """Sum the counts over a sliding window of that many minutes, which is shorter at the beginning."""
    sums = np.cumsum(counts, axis=1)
    sums[:, minutes:] = sums[:, minutes:] - sums[:, :-minutes]
    return sums
