"""The dashboard: a pure function builds its body, one resource carries it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi

    from components.unit_args import Unit

WIDTH, HEIGHT, HEADER = 12, 6, 2
Metric = list[Any]
Limit = tuple[str, float]
"""A line across a chart: what it means, and where it is."""


def body(unit: Unit) -> dict[str, Any]:
    """Body of the dashboard, the go/no-go's numbers drawn on it.

    It holds names only, nothing that a stack learns later, so it can be read in a preview:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    charts = [*_user_charts(unit), *_shadow_charts(unit), *_health_charts(unit)]
    widgets = [_widget(unit.region, index, *chart) for index, chart in enumerate(charts)]
    return {"widgets": [_header(unit), *widgets]}


Chart = tuple[str, list[Metric], list[Limit]]


def _user_charts(unit: Unit) -> list[Chart]:
    limits = unit.thresholds
    errors = [("roll back", limits["error_rate_pct"])]
    go, investigate = limits["p95_go_pct"] / 100, limits["p95_investigate_pct"] / 100
    p95: list[Metric] = [
        _metric(unit, "Duration", "mock", id="mock", stat="p95", label="mock, ms"),
        _metric(unit, "Duration", "prisma", id="canary", stat="p95", label="canary, ms"),
        [{"expression": f"mock * {go:g}", "label": "go up to, ms", "id": "go"}],
        [{"expression": f"mock * {investigate:g}", "label": "roll back over, ms", "id": "investigate"}],
    ]
    share = _rate(_metric(unit, "Requests", "prisma"), _metric(unit, "Requests"), "canary share, %")
    return [
        (
            "Error rate, all requests",
            _rate(_metric(unit, "Errors"), _metric(unit, "Requests"), "errors, %"),
            errors,
        ),
        (
            "Error rate, canary (hidden from users)",
            _rate(_metric(unit, "Errors", "prisma"), _metric(unit, "Requests", "prisma"), "errors, %"),
            errors,
        ),
        ("P95, mock and canary", p95, [("never slow below", limits["p95_floor_ms"])]),
        ("Requests", [_metric(unit, "Requests", path, label=path) for path in ("mock", "prisma")], []),
        (
            "Canary share",
            share,
            [
                ("check the configuration below, at 1 %", limits["share_low_pct"]),
                ("or above", limits["share_high_pct"]),
            ],
        ),
    ]


def _shadow_charts(unit: Unit) -> list[Chart]:
    limits = unit.thresholds
    diffs = _rate(_metric(unit, "ShadowDiffs"), _metric(unit, "ShadowCompared"), "differing, %")
    lost = _rate(_metric(unit, "ShadowLost"), _metric(unit, "ShadowSent"), "lost, %")
    ledger = [_metric(unit, name, label=name) for name in ("ShadowSent", "ShadowCompared", "ShadowLost")]
    return [
        (
            "Shadow differences",
            diffs,
            [("go", limits["diffs_go_pct"]), ("investigate", limits["diffs_investigate_pct"])],
        ),
        ("Shadow reads lost", lost, [("people are told", limits["shadow_loss_pct"])]),
        ("Shadow ledger: sent = compared + lost", ledger, []),
    ]


def _health_charts(unit: Unit) -> list[Chart]:
    names = (unit.names.mock, unit.names.prisma, unit.names.shadow, unit.names.guard)
    ticks: Metric = [unit.namespace, "GuardTicks", "FunctionName", unit.names.guard, {"label": "guard runs"}]
    return [
        ("Guard, flags, breaker", [ticks, _metric(unit, "FlagErrors"), _metric(unit, "BreakerOpen")], []),
        ("Failed invocations", [["AWS/Lambda", "Errors", "FunctionName", name] for name in names], []),
    ]


def _metric(unit: Unit, name: str, path: str | None = None, **options: Any) -> Metric:
    """A metric of the entry function, of one path or of both."""
    dimensions = ["FunctionName", unit.names.mock, *(["Path", path] if path else [])]
    return [unit.namespace, name, *dimensions, options]


def _rate(part: Metric, whole: Metric, label: str) -> list[Metric]:
    """Part of whole in percent; 0 while there is no whole."""
    return [
        [*part[:-1], {**part[-1], "id": "part", "visible": False}],
        [*whole[:-1], {**whole[-1], "id": "whole", "visible": False}],
        [{"expression": "IF(whole > 0, 100 * part / whole, 0)", "label": label, "id": "rate"}],
    ]


def _header(unit: Unit) -> dict[str, Any]:
    text = (
        f"# {unit.names.migration}\n"
        "`canary verdict` judges these numbers, `canary rollback` turns the canary off. Lines are the "
        "go/no-go's limits. The canary's errors are hidden from users, who get the mock's answer."
    )
    return {
        "type": "text",
        "x": 0,
        "y": 0,
        "width": 2 * WIDTH,
        "height": HEADER,
        "properties": {"markdown": text},
    }


def _widget(
    region: str, index: int, title: str, metrics: list[Metric], limits: list[Limit]
) -> dict[str, Any]:
    return {
        "type": "metric",
        "x": WIDTH * (index % 2),
        "y": HEADER + HEIGHT * (index // 2),
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "stat": "Sum",
            "period": 60,
            "metrics": metrics,
            "annotations": {"horizontal": [{"label": label, "value": value} for label, value in limits]},
        },
    }


def dashboard(name: str, unit: Unit, opts: pulumi.ResourceOptions) -> aws.cloudwatch.Dashboard:
    """The resource."""
    content = json.dumps(body(unit), sort_keys=True)
    return aws.cloudwatch.Dashboard(name, dashboard_name=unit.dashboard, dashboard_body=content, opts=opts)
