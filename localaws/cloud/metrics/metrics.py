"""Metric data: what was measured, in the resolution CloudWatch keeps it in.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html: a metric is a
namespace, a name and its exact dimensions; data of standard resolution is kept by the minute, of high
resolution by the second. Minutes, seconds and periods are the cloud's: ``factor`` of them pass in a real
one. Time is counted in cloud seconds since the epoch inside, so that periods are whole numbers; timestamps
at the edge are wall clock.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from localaws.cloud.metrics.statistics import Distribution, Statistic, compute_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from localaws.cloud.clock import Clock

STANDARD_S, HIGH_S = 60, 1
"""Cloud seconds of one slot, by storage resolution."""

KEPT_S = {STANDARD_S: 15 * 86_400, HIGH_S: 3 * 3_600}
"""Cloud seconds that data is kept in its first resolution (concepts page, *Metrics retention*). Older
data is dropped here, where CloudWatch would aggregate it."""

Key = tuple[str, str, tuple[tuple[str, str], ...]]
NO_UNIT = "None"


@dataclass(frozen=True)
class Query:
    """What is asked of one metric.

    Attributes:
        metric: Dimensions exactly as they were put.
        period: Cloud seconds.
        statistic: Parsed.
        unit: Only data published in this unit; ``None`` for all.
    """

    metric: Key
    period: int
    statistic: Statistic
    unit: str | None = None


@dataclass(frozen=True)
class Datum:
    """One value of one metric, seen ``count`` times; the timestamp is wall clock.

    Attributes:
        unit: As published; ``None`` is the API's word for no unit.
        resolution: ``STANDARD_S`` or ``HIGH_S``.
        statistic_set: ``(count, sum, minimum, maximum)`` in place of the value.
    """

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    value: float
    timestamp: float
    count: float = 1.0
    unit: str = NO_UNIT
    resolution: int = STANDARD_S
    statistic_set: tuple[float, float, float, float] | None = None


def key(namespace: str, name: str, dimensions: Mapping[str, str] | Iterable[tuple[str, str]]) -> Key:
    """Identity of a metric: its dimensions are part of it, in any order."""
    pairs = dimensions.items() if hasattr(dimensions, "items") else dimensions
    return namespace, name, tuple(sorted(pairs))


class MetricStore:
    """All metrics: for each metric, unit and slot how often each value was seen."""

    def __init__(self, clock: Clock) -> None:
        self._factor = clock.factor
        self._slots: dict[Key, dict[tuple[str, int], dict[int, Distribution]]] = {}

    def cloud(self, wall: float) -> int:
        """A wall clock time as whole cloud seconds since the epoch."""
        return math.floor(wall * self._factor + 1e-3)

    def wall(self, cloud: float) -> float:
        """Cloud seconds since the epoch as wall clock time."""
        return cloud / self._factor

    def put(self, datum: Datum) -> None:
        """Add one value or statistic set."""
        metric = key(datum.namespace, datum.name, datum.dimensions)
        slots = self._slots.setdefault(metric, {}).setdefault((datum.unit, datum.resolution), {})
        at = self.cloud(datum.timestamp)
        at -= at % datum.resolution
        if at not in slots:
            _forget(slots, at - KEPT_S[datum.resolution])
            slots[at] = Distribution()
        if datum.statistic_set is None:
            slots[at].add(datum.value, datum.count)
        else:
            slots[at].add_set(*datum.statistic_set)

    def names(self) -> list[Key]:
        """Every metric that has a value."""
        return list(self._slots)

    def units(self, metric: Key) -> list[str]:
        """Units a metric was published in."""
        return sorted({unit for unit, _ in self._slots.get(metric, {})})

    def series(self, query: Query, start: int, end: int) -> dict[int, float]:
        """One statistic by period over ``[start, end)``, both in cloud seconds.

        The first period begins at ``start``, which is why an alarm's window can slide by the minute.

        Returns:
            Start of each period that has data, in cloud seconds, with its value, oldest first.
        """
        periods: dict[int, list[Distribution]] = defaultdict(list)
        for at, data in self._between(query, start, end):
            periods[at - (at - start) % query.period].append(data)
        computed = ((at, compute_over(slots, query.statistic)) for at, slots in sorted(periods.items()))
        return {at: value for at, value in computed if value is not None}

    def _between(self, query: Query, start: int, end: int) -> Iterator[tuple[int, Distribution]]:
        for (unit, _), slots in self._slots.get(query.metric, {}).items():
            if query.unit in {None, unit}:
                yield from ((at, data) for at, data in slots.items() if start <= at < end)


def _forget(slots: dict[int, Distribution], before: int) -> None:
    """Drop slots that are too old; new ones come last, so looking at the first ones is enough."""
    while slots and (oldest := next(iter(slots))) < before:
        del slots[oldest]
