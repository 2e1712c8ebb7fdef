"""One Logs Insights query, from its start to its result.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from canary.cli.clients import Clients
    from canary.unit.patience import Patience

_OVER = {"Complete", "Failed", "Cancelled", "Timeout"}


def ask(  # noqa: PLR0913, PLR0917 - a query, where, when, and how long to wait
    clients: Clients,
    groups: Sequence[str],
    text: str,
    window: tuple[datetime, datetime],
    name: str,
    patience: Patience,
) -> dict[str, Any]:
    """Run any query and wait for its end.

    Args:
        clients: Of the account.
        groups: Log groups.
        text: The query.
        window: Start and end, with a time zone.
        name: What to call it when it fails.
        patience: How long to wait; the query is stopped when it is over.

    Returns:
        GetQueryResults' answer.

    Raises:
        OpsError: It failed, or took too long.
    """
    number = clients.logs.start_query(
        logGroupNames=list(groups),
        startTime=int(window[0].timestamp()),
        endTime=int(window[1].timestamp()),
        queryString=text,
    )["queryId"]
    pauses = patience.pauses()
    while True:
        answer: dict[str, Any] = clients.logs.get_query_results(queryId=number)
        if answer["status"] == "Complete":
            return answer
        if answer["status"] in _OVER:
            raise OpsError(f"{name} ended as {answer['status']}: try a shorter window.")
        if not pauses.take():
            clients.logs.stop_query(queryId=number)
            raise OpsError(f"{name} was not finished in time and has been stopped: try a shorter window.")
