"""The saved queries: valid, deployed, and each right about lines that the function really writes."""

from __future__ import annotations

import io
import itertools
import time
from typing import Any

import pulumi
import pytest
from mock_read.observe.observing import Observer

from canary.read.flags import Flag, State
from components.looking.saved_queries import LONGEST, PLACEHOLDER, QUERIES, saved_queries
from localaws import insights
from localaws.insights import Record, record
from tests.program.recording import record as record_program

MINUTE = 60_000
BEGAN = 1_795_600_800_000
"""A full hour, in milliseconds."""
REPORT = (
    "REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 3.21 ms\tBilled Duration: 4 ms\t"
    "Memory Size: 1024 MB\tMax Memory Used: 94 MB\t"
)
"""As Lambda's documentation shows it: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html."""


_NUMBERS = itertools.count()
ON = State(Flag(enabled=True, percentage=1.0), Flag(enabled=True, percentage=100.0), killed=False, why="")


class Log:
    """A log group whose lines the real observer writes, at chosen times."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._out = io.StringIO()
        # A logger is one a name in a process: another name, another stream.
        name = f"huntaze-mock-read-{next(_NUMBERS)}"
        self.observer = Observer(name, "N", time.time, self._out)  # type: ignore[arg-type]
        self._request = 0

    def at(self, ms: int, *extra: str) -> None:
        """Everything written since the last call was written at that time, and these lines too."""
        lines = [*self._out.getvalue().splitlines(), *extra]
        self._out.seek(0)
        self._out.truncate()
        self.records += [record(BEGAN + ms, "stream", line) for line in lines]

    def request(self, ms: int, path: str, took: float, user: str = "u-1", error: str | None = None) -> None:
        """One answered request."""
        self._request += 1
        fields = {
            "canary": path == "prisma",
            "served": "mock" if error or path == "mock" else "prisma",
            "canaryError": error,
            "userId": user,
            "requestId": f"r-{self._request}",
            "xrayTraceId": f"1-{self._request}",
        }
        self.observer.request(fields, path=path, failed=error is not None, ms=took, cold=False)
        self.at(ms)

    def shadow(self, ms: int, request: str, *diffs: tuple[str, str], user: str = "u-1") -> None:
        """One compared shadow answer."""
        self.observer.say(
            "SHADOW-DIFF" if diffs else "SHADOW-MATCH",
            match=not diffs,
            diffs=[{"path": path, "kind": kind} for path, kind in diffs],
            userId=user,
            requestId=request,
        )
        self.at(ms)


@pytest.fixture
def log() -> Log:
    """Two minutes of a beta."""
    log = Log()
    for took in range(1, 20):
        log.request(took * 1000, "mock", float(took))
    log.request(30_000, "prisma", 40.0, user="u-2")
    log.request(70_000, "prisma", 1500.0, user="u-2", error="timeout")
    log.request(80_000, "prisma", 60.0, user="u-3")
    log.observer.warn("FAULT", error="KeyError", requestId="r-0")
    log.at(90_000)
    log.shadow(10_000, "r-1")
    log.shadow(20_000, "r-2", ("$.items[].price", "value"), ("$.items[].at", "time-zone"))
    log.shadow(75_000, "r-3", ("$.items[].price", "value"), user="u-4")
    log.shadow(76_000, "r-4")
    return log


def found(name: str, log: Log, **replaced: str) -> list[dict[str, Any]]:
    """The rows of one saved query."""
    text = QUERIES[name]
    for placeholder, value in replaced.items():
        text = text.replace(placeholder, value)
    return insights.run(text, log.records)


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_valid(name: str) -> None:
    """Each parses as documented and is no longer than a saved query may be."""
    assert insights.parse(QUERIES[name])
    assert len(QUERIES[name]) <= LONGEST


def test_errors_per_minute_count_hidden_failures_and_faults(log: Log) -> None:
    """The error that a fallback hid and a fault of ours both count, in their minute, newest first."""
    newest, oldest = found("1-errors-per-minute", log)
    assert newest["requests"] == 3
    assert newest["errors"] == 2
    assert newest["error_pct"] == pytest.approx(200 / 3)
    assert oldest == {"minute": "2026-11-25 10:00:00.000", "requests": 20, "errors": 0.0, "error_pct": 0.0}


def test_p95_is_by_path(log: Log) -> None:
    """Mock and canary side by side, in the same five minutes."""
    mock, prisma = found("2-p95-mock-vs-canary", log)
    assert (mock["path"], mock["requests"]) == ("mock", 19)
    assert mock["p95_ms"] == pytest.approx(18.1)
    assert mock["avg_ms"] == 10
    assert (prisma["path"], prisma["requests"]) == ("prisma", 3)
    assert prisma["p95_ms"] > 1000


def test_shadow_diffs_come_with_their_rate(log: Log) -> None:
    """One of two differed in either minute."""
    rows = found("3-shadow-diffs-with-rate", log)
    assert [(row["compared"], row["diffs"], row["diff_pct"]) for row in rows] == [(2, 1, 50), (2, 1, 50)]


def test_every_difference_of_an_answer_is_counted_on_its_path(log: Log) -> None:
    """An answer with two differences counts on both paths, and each path knows its users."""
    assert found("4-shadow-diffs-by-path", log) == [
        {"path": "$.items[].price", "kind": "value", "answers": 2, "users": 2},
        {"path": "$.items[].at", "kind": "time-zone", "answers": 1, "users": 1},
    ]


def test_the_slowest_canary_requests_come_first(log: Log) -> None:
    """Only the canary's, slowest first, with the error that was hidden and the trace to look at."""
    rows = found("5-slowest-canary-requests", log)
    assert [row["durationMs"] for row in rows] == [1500, 60, 40]
    assert (rows[0]["canaryError"], rows[0]["served"]) == ("timeout", "mock")
    assert rows[0]["xrayTraceId"].startswith("1-")
    assert "canaryError" not in rows[1]


def test_one_users_requests_are_found_by_pseudonym(log: Log) -> None:
    """Newest first, nobody else's."""
    rows = found("6-one-users-requests", log, PSEUDONYM="u-2")
    assert [(row["message"], row["path"]) for row in rows] == [("ERROR", "prisma"), ("SUCCESS", "prisma")]
    assert PLACEHOLDER in QUERIES["6-one-users-requests"]
    assert found("6-one-users-requests", log) == []


def test_flag_changes_are_shown_as_each_sandbox_saw_them(log: Log) -> None:
    """What was turned on, where and when; why it is off when it could not be read."""
    log.observer.flags_changed(ON)
    log.at(1000)
    log.observer.flags_changed(State(why="read flags: timeout"))
    log.at(2000)
    newest, oldest = found("7-flag-changes-as-seen", log)
    assert newest["why"] == "read flags: timeout"
    assert (oldest["prismaAdapter.enabled"], oldest["prismaAdapter.percentage"]) == (1, 1.0)
    assert (oldest["prismaShadow.percentage"], oldest["kill"], oldest["@logStream"]) == (100.0, 0, "stream")


def test_cold_starts_are_counted_from_lambdas_own_lines(log: Log) -> None:
    """One of four invocations had to start first, which took 412 ms."""
    log.at(5000, REPORT + "Init Duration: 412.50 ms\t", REPORT, REPORT, REPORT)
    (row,) = found("8-cold-starts", log)
    assert (row["invocations"], row["cold_starts"], row["cold_pct"]) == (4, 1, 25)
    assert row["init_ms"] == row["slowest_ms"] == 412.5


def test_each_is_deployed_under_the_prefix_on_the_functions_log() -> None:
    """Eight definitions, in a folder of the unit's prefix, on its log group."""

    def build() -> None:
        saved_queries("q", "huntaze", "/aws/lambda/huntaze-mock-read", pulumi.ResourceOptions())

    program = record_program(build)
    deployed = program.of("aws:cloudwatch/queryDefinition:QueryDefinition")
    assert {one.inputs["name"]: one.inputs["queryString"] for one in deployed} == {
        f"huntaze/{name}": text for name, text in QUERIES.items()
    }
    assert len(deployed) == 8
    assert all(one.inputs["logGroupNames"] == ["/aws/lambda/huntaze-mock-read"] for one in deployed)


def test_no_query_reads_a_field_that_no_line_has(log: Log) -> None:
    """Every field of every query is one of AWS's, made by the query, or on a line that is really written."""
    log.observer.flags_changed(ON)
    log.at(1000, REPORT)
    known = {name for one in log.records for name in one.values}
    for name, text in QUERIES.items():
        made = {"line.diffs", "difference.path", "difference.kind", "initMs", "minute", "minutes", "answers"}
        unknown = insights.fields_of(text) - known - made
        assert not unknown, f"{name} reads {unknown}"
