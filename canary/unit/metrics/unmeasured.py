"""A canary whose requests reach Prisma and are counted nowhere: nobody would see it fail.

That requests are made is known from the Prisma function itself, which counts each invocation that bears the
entry function's marker, and from Lambda's own ``Invocations``, which no code of ours writes. That they are
measured is known from the entry function's metrics. The entry function asks Prisma at most once a request,
and counts a request that it did not ask for as well, so sound metrics never hold fewer requests than there
were marked invocations.

Lambda's count is asked only for minutes in which the Prisma function's own is missing: it holds other
people's invocations too, a health check's say. The Prisma function writes a 0 for those, so its silence means
that it is an older version or that its metrics fail, not that nothing came.

The newest minutes are left out, as in `canary.unit.metrics.tally`. They are left out by how many minutes with
traffic have been published, so that it holds whatever the delay and the clock.
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
"""Metric of the Prisma function: 1 for an invocation with the marker, 0 for any other."""
JUDGED = 10
"""Minutes with traffic that are judged."""
LEAST = 2
"""Marked invocations that must be missing something: as many failures as decide by themselves."""
LEAST_OF_ALL = 10
"""The same of Lambda's own count: fewer may be a check of ours, or a retry of the SDK's."""
MEASURED = {
    "requests": Query("Requests", "prisma"),
    "errors": Query("Errors", "prisma"),
    "timed": Query("Duration", "prisma", "SampleCount"),
}
"""Metrics of one record: each of them tells that a request was counted."""


@dataclass(frozen=True)
class Unmeasured:
    """Requests that were made and not counted.

    Attributes:
        invoked: Invocations of the canary's Prisma function.
        measured: Canary requests that the entry function counted since the first of them.
        since: Of the first of them, ISO 8601.
    """

    invoked: int
    measured: int
    since: str

    @property
    def why(self) -> str:
        """One sentence."""
        return (
            f"The canary's requests are not measured: Prisma was invoked {self.invoked} times since "
            f"{self.since}, and {self.measured} canary requests were counted."
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def unmeasured(settings: Settings, clients: Clients, start: datetime, end: datetime) -> Unmeasured | None:
    """Whether the canary's requests go uncounted; ``None`` while they are counted, or nothing is known.

    Args:
        settings: Whose.
        clients: Uses cloudwatch.
        start: When the current step began.
        end: Usually now.
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
    """The same from two series by minute: fewer than half of what was asked was counted.

    Args:
        invoked: Invocations.
        measured: Canary requests that were counted.
        least: Fewest invocations that mean something.
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
    """The same counts with what Prisma was asked for and the entry function did not count."""
    if found is None:
        return counts
    return replace(counts, invoked=found.invoked, uncounted=found.invoked - found.measured)
