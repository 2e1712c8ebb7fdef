"""Counts requests and failures by the minute, from metrics of which some may be missing.

The entry function writes a request's metrics in one record, so they arrive together or fail together. A
metric that is missing beside its siblings is therefore not zero, and must not make anything that is there
smaller:

* A whole is at least as large as its largest part.
* A request whose outcome no metric tells counts as failed once its metrics have had time to arrive. Until
  then it counts only against GO.
* What does not fit together is counted, so that the verdict can say that the measurement itself has failed.

AWS publishes no bound for how long a metric may take to arrive
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html). So the newest `UNSETTLED` minutes with
traffic count as still arriving, whatever the delay and the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Series = dict[float, float]
"""Values by the moment at which each minute began, as a timestamp."""

UNSETTLED = 4
"""Number of newest minutes with traffic whose metrics may still be arriving."""


@dataclass
class Tally:
    """Events by the minute.

    Attributes:
        n: Events.
        k: Bad events. Settled events with an unknown outcome are included.
        unknown: Settled events whose outcome no metric tells.
        pending: Events with an unknown outcome that are not settled; they are in `n` but not in `k`.
        contradicted: Settled events that some metrics have counted and others have not.
    """

    n: Series = field(default_factory=dict)
    k: Series = field(default_factory=dict)
    unknown: int = 0
    pending: int = 0
    contradicted: int = 0

    @property
    def total(self) -> int:
        """Number of all events."""
        return round(sum(self.n.values()))

    @property
    def bad(self) -> int:
        """Number of all bad events."""
        return round(sum(self.k.values()))


def settled_until(series: Iterable[Mapping[float, float]]) -> float:
    """Return the last minute whose metrics have had time to arrive; minus infinity if there is none."""
    minutes = sorted({at for one in series for at in one})[:-UNSETTLED]
    return minutes[-1] if minutes else float("-inf")


def tally(together: Sequence[Series], bad: Series, settled: float) -> Tally:
    """Count events whose metrics, ``together`` and ``bad``, are all written in one record.

    Args:
        together: Metrics that each count all events.
        bad: Metric that counts the failed events; a record without a failure says 0.
        settled: Last settled minute, from `settled_until`.
    """
    found = Tally()
    for at in sorted({at for one in (*together, bad) for at in one}):
        counts, failed = [one.get(at) for one in together], bad.get(at)
        n = max(value for value in (*counts, failed) if value is not None)
        if None in counts:
            # Whatever is there was written for an event, even a failure count of 0.
            n = max(n, 1.0)
        found.n[at] = n
        _outcome(found, at, n, failed, settled)
        if at <= settled:
            apart = n if failed is None else max(n - (count or 0.0) for count in counts)
            found.contradicted += round(apart)
    return found


def _outcome(found: Tally, at: float, n: float, failed: float | None, settled: float) -> None:
    if failed is not None:
        found.k[at] = failed
        return
    found.k[at] = n if at <= settled else 0.0
    if at <= settled:
        found.unknown += round(n)
    else:
        found.pending += round(n)


def overall(requests: Series, failed: Series, paths: Iterable[Tally], settled: float) -> Tally:
    """Count all requests. Each path's are a part; a request of no path is a fault of the function's own.

    Args:
        requests: All requests, from the metric without a path.
        failed: Those of them that failed.
        paths: Tally of each path, from its own metrics.
        settled: Last settled minute, from `settled_until`.
    """
    of = [*paths]
    found = Tally()
    for at in sorted({*requests, *failed, *(at for path in of for at in path.n)}):
        parts, bad = sum(path.n.get(at, 0.0) for path in of), sum(path.k.get(at, 0.0) for path in of)
        whole, told = requests.get(at), failed.get(at)
        n = max(whole or 0.0, told or 0.0, parts)
        found.n[at] = n
        if told is not None:
            found.k[at] = max(told, bad)
        else:
            # Only the totals tell of requests that belong to no path.
            _outcome(found, at, n - parts, None, settled)
            found.k[at] += bad
        if at <= settled:
            found.contradicted += round(_whole_apart(n, whole, told, parts, bad))
    found.pending += sum(path.pending for path in of)
    return found


def _whole_apart(n: float, whole: float | None, failed: float | None, parts: float, bad: float) -> float:
    """Return by how many requests totals and paths disagree; a request without a path is a failed one."""
    if whole is None or failed is None:
        return n
    return max(n - whole, bad - failed, (whole - parts) - (failed - bad), 0.0)
