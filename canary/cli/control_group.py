"""What the canary is compared with where no mock answers any more: the mock of the steps before.

At 100 % no request takes the mock's path, so the P95 that "slow" comes from is that of the day before the
step began. Without it the P95 row could never be decided, and the migration never be finished.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from canary.unit.metrics.counts import Window, read_counts, slow_requests

if TYPE_CHECKING:
    from datetime import datetime

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.verdict import Counts

LOOKS_BACK = timedelta(days=1)


def against_the_mock_before(
    clients: Clients, target: Target, counts: Counts, start: datetime, end: datetime
) -> Counts:
    """The same counts, with slow requests counted against the mock's P95 of the day before.

    Args:
        clients: Of the account.
        target: The unit.
        counts: Of the window.
        start: When the window began.
        end: When it ended.
    """
    where = (clients.cloudwatch, target.metrics_namespace, target.mock_function)
    mock_p95 = read_counts(*where, start - LOOKS_BACK, start).mock_p95_ms
    if mock_p95 is None or not counts.canary_requests:
        return counts
    slow = slow_requests(Window(*where, start, end), target.limits, mock_p95, counts.canary_requests)
    return replace(counts, mock_p95_ms=mock_p95, **slow)
