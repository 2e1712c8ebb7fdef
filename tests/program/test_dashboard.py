"""The dashboard: drawn from metrics that are really written, with the limits in force."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from canary.unit.thresholds import SHEET, Thresholds
from components.looking.dashboard import PLAYBOOK, body, dashboard
from components.unit_args import Unit
from tests.program.recording import ACCOUNT, record

ROOT = Path(__file__).parents[2]
DATABASE: Any = {"host": "db"}


def unit(**changes: Any) -> Unit:
    """The beta's unit."""
    return Unit(prefix="huntaze", region="us-east-1", account=ACCOUNT, database=DATABASE, **changes)


def widgets(kind: str, **changes: Any) -> list[dict[str, Any]]:
    """All widgets of a kind."""
    return [widget for widget in body(unit(**changes), ACCOUNT)["widgets"] if widget["type"] == kind]


def chart(title: str, **changes: Any) -> dict[str, Any]:
    """Properties of one chart."""
    (found,) = [one for one in widgets("metric", **changes) if one["properties"]["title"] == title]
    properties: dict[str, Any] = found["properties"]
    return properties


def lines(title: str, **changes: Any) -> dict[str, float]:
    """A chart's limits."""
    return {line["label"]: line["value"] for line in chart(title, **changes)["annotations"]["horizontal"]}


def test_everything_that_the_go_no_go_asks_has_a_chart() -> None:
    """Errors, P95 of both paths, invocations, share, differences and losses, the breaker."""
    assert [one["properties"]["title"] for one in widgets("metric")] == [
        "Error rate, all requests",
        "Error rate, canary (hidden from users)",
        "P95, mock and canary",
        "Invocations, by path",
        "Canary share",
        "Shadow differences",
        "Shadow reads lost",
        "Shadow ledger: sent = compared + lost",
        "Noise: one side read twice",
        "Circuit breaker, cold starts",
        "Guard and flags",
        "Failed invocations",
    ]


def test_limits_are_drawn_where_they_are_in_force() -> None:
    """The sheet's numbers are lines; a stack with others has its own."""
    assert lines("Error rate, canary (hidden from users)") == {"roll back": 2}
    assert lines("Shadow differences") == {"go": 0.5, "investigate": 1}
    assert lines("Canary share") == {"check the configuration below, at 1 %": 0.5, "or above": 2}
    assert lines("Shadow reads lost") == {"people are told": 20}
    strict: Thresholds = {**SHEET, "error_rate_pct": 1.5, "diffs_go_pct": 0.1, "p95_go_pct": 105}
    assert lines("Error rate, all requests", thresholds=strict) == {"roll back": 1.5}
    assert lines("Shadow differences", thresholds=strict)["go"] == 0.1
    assert {"expression": "mock * 1.05", "label": "go up to, ms", "id": "go"} in [
        metric[0] for metric in chart("P95, mock and canary", thresholds=strict)["metrics"]
    ]


def test_p95_is_drawn_for_both_paths_with_the_mocks_as_the_measure() -> None:
    """Both paths' P95, and the mock's times 1.15 and 1.3."""
    metrics = chart("P95, mock and canary")["metrics"]
    assert [(one[5], one[6]["stat"]) for one in metrics[:2]] == [("mock", "p95"), ("prisma", "p95")]
    assert [one[0]["expression"] for one in metrics[2:]] == ["mock * 1.15", "mock * 1.3"]


def test_all_alarms_are_shown_by_their_arns() -> None:
    """Those that roll back, and those that only tell people."""
    (found,) = widgets("alarm")
    prefix = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:"
    assert found["properties"]["alarms"] == [
        f"{prefix}{name}" for name in unit().names.alarms(SHEET).values()
    ]
    assert f"{prefix}huntaze-lambda-error-rate-gt-2pct" in found["properties"]["alarms"]


def test_the_header_leads_to_the_playbook_and_to_where_to_look() -> None:
    """By a link where the playbook can be read, by its file's name where not; the rest by links."""
    (header,) = widgets("text")
    text = header["properties"]["markdown"]
    assert f"`{PLAYBOOK}`" in text
    assert "log-groups/log-group/$252Faws$252Flambda$252Fhuntaze-mock-read" in text
    assert all(f"[{name}](https://us-east-1.console.aws.amazon.com/" in text for name in ("Log", "Traces"))
    (header,) = widgets("text", playbook_url="https://wiki.test/beta")
    assert f"[{PLAYBOOK}](https://wiki.test/beta)" in header["properties"]["markdown"]


@pytest.mark.parametrize("index", range(12))
def test_every_expression_reads_metrics_of_its_own_chart(index: int) -> None:
    """Ids are unique and as CloudWatch wants them; an expression names no other."""
    metrics = widgets("metric")[index]["properties"]["metrics"]
    options = [one[-1] for one in metrics if isinstance(one[-1], dict)]
    ids = [one["id"] for one in options if "id" in one]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[a-z][A-Za-z0-9_]*", one) for one in ids)
    for expression in (one["expression"] for one in options if "expression" in one):
        assert set(re.findall("[a-z][A-Za-z0-9_]*", expression)) <= set(ids)


def test_every_metric_of_ours_is_one_that_the_functions_write() -> None:
    """No chart waits for a metric that nothing writes."""
    code = "".join(
        path.read_text()
        for folder in ("functions/mock_read", "functions/rollback_guard", "canary/unit")
        for path in (ROOT / folder).rglob("*.py")
    )
    drawn = {
        one[1]
        for widget in widgets("metric")
        for one in widget["properties"]["metrics"]
        if isinstance(one[0], str) and one[0] != "AWS/Lambda"
    }
    assert len(drawn) >= 12
    missing = {name for name in drawn if not re.search(rf'\b{name}=|"{name}":', code)}
    assert not missing


def test_widgets_do_not_overlap_and_fit_the_grid() -> None:
    """24 columns, no two in one place."""
    taken: set[tuple[int, int]] = set()
    for widget in body(unit(), ACCOUNT)["widgets"]:
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not cells & taken
        assert all(x < 24 for x, _ in cells)
        taken |= cells


def test_the_resource_carries_the_body_under_the_sheets_name() -> None:
    """One dashboard, its name that of the sheet, its body the function's."""
    import pulumi  # noqa: PLC0415 - only this test needs an engine

    def build() -> None:
        dashboard("board", unit(), pulumi.ResourceOptions())

    (found,) = record(build).of("aws:cloudwatch/dashboard:Dashboard")
    assert found.inputs["dashboardName"] == "huntaze-prisma-migration"
    assert json.loads(found.inputs["dashboardBody"]) == body(unit(), ACCOUNT)
