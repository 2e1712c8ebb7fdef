"""Exact probabilities of the sequential test, and its boundary, as the reference for simulations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from canary.verdict import rate_test

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canary.verdict.rate_test import Side

LIMIT = 0.02


def boundary(side: Side, alpha: float, looks: int) -> NDArray[np.int64]:
    """Return, for each n, the count at which the test decides.

    It is the fewest events for ``above``, and the most for ``below`` (-1 if it never decides).
    """
    found, k = np.empty(looks, dtype=np.int64), 0 if side == "above" else -1
    for n in range(1, looks + 1):
        if side == "above":
            while k <= n and not rate_test.weigh(n, k, LIMIT, side, alpha).decided:
                k += 1
        else:
            while k + 1 <= n and rate_test.weigh(n, k + 1, LIMIT, side, alpha).decided:
                k += 1
        found[n - 1] = k
    return found


def decided_by(rate: float, side: Side, bounds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the exact probability to have decided by each look, by dynamic programming over the count."""
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


def failing_at(random: np.random.Generator, rate: float, streams: int, looks: int) -> list[NDArray[Any]]:
    """Return seeded streams as the positions (from 1) of their failures.

    A look after every request needs no more: a stream can be called too bad only at a failure, and good only
    just before one.
    """
    most = int(looks * rate + 10 * (looks * rate) ** 0.5) + 10
    positions = np.cumsum(random.geometric(rate, (streams, most)), axis=1)
    return [stream[stream <= looks] for stream in positions]
