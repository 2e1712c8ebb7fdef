"""Logs Insights over the wire: real boto3 requests, run by the documented language on the group's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from localaws.cloud.logs.log_queries import LogQueries
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = "/aws/lambda/huntaze-mock-read"
EVENTS = [
    (1000, "a", '{"message": "SUCCESS", "path": "mock", "durationMs": 1.5}'),
    (2000, "a", '{"message": "ERROR", "path": "prisma", "durationMs": 40}'),
    (9000, "b", '{"message": "SUCCESS", "path": "prisma", "durationMs": 20}'),
]


@pytest.fixture
def logs(client_of: Callable[..., Any]) -> Any:
    """A client of the two operations."""
    queries = LogQueries(lambda group: EVENTS if group == GROUP else None)
    return client_of("logs", queries.handle)


def ask(logs: Any, query: str, start: int = 0, end: int = 10, **more: Any) -> list[dict[str, str]]:
    """Start a query and read its rows."""
    number = logs.start_query(logGroupName=GROUP, startTime=start, endTime=end, queryString=query, **more)
    answer = logs.get_query_results(queryId=number["queryId"])
    assert answer["status"] == "Complete"
    return [{field["field"]: field["value"] for field in row} for row in answer["results"]]


def test_a_query_finds_rows_of_texts(logs: Any) -> None:
    """Aggregates come back as texts, in the columns' order."""
    rows = ask(logs, "stats count(*) as n, avg(durationMs) as ms by path | sort path asc")
    assert rows == [{"path": "mock", "n": "1", "ms": "1.5"}, {"path": "prisma", "n": "2", "ms": "30"}]


def test_a_window_holds_its_last_second(logs: Any) -> None:
    """Times are seconds, both ends included."""
    assert ask(logs, "stats count(*) as n", 1, 2) == [{"n": "2"}]
    assert ask(logs, "stats count(*) as n", 3, 8) == [{"n": "0"}]


def test_a_limit_of_the_request_holds(logs: Any) -> None:
    """The newest event alone."""
    assert ask(logs, "fields durationMs", limit=1) == [{"durationMs": "20"}]


@pytest.mark.parametrize(
    ("group", "query", "code"),
    [
        (GROUP, "fields a | eval b = 1", "MalformedQueryException"),
        ("/aws/lambda/other", "fields a", "ResourceNotFoundException"),
    ],
)
def test_what_cannot_be_run_is_refused(logs: Any, group: str, query: str, code: str) -> None:
    """With the exception that AWS would raise."""
    with pytest.raises(ServiceError) as refused:
        logs.start_query(logGroupName=group, startTime=0, endTime=1, queryString=query)
    assert refused.value.code == code


def test_an_unknown_query_has_no_results(logs: Any) -> None:
    """Nothing was started under that number."""
    with pytest.raises(ServiceError, match="does not exist"):
        logs.get_query_results(queryId="12345678-1234-1234-1234-123456789012")
