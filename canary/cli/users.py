"""How many different users a window holds, for a GO that counts users: CloudWatch's metrics cannot say.

Counted by Logs Insights over the pseudonyms of the entry function's lines, which reads the window's whole
log. `count_distinct` is approximate where there are very many:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from canary.cli.log_query import ask

if TYPE_CHECKING:
    from datetime import datetime

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.patience import Patience
    from canary.verdict import Counts

ALL = """filter message in ["SUCCESS", "ERROR"]
| stats count_distinct(userId) as users"""
CANARY = """filter message in ["SUCCESS", "ERROR"] and path = "prisma"
| stats count_distinct(userId) as users"""


def with_users(
    clients: Clients, target: Target, counts: Counts, window: tuple[datetime, datetime], patience: Patience
) -> Counts:
    """The same counts with users, so that the verdict's GO and its sample-ratio check count them.

    Where the log knows of no user although there were requests, users stay not counted, as the rows then say.

    Args:
        clients: Of the account.
        target: The unit.
        counts: Of the same window.
        window: Its start and end, with a time zone.
        patience: How long to wait for both queries.

    Raises:
        OpsError: A query failed or took too long.
    """
    group = target.log_group(target.mock_function)
    found = [_users(clients, group, text, window, patience) for text in (ALL, CANARY)]
    if (counts.requests and not found[0]) or (counts.canary_requests and not found[1]):
        # Requests were made by someone: lines that are not there are no users counted, not none.
        return counts
    # Approximate counts of a part may exceed those of the whole.
    return replace(counts, users=max(found), canary_users=found[1])


def _users(
    clients: Clients, group: str, text: str, window: tuple[datetime, datetime], patience: Patience
) -> int:
    answer = ask(clients, [group], text, window, "Counting users", patience)
    values = [cell["value"] for row in answer["results"] for cell in row if cell["field"] == "users"]
    return int(float(values[0])) if values else 0
