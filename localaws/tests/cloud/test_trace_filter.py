"""X-Ray filter expressions: the documented grammar, and what each keyword looks at."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.cloud.traces.trace_filter import FilterError, parse, summarise

CANARY: list[dict[str, Any]] = [
    {
        "name": "huntaze-mock-read",
        "id": "1",
        "origin": "AWS::Lambda",
        "start_time": 10.0,
        "end_time": 10.4,
        "http": {
            "request": {"url": "http://api.test/v2/creators", "method": "GET"},
            "response": {"status": 200},
        },
    },
    {
        "name": "huntaze-mock-read",
        "id": "2",
        "parent_id": "1",
        "origin": "AWS::Lambda::Function",
        "start_time": 10.0,
        "end_time": 10.4,
        "subsegments": [
            {
                "name": "read",
                "id": "3",
                "start_time": 10.0,
                "end_time": 10.3,
                "annotations": {"canary": True, "path": "prisma", "userId": "p-1", "canaryError": "timeout"},
            }
        ],
    },
    {
        "name": "huntaze-prisma-read",
        "id": "4",
        "parent_id": "3",
        "origin": "AWS::Lambda",
        "fault": True,
        "start_time": 10.1,
        "end_time": 11.0,
    },
]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", True),
        ("annotation[canary] = true", True),
        ("annotation.canary = true", True),
        ('annotation["canary"]', True),
        ("annotation[canary] = false", False),
        ('annotation[canary] = "true"', False),
        ("annotation[canary] = true AND error = true", False),
        ("annotation[canary] = true AND fault", False),
        ('annotation[canaryError] CONTAINS ""', True),
        ('annotation[canaryError] = "timeout"', True),
        ('annotation[canaryError] BEGINSWITH "time" AND annotation[userId] ENDSWITH "-1"', True),
        ('annotation[missing] CONTAINS ""', False),
        ('!annotation[missing] CONTAINS ""', True),
        ("ok", True),
        ("!ok", False),
        ("ok = false", False),
        ("error OR annotation[canary] = true", True),
        ("error AND ok OR ok", True),
        ("ok !partial responsetime < 3", True),
        ("responsetime >= 0.5", False),
        ("duration >= 0.5", True),
        ("duration >= 0.5 and duration <= 8", True),
        ("http.status = 200", True),
        ('http.url CONTAINS "/v2/" AND http.method = "GET"', True),
        ('user CONTAINS ""', False),
        ('service("huntaze-prisma-read")', True),
        ('service("huntaze-prisma-read") { fault }', True),
        ('service("huntaze-mock-read") { fault }', False),
        ("service() { fault }", True),
        ('!service("other")', True),
        ('service(id(name: "huntaze-prisma-read", type: "AWS::Lambda")) { fault }', True),
        ('service(id(type: "AWS::Lambda::Function")) { fault }', False),
    ],
)
def test_an_expression_finds_a_canary_failure_or_not(expression: str, *, found: bool) -> None:
    """GIVEN a canary request whose failure a fallback hid THEN these expressions find it, or do not."""
    assert parse(expression)(summarise(CANARY)) is found


def test_errors_are_those_of_the_root() -> None:
    """A fault of the entry function itself is one of the trace."""
    failed = [{**CANARY[0], "fault": True}, *CANARY[1:]]
    assert parse("fault")(summarise(failed))
    assert not parse("ok")(summarise(failed))


def test_a_segment_without_an_end_makes_a_trace_partial() -> None:
    """Somebody has not reported back yet."""
    open_one = [{key: value for key, value in CANARY[0].items() if key != "end_time"}]
    assert parse("partial")(summarise(open_one))
    assert not parse("partial")(summarise(CANARY))


@pytest.mark.parametrize(
    "expression",
    [
        "canary = true",
        "responsetime",
        "responsetime > fast",
        "fault AND",
        "(error)",
        "user = user",
        "annotation[]",
    ],
)
def test_what_is_no_expression_is_shown_where_it_stops_being_one(expression: str) -> None:
    """The error points at the place."""
    with pytest.raises(FilterError, match="not understood at column"):
        parse(expression)


@given(st.text())
def test_any_text_is_an_expression_or_says_why_not(text: str) -> None:
    """No text whatever ends in anything but a test or a `FilterError`."""
    try:
        assert callable(parse(text))
    except FilterError as error:
        assert str(error)  # noqa: PT017 - the other outcome is as good
