"""The two guides: every query and filter in them is valid, and finds what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from mock_read.backend.prisma import ErrorClass

from canary.cli import traces
from components.looking.saved_queries import QUERIES
from localaws import insights
from localaws.cloud.traces import trace_filter

DOCS = Path(__file__).parents[2] / "docs"
QUERY_PAGE = (DOCS / "LOGS_INSIGHTS_QUERIES.md").read_text()
TRACE_PAGE = (DOCS / "XRAY_TRACING_GUIDE.md").read_text()
FENCE = re.compile(r"^```(\w*)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
BLOCKS = [text for language, text in FENCE.findall(QUERY_PAGE) if not language]
FILTERS = re.findall(r"^\| [^`|]+ \| `([^`]+)` \|", TRACE_PAGE, re.MULTILINE)


def test_the_page_shows_the_deployed_queries() -> None:
    """All eight, word for word, each under its name, in order."""
    names = re.findall(r"^`(\d-[a-z0-9-]+)`$", QUERY_PAGE, re.MULTILINE)
    assert names == list(QUERIES)
    assert BLOCKS[: len(names)] == list(QUERIES.values())


@pytest.mark.parametrize("query", BLOCKS)
def test_every_query_on_the_page_is_one(query: str) -> None:
    """Also those that are not saved."""
    assert insights.parse(query)


def test_the_handy_queries_find_what_they_say() -> None:
    """Errors by cause, losses by cause, and all lines of one request."""
    lines = [
        '{"message": "ERROR", "canaryError": "timeout", "userId": "a", "requestId": "REQUEST"}',
        '{"message": "ERROR", "canaryError": "timeout", "userId": "b", "requestId": "r-2"}',
        '{"message": "SHADOW-LOST", "cause": "frozen", "requestId": "REQUEST"}',
    ]
    records = [insights.record(at, "s", line) for at, line in enumerate(lines)]
    causes, lost, request = (insights.run(query, records) for query in BLOCKS[-3:])
    assert [(row["canaryError"], row["errors"], row["users"]) for row in causes] == [("timeout", 2, 2)]
    assert [(row["cause"], row["lost"]) for row in lost] == [("frozen", 1)]
    assert [row["message"] for row in request] == ["ERROR", "SHADOW-LOST"]


@pytest.mark.parametrize("expression", FILTERS)
def test_every_filter_of_the_guide_is_one(expression: str) -> None:
    """In the documented grammar."""
    assert trace_filter.parse(expression)(trace_filter.summarise([])) in {True, False}


def test_the_guide_has_a_filter_for_each_of_the_sheets() -> None:
    """All five, and what the command line asks is among ours."""
    for sheets in (
        "annotation.canary = true",
        "annotation.canary = true AND error = true",
        "duration >= 0.5",
        'annotation.userId = "user-123"',
        "error = true",
    ):
        assert f"`{sheets}`" in TRACE_PAGE
        trace_filter.parse(sheets)
    assert traces.CANARY in FILTERS
    assert set(traces.FAILED[:2]) <= set(FILTERS)
    assert " OR ".join(traces.FAILED) in FILTERS


def test_the_guide_knows_every_kind_of_canary_error() -> None:
    """The values of `canaryError` are those that the function can write."""
    (row,) = [line for line in TRACE_PAGE.splitlines() if line.startswith("| `canaryError`")]
    assert set(re.findall("`([a-z-]+)`", row)) == set(get_args(ErrorClass))
