"""A canary whose requests reach Prisma and are counted nowhere: nobody would see it fail.

That requests are made is known from Lambda's own ``Invocations`` of the canary's Prisma function, which no
code of ours writes. That they are measured is known from the entry function's metrics. The entry function
asks Prisma at most once a request, and counts a request that it did not ask for as well, so sound metrics
never hold fewer requests than there were invocations.

The newest minutes are left out: AWS publishes no bound on how late a metric may be
(https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html). They are left out by how many minutes
with traffic have been published, so that it holds whatever the delay and the clock.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rollback_guard.counts import LAMBDA, Query, Window

if TYPE_CHECKING:
    from rollback_guard.clients import Clients
    from rollback_guard.counts import Series
    from rollback_guard.settings import Settings

UNSETTLED = 4
"""Newest minutes with traffic that are not judged yet."""
JUDGED = 10
"""Minutes with traffic that are judged."""
LEAST = 10
"""Invocations that must be missing something: fewer may be a check of ours, or a retry of the SDK's."""


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
    invoked = Window(clients.cloudwatch, LAMBDA, settings.prisma_function, start, end).read(
        {"invoked": Query("Invocations", None)}
    )["invoked"]
    measured = Window(
        clients.cloudwatch, settings.metrics_namespace, settings.function_name, start, end
    ).read({"measured": Query("Requests", "prisma")})["measured"]
    return compare(invoked, measured)


def compare(invoked: Series, measured: Series) -> Unmeasured | None:
    """The same from the two series by minute: fewer than half of what was asked was counted."""
    settled = sorted(invoked)[:-UNSETTLED][-JUDGED:]
    if not settled:
        return None
    asked = round(sum(invoked[at] for at in settled))
    counted = round(sum(value for at, value in measured.items() if at >= settled[0]))
    if asked < LEAST or 2 * counted >= asked:
        return None
    return Unmeasured(asked, counted, datetime.fromtimestamp(settled[0], UTC).isoformat())
