"""Compute statistics over counted values, as CloudWatch defines them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html: SampleCount, Sum,
Average, Minimum, Maximum, pNN, trimmed mean TM, trimmed count TC, trimmed sum TS, winsorized mean WM,
interquartile mean IQM and percentile rank PR. Bounds are values (lower bound exclusive, upper bound
inclusive) or percentages of the sorted data. ``tm90`` is short for ``TM(:90%)``.

A percentile is the largest value that remains when the values above that rank are ignored. This is how the
page compares p99 with tm99. All statistics but the first five need raw, non-negative values.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = r"-?\d+(?:\.\d+)?|-?\.\d+"
_RANGE = re.compile(
    rf"^(?P<kind>TM|TC|TS|WM|PR)\((?P<low>(?:{_NUMBER})?)(?P<low_pct>%?):(?P<high>(?:{_NUMBER})?)(?P<high_pct>%?)\)$"
)
_SHORT = re.compile(r"^(?P<kind>p|tm|tc|ts|wm)(?P<rank>\d{1,2}(?:\.\d{1,10})?|100)$")


class StatisticError(ValueError):
    """The statistic is not one that CloudWatch knows."""


@dataclass
class Distribution:
    """The values of one slot.

    Attributes:
        counts: How often each value was seen.
        sets: Published statistic sets ``(count, sum, minimum, maximum)``, whose single values are not known.
    """

    counts: dict[float, float] = field(default_factory=dict)
    sets: list[tuple[float, float, float, float]] = field(default_factory=list)
    _summary: tuple[float, float, float, float] | None = field(default=None, compare=False, repr=False)

    def add(self, value: float, count: float = 1.0) -> None:
        """Add a value that was seen ``count`` times. Defaults to once."""
        self.counts[value] = self.counts.get(value, 0.0) + count
        self._summary = None

    def add_set(self, count: float, total: float, minimum: float, maximum: float) -> None:
        """Add a statistic set. A set that can only be one repeated value is stored as that value."""
        if minimum == maximum and math.isclose(total, minimum * count):
            self.add(minimum, count)
        else:
            self.sets.append((count, total, minimum, maximum))
            self._summary = None

    def summary(self) -> tuple[float, float, float, float]:
        """Return ``(count, sum, minimum, maximum)`` of all values and sets.

        The result is cached until something is added, since past slots do not change.
        """
        if self._summary is None:
            counts, sets = self.counts, self.sets
            self._summary = (
                math.fsum([*counts.values(), *(part[0] for part in sets)]),
                math.fsum([*(value * times for value, times in counts.items()), *(part[1] for part in sets)]),
                min([*counts, *(part[2] for part in sets)]),
                max([*counts, *(part[3] for part in sets)]),
            )
        return self._summary


@dataclass(frozen=True)
class Statistic:
    """A parsed statistic.

    Attributes:
        kind: One of `BASIC`, or ``p``, ``TM``, ``TC``, ``TS``, ``WM`` or ``PR``.
        low: Lower bound. ``None``, the default, means no bound.
        high: Upper bound. ``None``, the default, means no bound. For ``p`` it is the rank in percent.
        percent: Whether the bounds are percentages of the data. Defaults to values.
    """

    kind: str
    low: float | None = None
    high: float | None = None
    percent: bool = False


Ordered = list[tuple[float, float]]
"""Values in ascending order, each with how often it was seen."""

BASIC = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")


def parse(name: str) -> Statistic:
    """Parse a statistic as the API spells it.

    Raises:
        StatisticError: The name is not a statistic, mixes values and percentages, or is PR with percentages.
    """
    if name in BASIC:
        return Statistic(name)
    if name == "IQM":
        return Statistic("TM", 25.0, 75.0, percent=True)
    if found := _SHORT.match(name):
        kind = found["kind"] if found["kind"] == "p" else found["kind"].upper()
        return Statistic(kind, None, float(found["rank"]), percent=True)
    found = _RANGE.match(name)
    if found is None or not (found["low"] or found["high"]):
        raise StatisticError(
            f"{name!r} is no statistic: use {', '.join(BASIC)}, p0 to p100, IQM, TM(a:b), TC, TS, WM or PR"
        )
    low = float(found["low"]) if found["low"] else None
    high = float(found["high"]) if found["high"] else None
    marks = {found[f"{side}_pct"] for side in ("low", "high") if found[side]}
    if len(marks) > 1 or (marks == {"%"} and found["kind"] == "PR"):
        raise StatisticError(f"{name!r}: both bounds are values or both are percentages, and PR takes values")
    return Statistic(found["kind"], low, high, percent=marks == {"%"})


def compute(data: Distribution, statistic: Statistic) -> float | None:
    """Compute a statistic of one slot; ``None`` if it is not defined for the data."""
    return compute_over([data], statistic)


def compute_over(slots: Iterable[Distribution], statistic: Statistic) -> float | None:
    """Compute a statistic of a period that consists of slots; ``None`` if it is not defined for the data."""
    parts = [part for part in slots if part.counts or part.sets]
    if not parts:
        return None
    if statistic.kind in BASIC:
        return _basic([part.summary() for part in parts], statistic.kind)
    if any(part.sets or part.summary()[2] < 0 for part in parts):
        return None
    return _of_ordered(sorted(pair for part in parts for pair in part.counts.items()), statistic)


def _of_ordered(ordered: Ordered, statistic: Statistic) -> float | None:
    count = math.fsum(times for _, times in ordered)
    if statistic.kind == "p":
        return _percentile(ordered, count, statistic.high or 0.0)
    if statistic.kind == "WM":
        return _winsorized(ordered, count, statistic)
    kept = _kept(ordered, count, statistic)
    number = math.fsum(times for _, times in kept)
    if statistic.kind in {"TC", "PR"}:
        return number if statistic.kind == "TC" else 100 * number / count
    total = math.fsum(value * times for value, times in kept)
    if statistic.kind == "TS":
        return total
    return total / number if number else None


def _basic(summaries: list[tuple[float, float, float, float]], kind: str) -> float:
    match kind:
        case "Minimum":
            return min(low for _, _, low, _ in summaries)
        case "Maximum":
            return max(high for _, _, _, high in summaries)
        case "SampleCount":
            return math.fsum(count for count, _, _, _ in summaries)
        case "Sum":
            return math.fsum(total for _, total, _, _ in summaries)
    return math.fsum(total for _, total, _, _ in summaries) / math.fsum(count for count, _, _, _ in summaries)


def _percentile(ordered: Ordered, count: float, rank: float) -> float:
    wanted, seen = count * rank / 100, 0.0
    for value, times in ordered:
        seen += times
        if seen >= wanted - 1e-9:
            return value
    return ordered[-1][0]


def _kept(ordered: Ordered, count: float, statistic: Statistic) -> Ordered:
    """Return the values inside the bounds, each with how often it is inside."""
    if not statistic.percent:
        low = -math.inf if statistic.low is None else statistic.low
        high = math.inf if statistic.high is None else statistic.high
        return [(value, times) for value, times in ordered if low < value <= high]
    first = math.floor(count * (statistic.low or 0.0) / 100 + 1e-9)
    last = math.floor(count * (100.0 if statistic.high is None else statistic.high) / 100 + 1e-9)
    kept, seen = [], 0.0
    for value, times in ordered:
        inside = min(seen + times, last) - max(seen, first)
        seen += times
        if inside > 0:
            kept.append((value, inside))
    return kept


def _winsorized(ordered: Ordered, count: float, statistic: Statistic) -> float | None:
    """Compute the mean with each value outside the bounds moved to the bound that it exceeds."""
    low, high = statistic.low, statistic.high
    if statistic.percent:
        kept = _kept(ordered, count, statistic)
        if not kept:
            return None
        low, high = kept[0][0], kept[-1][0]
    edge_low = -math.inf if low is None else low
    edge_high = math.inf if high is None else high
    return math.fsum(min(max(value, edge_low), edge_high) * times for value, times in ordered) / count
