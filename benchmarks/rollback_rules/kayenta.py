"""Kayenta's Mann-Whitney rule: is the canary's error rate by the minute shifted above the baseline's?

A metric is High if the lower end of the 98 % confidence interval of the Hodges-Lehmann shift exceeds 0.25
times the shift itself: spinnaker/kayenta, kayenta-judge/.../MannWhitneyClassifier.scala. The rule judges once
an hour, on that hour's points. The interval is computed from the ordered pairwise differences (M. Hollander
and D. Wolfe, *Nonparametric Statistical Methods*, 4.3); Kayenta searches for the same roots.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.rollback_rules.streams import Minutes, Streams

INTERVAL = 60
TOLERANCE, CONFIDENCE = 0.25, 0.98


def mann_whitney(streams: Streams) -> Minutes:
    """Return the minute in which each stream is first classified High; 0 if it never is."""
    found = np.zeros(len(streams.canary), dtype=np.int64)
    for index in range(len(streams.canary)):
        for end in range(INTERVAL, streams.canary.shape[1] + 1, INTERVAL):
            hour = slice(end - INTERVAL, end)
            experiment = _rates(streams.canary_failed[index, hour], streams.canary[index, hour])
            control = _rates(streams.mock_failed[index, hour], streams.mock[index, hour])
            if is_high(experiment, control):
                found[index] = end
                break
    return found


def is_high(experiment: NDArray[np.float64], control: NDArray[np.float64]) -> bool:
    """Classify one metric that must not increase, as Kayenta does."""
    if not len(experiment) or not len(control) or not experiment.any():
        return False
    n, m = len(experiment), len(control)
    differences = np.subtract.outer(experiment, control).ravel()
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    rank = math.floor(n * m / 2 - NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * spread)
    if rank < 0:
        return False
    middle = (n * m) // 2
    ordered = np.partition(differences, (rank, middle))
    return bool(ordered[rank] > TOLERANCE * abs(ordered[middle]))


def _rates(failed: Minutes, requests: Minutes) -> NDArray[np.float64]:
    """Return the rate of every minute that had requests; other minutes have no point."""
    seen = requests > 0
    rates: NDArray[np.float64] = failed[seen] / requests[seen]
    return rates
