"""`queries`: what is deployed is run, on real lines, and every refusal says what to do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from canary.cli import queries, users
from canary.cli.errors import OpsError
from canary.unit.patience import Patience
from canary.verdict import Counts, Thresholds, judge
from components.looking.saved_queries import PLACEHOLDER as DEPLOYED_PLACEHOLDER
from components.looking.saved_queries import QUERIES
from localaws import insights
from tests.fakes.account import target
from tests.fakes.aws import EPOCH, Clock

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = [
    (0, '{"message": "SUCCESS", "path": "mock", "userId": "u-1", "durationMs": 2}'),
    (
        1,
        (
            '{"message": "ERROR", "path": "prisma", "userId": "000000000000000b", '
            '"canaryError": "timeout", "durationMs": 9}'
        ),
    ),
]


class Logs:
    """CloudWatch Logs with the unit's queries saved, two a page, and results after some looks."""

    def __init__(self, *statuses: str) -> None:
        self._statuses = list(statuses)
        self._started: dict[str, Any] = {}
        self.stopped: list[str] = []
        self.names = list(QUERIES)

    def describe_query_definitions(self, **asked: Any) -> dict[str, Any]:
        begin = int(asked.get("nextToken", 0))
        page = [
            {"name": f"{asked['queryDefinitionNamePrefix']}{name}", "queryString": QUERIES[name]}
            for name in self.names[begin : begin + 2]
        ]
        more = {"nextToken": str(begin + 2)} if begin + 2 < len(self.names) else {}
        return {"queryDefinitions": page, **more}

    def start_query(self, **asked: Any) -> dict[str, Any]:
        self._started = asked
        return {"queryId": "q"}

    def stop_query(self, **asked: Any) -> None:
        self.stopped.append(asked["queryId"])

    def get_query_results(self, **_asked: Any) -> dict[str, Any]:
        if self._statuses:
            return {"status": self._statuses.pop(0), "results": []}
        start, end = self._started["startTime"], self._started["endTime"]
        epoch = int(EPOCH.timestamp())
        records = [
            insights.record(1000 * (epoch + at), "s", text)
            for at, text in LINES
            if start <= epoch + at <= end
        ]
        rows = insights.run(self._started["queryString"], records)
        cells = [[{"field": name, "value": str(value)} for name, value in row.items()] for row in rows]
        for row in cells:
            row.append({"field": "@ptr", "value": "Cl0K"})
        return {"status": "Complete", "results": cells, "statistics": {"recordsScanned": float(len(records))}}


class Clients:
    """As `canary.cli.clients.Clients`, with nothing but logs."""

    def __init__(self, logs: Logs) -> None:
        self.logs = logs


def run(name: str, logs: Logs | None = None, **more: Any) -> queries.QueryReport:
    """Run a query over the first minute."""
    clock = Clock()
    patience = Patience(clock.now() + 30, clock.now, clock.sleep)
    window = (EPOCH, EPOCH + timedelta(minutes=1))
    return queries.run(Clients(logs or Logs()), target(), name, *window, patience=patience, **more)  # type: ignore[arg-type]


def test_all_deployed_queries_are_listed() -> None:
    """Every page is read, the prefix is left out, names are in order."""
    report = queries.saved(Clients(Logs()), target())  # type: ignore[arg-type]
    assert report.lines() == sorted(QUERIES)
    assert report.as_dict()["queries"][0] == {
        "name": "1-errors-per-minute",
        "text": QUERIES["1-errors-per-minute"],
    }


@pytest.mark.parametrize("name", ["5", "5-slowest-canary-requests", "slowest"])
def test_a_query_is_named_by_number_name_or_part(name: str) -> None:
    """All three run the same query, and the rows are those of the window."""
    report = run(name)
    assert report.name == "5-slowest-canary-requests"
    assert [row["canaryError"] for row in report.rows] == ["timeout"]


def test_a_person_gets_a_table_and_a_program_the_same_as_json() -> None:
    """Columns are aligned; AWS's own pointer is left out."""
    report = run("slowest")
    head, columns, row = report.lines()
    assert head == "5-slowest-canary-requests, 2026-11-01 00:00:00 to 00:01:00 UTC: 1 rows, 2 events read"
    assert columns.split() == ["@timestamp", "durationMs", "canaryError", "userId"]
    assert columns.index("canaryError") == row.index("timeout")
    assert json.loads(json.dumps(report.as_dict()))["rows"] == list(report.rows)


def test_a_window_without_events_is_a_table_without_rows() -> None:
    """Nothing found is no error."""
    clock = Clock()
    window = (EPOCH + timedelta(hours=1), EPOCH + timedelta(hours=2))
    patience = Patience(clock.now() + 30, clock.now, clock.sleep)
    report = queries.run(Clients(Logs()), target(), "1", *window, patience=patience)  # type: ignore[arg-type]
    assert report.lines() == [
        "1-errors-per-minute, 2026-11-01 01:00:00 to 02:00:00 UTC: 0 rows, 0 events read"
    ]


def test_results_are_waited_for() -> None:
    """A query that is still scheduled, then running, is looked at again."""
    assert len(run("slowest", Logs("Scheduled", "Running", "Running")).rows) == 1


def test_one_users_query_takes_a_pseudonym() -> None:
    """The placeholder is the deployed one, and only that user's requests are found."""
    assert queries.PLACEHOLDER == DEPLOYED_PLACEHOLDER
    assert [row["path"] for row in run("6", user="000000000000000b").rows] == ["prisma"]


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: run("nothing"), "nothing is no saved query: 1-errors-per-minute"),
        (lambda: run("shadow"), "shadow is one of several: 3-shadow-diffs-with-rate, 4-shadow"),
        (lambda: run("6"), "6-one-users-requests is about one user: give --user"),
        (lambda: run("1", user="u-1"), "is not about one user: leave --user out"),
        (lambda: run("6", user='u" or 1 = 1'), "16 hexadecimal digits"),
        (lambda: run("1", Logs("Failed")), "ended as Failed: try a shorter window"),
        (
            lambda: queries.run(
                Clients(Logs()),  # type: ignore[arg-type]
                target(),
                "1",
                EPOCH,
                EPOCH,
                patience=Patience(0),
            ),
            "is empty",
        ),
    ],
)
def test_what_cannot_be_run_says_what_to_do(call: Callable[[], object], named: str) -> None:
    """One sentence that names the query and the way out."""
    with pytest.raises(OpsError, match=named):
        call()


def test_a_unit_without_queries_is_named() -> None:
    """Nothing is saved under the prefix: the stack is not up."""
    logs = Logs()
    logs.names = []
    with pytest.raises(OpsError, match="No query named huntaze/… is saved in us-east-1"):
        queries.saved(Clients(logs), target())  # type: ignore[arg-type]


def test_a_query_that_takes_too_long_is_stopped() -> None:
    """It would go on reading, and costing, otherwise."""
    logs = Logs(*["Running"] * 1000)
    with pytest.raises(OpsError, match="has been stopped: try a shorter window"):
        run("1", logs)
    assert logs.stopped == ["q"]


def test_users_are_counted_for_a_go_that_counts_users() -> None:
    """Two users, one of them in the canary; GO then speaks of users."""
    clock = Clock()
    counts = Counts(requests=2, errors=1, canary_requests=1, canary_errors=1)
    found = users.with_users(
        Clients(Logs()),  # type: ignore[arg-type]
        target(),
        counts,
        (EPOCH, EPOCH + timedelta(minutes=1)),
        Patience(clock.now() + 30, clock.now, clock.sleep),
    )
    assert (found.users, found.canary_users) == (2, 1)
    row = judge(found, Thresholds(), 1).row("errors")
    assert row is not None
    assert "GO counts 1 users" in row.why


@pytest.mark.parametrize("canary", [0, 1])
def test_requests_of_which_the_log_knows_no_user_leave_users_uncounted(canary: int) -> None:
    """GIVEN requests by the metrics and no line of them THEN users are not counted, rather than none."""
    clock = Clock()
    late = EPOCH + timedelta(hours=1)
    patience = Patience(clock.now() + 30, clock.now, clock.sleep)
    counts = Counts(requests=2, canary_requests=canary)
    found = users.with_users(Clients(Logs()), target(), counts, (late, late), patience)  # type: ignore[arg-type]
    assert (found.users, found.canary_users) == (None, None)


def test_an_empty_window_has_no_users() -> None:
    """Nobody came: none are counted, and that is no error."""
    clock = Clock()
    late = EPOCH + timedelta(hours=1)
    patience = Patience(clock.now() + 30, clock.now, clock.sleep)
    found = users.with_users(Clients(Logs()), target(), Counts(), (late, late), patience)  # type: ignore[arg-type]
    assert (found.users, found.canary_users) == (0, 0)
