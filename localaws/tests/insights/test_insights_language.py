"""The documented language: what is a query, what is none, and what the sheet's queries really are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws import insights
from localaws.insights import QueryError, record

LINES = [
    record(0, "a", '{"kind": "x", "ms": 10, "ok": true, "list": [{"n": 1}, {"n": 2}]}'),
    record(60_000, "a", '{"kind": "y", "ms": 30, "ok": false, "text": "it\'s 5 o\'clock"}'),
    record(119_000, "b", '{"kind": "x", "ms": 20, "deep": {"er": "z"}}'),
    record(120_000, "b", "plain text, duration: 12 of user 'u-7'"),
]

FROM_THE_DOCUMENTATION = [
    "fields @timestamp, @message | sort @timestamp desc | limit 25",
    "fields @timestamp, @message | filter (range>3000 and accountId=123456789012) | sort @timestamp desc",
    "stats count(*) by queryType, bin(1h)",
    """filter @type = "REPORT" | stats max(@memorySize / 1000 / 1000) as provisonedMemoryMB,
    max(@maxMemoryUsed / 1000 / 1000) as maxMemoryUsedMB, provisonedMemoryMB - maxMemoryUsedMB as over""",
    """filter @type = "REPORT"
| stats sum(strcontains(@message, "Init Duration"))/count(*) * 100 as
  coldStartPct, avg(@duration)
  by bin(5m)""",
    "fields jsonParse(@message) as json_message | unnest json_message.events into event | display event.name",
    'fields jsonParse(@message) as js | unnest js.accounts into account | filter account.type = "internal"',
    "parse @message /(?<NetworkInterface>eni-.*?) / | display NetworkInterface, @message",
    "parse @message \"'fieldsA': '*', 'fieldsB': ['*']\" as fld, array",
    'fields @timestamp | filter not (logGroup in ["a", "b"]) and `foo-bar` like \'x\' # why',
    "FIELDS strlen(@message) AS message_length | STATS sum(message_length)/1024/1024 as logs_mb BY bin(5m)",
    "fields @message | where @message like /error/",
]
"""Samples from AWS's pages on the language, some of them joined."""


@pytest.mark.parametrize("query", FROM_THE_DOCUMENTATION)
def test_the_documentations_own_samples_are_queries(query: str) -> None:
    """What AWS shows is understood, and runs."""
    assert insights.parse(query)
    insights.run(query, LINES)


SHEETS = {
    "error rate": """fields @timestamp, @type, @message
| filter @type = "REPORT"
| stats count() as invocations by bin(1m)
| join ( fields @message | filter @message like /ERROR/ | stats count() as errors by bin(1m) ) on bin(1m)
| eval error_rate = (errors / invocations) * 100
| sort time desc""",
    "eval": "stats count(*) as n by bin(1m) | eval rate = n * 100",
    "shadow": """filter @message like /SHADOW-DIFF/
| stats count() as diffs, sum(match = "false") as mismatches by bin(1m)""",
}


@pytest.mark.parametrize("query", SHEETS.values(), ids=SHEETS)
def test_the_sheets_queries_are_none(query: str) -> None:
    """`eval` does not exist, `join` has another form, and a condition is no argument of `sum`."""
    with pytest.raises(QueryError):
        insights.parse(query)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("", "line 1"),
        ("fields", "line 1"),
        ("stats count(*) |", "Not understood"),
        ("filter a = 1 | frobnicate b", "line 1, column 16"),
        ("fields median_of(a)", "median_of.. is no function"),
        ("fields strcontains(a)", "takes 2 to 2 arguments, here are 1"),
        ("filter count(*) > 3", "count.. is an aggregate: it belongs into stats"),
        ("stats a", "stats needs an aggregate"),
        ("stats count(*) by sum(a)", "sum.. is an aggregate"),
        ('parse @message "* and *" as one', "2 stars and 1 names"),
        ("fields a" + " " * 10_000, "at most 10000 characters"),
    ],
)
def test_what_is_no_query_is_named(query: str, named: str) -> None:
    """The error says where, or what, and how it should be."""
    with pytest.raises(QueryError, match=named):
        insights.parse(query)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("filter kind = 'x' | stats sum(ms) as all, count(*) as n", [{"all": 30.0, "n": 2}]),
        (
            "stats count(kind) as kinds, count(*) as n, count_distinct(kind) as d",
            [{"kinds": 3, "n": 4, "d": 2}],
        ),
        ("filter deep.er = 'z' | display deep.er", [{"deep.er": "z"}]),
        ("filter list.1.n = 2 | display ms", [{"ms": 10}]),
        ("filter ok = 1 | display kind", [{"kind": "x"}]),
        ("filter ms > 15 and ms <= 30 | stats avg(ms) as m", [{"m": 25.0}]),
        ("filter ms != 10 | stats count(*) as n", [{"n": 2}]),
        ("filter kind not in ['x'] and ispresent(kind) | display ms", [{"ms": 30}]),
        ("filter @message like /PLAIN/i | display @logStream", [{"@logStream": "b"}]),
        ('filter text like "o\'clock" | display kind', [{"kind": "y"}]),
        (
            "parse @message \"duration: * of user '*'\" as took, user | filter took > 0 | display took, user",
            [{"took": "12", "user": "u-7"}],
        ),
        ("stats pct(ms, 50) as p, min(ms) as low, max(ms) as high", [{"p": 20.0, "low": 10.0, "high": 30.0}]),
        ("filter kind = 'none' | stats count(*) as n, avg(ms) as m", [{"n": 0}]),
        ("filter kind = 'none' | stats count(*) as n by kind", []),
        ("stats sum(ms) / count(ms) - 1 as less, less * 2 as twice", [{"less": 19.0, "twice": 38.0}]),
        ("filter ispresent(ms) | fields ms % 3 ^ 2 as m | sort ms asc | limit 1 | display m", [{"m": 1.0}]),
        ("stats sum(ms) as s by kind | sort s desc, kind desc | limit 1", [{"kind": "y", "s": 30.0}]),
        ("filter ispresent(kind) | dedup kind | sort ms asc | display ms", [{"ms": 20}, {"ms": 30}]),
    ],
)
def test_a_query_finds_what_it_says(query: str, rows: list[dict[str, object]]) -> None:
    """Filters, expressions, aggregates, sorting: each on four lines."""
    assert insights.run(query, LINES) == rows


def test_events_come_newest_first_and_time_is_in_utc() -> None:
    """Without a sort the newest event is first; bins are rounded down."""
    rows = insights.run("fields bin(1m) as minute", LINES)
    assert [row["minute"] for row in rows] == [
        "1970-01-01 00:02:00.000",
        "1970-01-01 00:01:00.000",
        "1970-01-01 00:01:00.000",
        "1970-01-01 00:00:00.000",
    ]


def test_lambdas_own_lines_have_their_fields() -> None:
    """REPORT lines give durations in milliseconds and memory in bytes, START lines their request."""
    report = "REPORT RequestId: r-1\tDuration: 3.5 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\t"
    found = record(0, "s", report)
    assert (found.get("@type"), found.get("@requestId"), found.get("@duration")) == ("REPORT", "r-1", 3.5)
    assert (found.get("@billedDuration"), found.get("@memorySize"), found.get("@initDuration")) == (
        4,
        128e6,
        None,
    )
    assert record(0, "s", "START RequestId: r-1 Version: 3").get("@type") == "START"


def test_a_line_has_at_most_200_fields() -> None:
    """Logs Insights discovers no more."""
    wide = record(0, "s", "{" + ", ".join(f'"f{n}": 1' for n in range(300)) + "}")
    assert wide.get("f199") == 1
    assert wide.get("f200") is None


@given(st.text())
def test_any_text_is_a_query_or_says_why_not(text: str) -> None:
    """No text whatever ends in anything but commands or a `QueryError`."""
    try:
        insights.parse(text)
    except QueryError as error:
        assert str(error)  # noqa: PT017 - the other outcome is as good


@given(st.text())
def test_any_line_is_a_record(line: str) -> None:
    """A line keeps its text, whatever it is."""
    assert record(0, "s", line).get("@message") == line
