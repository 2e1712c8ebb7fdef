"""Requests and failures by the minute, from metrics of which some may be missing.

The entry function writes a request's metrics in one record, so they come together or fail together. A metric
that is missing beside its siblings is therefore no zero, and nothing that is there is made smaller by it:

* a whole is at least its largest part;
* a request whose outcome no metric tells counts as failed once its metrics have had time to come, and until
  then it counts against GO alone;
* what does not fit together is counted, so that the verdict can say that the measurement itself has failed.

How long a metric may be on its way: AWS publishes no bound
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html), so the newest `UNSETTLED` minutes with
traffic are on their way, whatever the delay and the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Series = dict[float, float]
"""Values by the moment each minute began."""

UNSETTLED = 4
"""Newest minutes with traffic whose metrics may still be on their way."""


@dataclass
class Tally:
    """Events by the minute.

    Attributes:
        n: Events.
        k: Those of them that count, those with an unknown outcome included once they are settled.
        unknown: Settled events whose outcome no metric tells.
        pending: The same for events that are not settled; they are in `n` and not in `k`.
        contradicted: Settled events that some metrics hold and others do not.
    """

    n: Series = field(default_factory=dict)
    k: Series = field(default_factory=dict)
    unknown: int = 0
    pending: int = 0
    contradicted: int = 0

    @property
    def total(self) -> int:
        """All events."""
        return round(sum(self.n.values()))

    @property
    def bad(self) -> int:
        """All events that count."""
        return round(sum(self.k.values()))


def settled_until(series: Iterable[Mapping[float, float]]) -> float:
    """The last minute whose metrics have had time to come; minus infinity where there is none."""
    minutes = sorted({at for one in series for at in one})[:-UNSETTLED]
    return minutes[-1] if minutes else float("-inf")


def tally(together: Sequence[Series], bad: Series, settled: float) -> Tally:
    """Events of which every metric of ``together`` and ``bad`` is written in one record.

    Args:
        together: Metrics that each count the events.
        bad: Counts those of them that failed; a record without a failure says 0.
        settled: From `settled_until`.
    """
    found = Tally()
    for at in sorted({at for one in (*together, bad) for at in one}):
        counts, failed = [one.get(at) for one in together], bad.get(at)
        n = max(value for value in (*counts, failed) if value is not None)
        if None in counts:
            # What is there was written for an event, be it a failure count of 0.
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
    """All requests, of which each path's are a part; requests of no path are faults of the function's own.

    Args:
        requests: All of them, by the metric without a path.
        failed: Those of them that failed.
        paths: What each path's own metrics say.
        settled: From `settled_until`.
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
            # What belongs to no path is told by the totals alone.
            _outcome(found, at, n - parts, None, settled)
            found.k[at] += bad
        if at <= settled:
            found.contradicted += round(_whole_apart(n, whole, told, parts, bad))
    found.pending += sum(path.pending for path in of)
    return found


def _whole_apart(n: float, whole: float | None, failed: float | None, parts: float, bad: float) -> float:
    """By how many requests totals and paths differ: a request without a path is a failed one."""
    if whole is None or failed is None:
        return n
    return max(n - whole, bad - failed, (whole - parts) - (failed - bad), 0.0)
