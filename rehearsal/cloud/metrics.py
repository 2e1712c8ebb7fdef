"""Metric data: what was measured, kept as counted values in the finest period an alarm can ask for.

Statistics follow
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html: Sum,
Average, Minimum, Maximum, SampleCount, pNN, trimmed counts TC(a:b) and percentile ranks PR(a:b) with
absolute bounds (lower exclusive, upper inclusive), each computed from the values themselves.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rehearsal.cloud.clock import Clock

FINEST_S = 1.0
"""Cloud seconds: the resolution of high-resolution metrics, the finest CloudWatch keeps."""

Key = tuple[str, str, tuple[tuple[str, str], ...]]

_BOUNDED = re.compile(r"^(TC|PR)\((?P<low>-?[\d.]*):(?P<high>-?[\d.]*)\)$")
_PERCENTILE = re.compile(r"^p(?P<rank>\d{1,2}(?:\.\d+)?|100)$")


class StatisticError(ValueError):
    """A statistic this store does not compute."""


@dataclass(frozen=True)
class Datum:
    """One value of one metric, seen ``count`` times; the timestamp is wall clock."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    value: float
    timestamp: float
    count: float = 1.0


def key(namespace: str, name: str, dimensions: Mapping[str, str] | Iterable[tuple[str, str]]) -> Key:
    """Identity of a metric: its dimensions are part of it, in any order."""
    pairs = dimensions.items() if hasattr(dimensions, "items") else dimensions
    return namespace, name, tuple(sorted(pairs))


class MetricStore:
    """All metrics; one counter of values a metric and finest period."""

    def __init__(self, clock: Clock) -> None:
        self._slot = clock.real(FINEST_S)
        self._clock = clock
        self._slots: dict[Key, dict[int, Counter[float]]] = defaultdict(lambda: defaultdict(Counter))

    def put(self, datum: Datum) -> None:
        """Add one value."""
        metric = key(datum.namespace, datum.name, datum.dimensions)
        self._slots[metric][int(datum.timestamp // self._slot)][datum.value] += datum.count  # type: ignore[assignment]

    def names(self) -> list[Key]:
        """Every metric that ever had a value."""
        return list(self._slots)

    def series(self, metric: Key, start: float, end: float, period_s: float, statistic: str) -> dict[float, float]:
        """One statistic over ``[start, end)`` in aligned periods.

        Args:
            metric: Which metric, dimensions exactly as they were put.
            start: Wall clock seconds; rounded down to a period's start, as CloudWatch does.
            end: Wall clock seconds, exclusive.
            period_s: Cloud seconds.
            statistic: As the API spells it.

        Returns:
            Wall clock start of each period that has data, with its value, oldest first.
        """
        if metric not in self._slots:
            return {}
        length = self._clock.real(period_s)
        periods: dict[int, Counter[float]] = defaultdict(Counter)
        first = math.floor(start / length) * length
        for slot, values in self._slots[metric].items():
            at = slot * self._slot
            if first - self._slot / 2 <= at < end:
                periods[int((at + self._slot / 2) // length)].update(values)
        computed = ((index * length, compute(values, statistic)) for index, values in sorted(periods.items()))
        return {at: value for at, value in computed if value is not None}

    def window(self, metric: Key, start: float, end: float, statistic: str) -> float | None:
        """One statistic over a window that need not be aligned, as alarm evaluation slides it."""
        total: Counter[float] = Counter()
        for slot, values in self._slots.get(metric, {}).items():
            if start <= (slot + 0.5) * self._slot < end:
                total.update(values)
        return compute(total, statistic) if total else None


def compute(values: Counter[float], statistic: str) -> float | None:
    """A statistic of counted values; ``None`` where it is not defined for them.

    Raises:
        StatisticError: An unknown statistic, which must not pass as missing data.
    """
    count = float(sum(values.values()))
    if not count:
        return None
    match statistic:
        case "SampleCount":
            return count
        case "Sum":
            return math.fsum(value * times for value, times in values.items())
        case "Average":
            return math.fsum(value * times for value, times in values.items()) / count
        case "Minimum":
            return min(values)
        case "Maximum":
            return max(values)
    if found := _PERCENTILE.match(statistic):
        return _percentile(values, count, float(found["rank"]))
    if found := _BOUNDED.match(statistic):
        low = float(found["low"]) if found["low"] else -math.inf
        high = float(found["high"]) if found["high"] else math.inf
        inside = float(sum(times for value, times in values.items() if low < value <= high))
        return inside if statistic.startswith("TC") else 100 * inside / count
    raise StatisticError(f"Statistic {statistic!r} is not one that this cloud computes.")


def _percentile(values: Counter[float], count: float, rank: float) -> float:
    """The smallest value that at least ``rank`` percent of the values do not exceed."""
    wanted, seen = count * rank / 100, 0.0
    ordered = sorted(values.items())
    for value, times in ordered:
        seen += times
        if seen >= wanted:
            return value
    return ordered[-1][0]
