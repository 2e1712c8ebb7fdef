"""The metric store: metric data, in the resolution in which CloudWatch keeps it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html: a metric is
identified by its namespace, its name and its exact dimensions. Data of standard resolution is kept by the
minute, data of high resolution by the second.

Minutes, seconds and periods are in cloud time, of which ``factor`` seconds pass in a real second. The store
counts time in cloud seconds since the epoch, so that periods are whole numbers. Timestamps that enter or
leave it are wall clock time.
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
"""Length of a slot in cloud seconds for standard and for high resolution."""

KEPT_S = {STANDARD_S: 15 * 86_400, HIGH_S: 3 * 3_600}
"""Cloud seconds for which data is kept, by resolution (concepts page, *Metrics retention*). Older data is
dropped here. CloudWatch would aggregate it to a coarser resolution."""

Key = tuple[str, str, tuple[tuple[str, str], ...]]
NO_UNIT = "None"


@dataclass(frozen=True)
class Query:
    """A query for one statistic of one metric.

    Attributes:
        metric: Identity of the metric, with exactly the dimensions that it was published with.
        period: Period in cloud seconds.
        statistic: The statistic.
        unit: Unit that data must be published in. ``None``, the default, accepts all units.
    """

    metric: Key
    period: int
    statistic: Statistic
    unit: str | None = None


@dataclass(frozen=True)
class Datum:
    """One value of one metric, or a statistic set.

    Attributes:
        timestamp: Wall clock time in seconds since the epoch.
        count: How often the value was seen. Defaults to once.
        unit: Unit as published. The default, the text ``None``, is the API's word for no unit.
        resolution: ``STANDARD_S``, the default, or ``HIGH_S``.
        statistic_set: ``(count, sum, minimum, maximum)``, which replaces the value.
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
    """Return the identity of a metric. It includes the dimensions, in any order."""
    pairs = dimensions.items() if hasattr(dimensions, "items") else dimensions
    return namespace, name, tuple(sorted(pairs))


class MetricStore:
    """Stores how often each value was seen, by metric, unit and slot.

    Args:
        clock: The cloud's clock, whose factor converts between cloud time and wall clock time.
    """

    def __init__(self, clock: Clock) -> None:
        self._factor = clock.factor
        self._slots: dict[Key, dict[tuple[str, int], dict[int, Distribution]]] = {}

    def cloud(self, wall: float) -> int:
        """Convert a wall clock time to whole cloud seconds since the epoch."""
        return math.floor(wall * self._factor + 1e-3)

    def wall(self, cloud: float) -> float:
        """Convert cloud seconds since the epoch to wall clock time."""
        return cloud / self._factor

    def put(self, datum: Datum) -> None:
        """Add a value or a statistic set."""
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
        """Return every metric that has data."""
        return list(self._slots)

    def units(self, metric: Key) -> list[str]:
        """Return the units in which a metric was published."""
        return sorted({unit for unit, _ in self._slots.get(metric, {})})

    def series(self, query: Query, start: int, end: int) -> dict[int, float]:
        """Compute one statistic for each period in ``[start, end)``.

        The first period begins at ``start``, so an alarm's window can slide by the minute.

        Args:
            query: Metric, period, statistic and unit.
            start: Start in cloud seconds since the epoch.
            end: End in cloud seconds since the epoch, exclusive.

        Returns:
            The value of each period that has data, by the start of the period in cloud seconds, oldest first.
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
    """Drop slots that are too old. New slots are added last, so only the first ones are checked."""
    while slots and (oldest := next(iter(slots))) < before:
        del slots[oldest]
