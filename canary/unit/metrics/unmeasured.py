"""Finds a canary whose requests reach Prisma but are counted nowhere: no one would see it fail.

Two sources tell that requests are made. The Prisma function counts each invocation that carries the entry
function's marker, and Lambda has its own ``Invocations``, which none of our code emits. The entry function's
metrics tell that requests are measured. The entry function invokes Prisma at most once per request, and also
counts requests for which it did not invoke Prisma. So sound metrics never show fewer requests than there were
marked invocations.

Lambda's count is used only for minutes in which the Prisma function's own count is missing, because it
includes other invocations too, such as a health check's. The Prisma function writes a 0 for those. So its
silence means that it is an older version or that its metrics fail, not that nothing came.

The newest minutes are left out, as in `canary.unit.metrics.tally`. They are chosen by how many minutes with
traffic have been published, so that this holds whatever the delay and the clock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.unit.metrics.counts import LAMBDA, Query, Window
from canary.unit.metrics.tally import UNSETTLED

if TYPE_CHECKING:
    from canary.unit.clients import Clients
    from canary.unit.metrics.tally import Series
    from canary.unit.settings import Settings
    from canary.verdict import Counts

INVOKED = "CanaryInvoked"
"""Metric of the Prisma function: 1 for an invocation with the marker, 0 for any other invocation."""
JUDGED = 10
"""Number of minutes with traffic that are judged."""
LEAST = 2
"""Minimum number of marked invocations for a finding: as many as the failures that decide by themselves."""
LEAST_OF_ALL = 10
"""Minimum for Lambda's own count. Fewer invocations may be a check of ours, or a retry of the SDK."""
MEASURED = {
    "requests": Query("Requests", "prisma"),
    "errors": Query("Errors", "prisma"),
    "timed": Query("Duration", "prisma", "SampleCount"),
}
"""Metrics of one record. Each of them tells that a request was counted."""


@dataclass(frozen=True)
class Unmeasured:
    """Requests that were made but not counted.

    Attributes:
        invoked: Invocations of the canary's Prisma function.
        measured: Canary requests that the entry function has counted since the first of the invocations.
        since: Minute of the first of the invocations, ISO 8601.
    """

    invoked: int
    measured: int
    since: str

    @property
    def why(self) -> str:
        """One sentence for people."""
        return (
            f"The canary's requests are not measured: Prisma was invoked {self.invoked} times since "
            f"{self.since}, and {self.measured} canary requests were counted."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


def unmeasured(settings: Settings, clients: Clients, start: datetime, end: datetime) -> Unmeasured | None:
    """Find whether the canary's requests go uncounted.

    Args:
        settings: Names the functions and the metrics.
        clients: Uses cloudwatch.
        start: When the current step began.
        end: End of the window, usually now.

    Returns:
        What is uncounted; ``None`` while requests are counted, or if nothing is known.
    """

    def window(namespace: str, function: str) -> Window:
        return Window(clients.cloudwatch, namespace, function, start, end)

    prisma, namespace = settings.prisma_function, settings.metrics_namespace
    every = window(LAMBDA, prisma).read({"invoked": Query("Invocations", None)})["invoked"]
    marked = window(namespace, prisma).read({"invoked": Query(INVOKED, None)})["invoked"]
    counted = window(namespace, settings.function_name).read(MEASURED).values()
    measured = {at: max(one.get(at, 0.0) for one in counted) for at in {at for one in counted for at in one}}
    return compare(marked, measured, LEAST) or compare(
        {at: n for at, n in every.items() if at not in marked}, measured, LEAST_OF_ALL
    )


def compare(invoked: Series, measured: Series, least: int) -> Unmeasured | None:
    """Compare two series by the minute: unmeasured if fewer than half of the invocations were counted.

    Args:
        invoked: Invocations.
        measured: Canary requests that were counted.
        least: Minimum number of invocations for a finding.
    """
    settled = sorted(at for at, n in invoked.items() if n)[:-UNSETTLED][-JUDGED:]
    if not settled:
        return None
    asked = round(sum(invoked[at] for at in settled))
    counted = round(sum(value for at, value in measured.items() if at >= settled[0]))
    if asked < least or 2 * counted >= asked:
        return None
    return Unmeasured(asked, counted, datetime.fromtimestamp(settled[0], UTC).isoformat())


def with_invoked(counts: Counts, found: Unmeasured | None) -> Counts:
    """Return the counts, with the invocations of Prisma that the entry function did not count."""
    if found is None:
        return counts
    return replace(counts, invoked=found.invoked, uncounted=found.invoked - found.measured)
