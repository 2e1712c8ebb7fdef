"""Run Logs Insights queries over the API. MiniStack would ignore most of the query language.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html and
API_GetQueryResults. A query runs when it is started, so its results are always complete.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from localaws import insights
from localaws.cloud.request import ServiceError, json_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from localaws.cloud.request import AwsRequest, AwsResponse

    Events = Callable[[str], Iterable[tuple[int, str, str]] | None]

MOST_ROWS = 10_000
ANSWERS_KEPT = 100
"""Number of queries, the newest ones, whose results can still be read."""


class LogQueries:
    """Runs queries over log groups.

    Args:
        events: Returns the events of a log group, or ``None`` if there is no such group. An event is its time
            in milliseconds since the epoch, its log stream and its message.
    """

    def __init__(self, events: Events) -> None:
        self._events = events
        self._found: dict[str, dict[str, Any]] = {}

    async def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Answer StartQuery and GetQueryResults. Returns ``None`` for any other request."""
        if request.service != "logs":
            return None
        match request.operation:
            case "StartQuery":
                return json_response({"queryId": self._start(request.json())})
            case "GetQueryResults":
                return json_response(self._results(request.json()["queryId"]))
        return None

    def _start(self, asked: dict[str, Any]) -> str:
        groups = asked.get("logGroupNames") or [asked.get("logGroupName") or ""]
        start, end = int(asked["startTime"]) * 1000, (int(asked["endTime"]) + 1) * 1000
        records = []
        for group in groups:
            events = self._events(group)
            if events is None:
                raise ServiceError("ResourceNotFoundException", f"Log group '{group}' does not exist.")
            records += [
                insights.record(ms, stream, text, group) for ms, stream, text in events if start <= ms < end
            ]
        try:
            rows = insights.run(asked["queryString"], records)
        except insights.QueryError as error:
            raise ServiceError("MalformedQueryException", str(error)) from error
        number = str(uuid.uuid4())
        self._found[number] = {
            "status": "Complete",
            "results": [_fields(row) for row in rows[: int(asked.get("limit") or MOST_ROWS)]],
            "statistics": {"recordsMatched": float(len(rows)), "recordsScanned": float(len(records))},
        }
        while len(self._found) > ANSWERS_KEPT:
            del self._found[next(iter(self._found))]
        return number

    def _results(self, number: str) -> dict[str, Any]:
        if number not in self._found:
            raise ServiceError("ResourceNotFoundException", "The specified query does not exist.")
        return self._found[number]


def _fields(row: dict[str, Any]) -> list[dict[str, str]]:
    return [{"field": name, "value": _text(value)} for name, value in row.items()]


def _text(value: Any) -> str:
    """Format a value as the API does: as text, with whole numbers without a decimal point."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
