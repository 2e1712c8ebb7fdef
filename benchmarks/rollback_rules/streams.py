"""Seeded traffic by the minute: a canary that fails at a known rate beside a healthy mock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Minutes = NDArray[np.int64]

LIMIT = 0.02
SHARE = 0.01
"""The canary's part of the traffic, as in the beta sheet."""
HEALTHY = 0.005
"""What the mock fails, and a canary that nothing is wrong with."""


@dataclass(frozen=True)
class Streams:
    """Counts by stream (first axis) and minute (second axis).

    Attributes:
        canary: Canary requests.
        canary_failed: Those that failed, hidden by a fallback or not.
        mock: Requests on the mock's path.
        mock_failed: Those that failed.
    """

    canary: Minutes
    canary_failed: Minutes
    mock: Minutes
    mock_failed: Minutes


def make(random: np.random.Generator, rate: float, per_minute: float, streams: int, minutes: int) -> Streams:
    """Poisson arrivals, independent failures; the canary fails at ``rate`` from its first request on.

    Args:
        random: Seeded.
        rate: The canary's true error rate.
        per_minute: Canary requests a minute; the mock has 99 times as many.
        streams: How many independent streams.
        minutes: Of how many minutes each.
    """
    shape = (streams, minutes)
    canary = random.poisson(per_minute, shape)
    mock = random.poisson(per_minute * (1 - SHARE) / SHARE, shape)
    return Streams(canary, random.binomial(canary, rate), mock, random.binomial(mock, HEALTHY))


def first(fires: NDArray[np.bool_]) -> Minutes:
    """The minute (from 1) in which each stream's rule first fires, 0 when it never does."""
    found: Minutes = np.where(fires.any(axis=1), fires.argmax(axis=1) + 1, 0)
    return found


def over_last(counts: Minutes, minutes: int) -> Minutes:
    """Sums over the last so many minutes, fewer at the beginning."""
    sums = np.cumsum(counts, axis=1)
    sums[:, minutes:] = sums[:, minutes:] - sums[:, :-minutes]
    return sums
