"""The CloudWatch dashboard: a pure function builds its body, and one resource holds it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.unit_args import Unit

WIDTH, HEIGHT, HEADER, ALARMS = 12, 6, 4, 3
"""Sizes of the widgets, in the console's grid of 24 columns."""
PLAYBOOK = "docs/BETA_PLAYBOOK.md"
Metric = list[Any]
Limit = tuple[str, float]
"""A horizontal line across a chart: its label and its value."""


@dataclass(frozen=True)
class Chart:
    """A chart: its metrics, and the go/no-go's limits as lines."""

    title: str
    metrics: list[Metric]
    limits: list[Limit]


def body(unit: Unit, account: str) -> dict[str, Any]:
    """Build the dashboard's body, with the go/no-go's limits drawn as lines.

    The body holds names only and nothing that a stack learns later, so a preview can show it.
    """
    charts = [*_user_charts(unit), *_shadow_charts(unit), *_health_charts(unit)]
    widgets = [_widget(unit.region, index, chart) for index, chart in enumerate(charts)]
    return {"widgets": [_header(unit), _alarms(unit, account), *widgets]}


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
    invocations: Metric = ["AWS/Lambda", "Invocations", "FunctionName", unit.names.mock, {"label": "all"}]
    share = _rate(_metric(unit, "Requests", "prisma"), _metric(unit, "Requests"), "canary share, %")
    band = [
        ("check the configuration below, at 1 %", limits["share_low_pct"]),
        ("or above", limits["share_high_pct"]),
    ]
    return [
        Chart(
            "Error rate, all requests",
            _rate(_metric(unit, "Errors"), _metric(unit, "Requests"), "errors, %"),
            errors,
        ),
        Chart(
            "Error rate, canary (hidden from users)",
            _rate(_metric(unit, "Errors", "prisma"), _metric(unit, "Requests", "prisma"), "errors, %"),
            errors,
        ),
        Chart("P95, mock and canary", p95, [("never slow below", limits["p95_floor_ms"])]),
        Chart(
            "Invocations, by path",
            [invocations, *(_metric(unit, "Requests", path, label=path) for path in ("mock", "prisma"))],
            [],
        ),
        Chart("Canary share", share, band),
    ]


def _shadow_charts(unit: Unit) -> list[Chart]:
    limits = unit.thresholds
    diffs = _rate(_metric(unit, "ShadowDiffs"), _metric(unit, "ShadowCompared"), "differing, %")
    noise = _rate(_metric(unit, "NoiseDiffs"), _metric(unit, "NoiseCompared"), "differing from itself, %")
    lost = _rate(_metric(unit, "ShadowLost"), _metric(unit, "ShadowSent"), "lost, %")
    ledger = [_metric(unit, name, label=name) for name in ("ShadowSent", "ShadowCompared", "ShadowLost")]
    return [
        Chart(
            "Shadow differences",
            diffs,
            [("go", limits["diffs_go_pct"]), ("investigate", limits["diffs_investigate_pct"])],
        ),
        Chart("Shadow reads lost", lost, [("people are told", limits["shadow_loss_pct"])]),
        Chart("Shadow ledger: sent = compared + lost", ledger, []),
        Chart("Noise: one side read twice", noise, []),
    ]


def _health_charts(unit: Unit) -> list[Chart]:
    names = (unit.names.mock, unit.names.prisma, unit.names.shadow, unit.names.guard)
    guard = ["FunctionName", unit.names.guard]
    told: list[Metric] = [
        [unit.namespace, "GuardTicks", *guard, {"label": "guard runs"}],
        [unit.namespace, "Rollbacks", *guard, {"label": "rollbacks"}],
        _metric(unit, "FlagErrors", label="flags unreadable"),
    ]
    breaker = [
        _metric(unit, "BreakerOpen", label="not asked: breaker open"),
        _metric(unit, "ColdStart", label="cold starts"),
    ]
    failed: list[Metric] = [["AWS/Lambda", "Errors", "FunctionName", name] for name in names]
    return [
        Chart("Circuit breaker, cold starts", breaker, []),
        Chart("Guard and flags", told, []),
        Chart("Failed invocations", failed, []),
    ]


def _metric(unit: Unit, name: str, path: str | None = None, **options: Any) -> Metric:
    """A metric of the entry function, for one path or for both."""
    dimensions = ["FunctionName", unit.names.mock, *(["Path", path] if path else [])]
    return [unit.namespace, name, *dimensions, options]


def _rate(part: Metric, whole: Metric, label: str) -> list[Metric]:
    """Part of whole in percent: 100 if the whole is missing, and a gap if both are."""
    return [
        [*part[:-1], {**part[-1], "id": "part", "visible": False}],
        [*whole[:-1], {**whole[-1], "id": "whole", "visible": False}],
        [{"expression": "100 * part / IF(whole > part, whole, part)", "label": label, "id": "rate"}],
    ]


def _header(unit: Unit) -> dict[str, Any]:
    console = f"https://{unit.region}.console.aws.amazon.com/cloudwatch/home?region={unit.region}"
    group = quote(quote(f"/aws/lambda/{unit.names.mock}", safe=""), safe="").replace("%", "$")
    playbook = f"[{PLAYBOOK}]({unit.playbook_url})" if unit.playbook_url else f"`{PLAYBOOK}`"
    links = [
        f"[Saved queries]({console}#logsV2:logs-insights) (folder {unit.prefix})",
        f"[Log]({console}#logsV2:log-groups/log-group/{group})",
        f"[Traces]({console}#xray:traces/query)",
        f"[Alarms]({console}#alarmsV2:)",
    ]
    text = (
        f"# {unit.names.migration}\n"
        f"What to look at and when to stop: {playbook}. `canary verdict` judges these numbers, "
        "`canary rollback` turns the canary off. Lines are the go/no-go's limits. The canary's errors are "
        f"hidden from users, who get the mock's answer.\n\n{' · '.join(links)}"
    )
    size = {"x": 0, "y": 0, "width": 2 * WIDTH, "height": HEADER}
    return {"type": "text", **size, "properties": {"markdown": text}}


def _alarms(unit: Unit, account: str) -> dict[str, Any]:
    """A widget with the states of all alarms, including those that only notify people."""
    names = unit.names.alarms(unit.thresholds).values()
    arns = [f"arn:aws:cloudwatch:{unit.region}:{account}:alarm:{name}" for name in names]
    size = {"x": 0, "y": HEADER, "width": 2 * WIDTH, "height": ALARMS}
    return {"type": "alarm", **size, "properties": {"title": "Alarms", "alarms": arns}}


def _widget(region: str, index: int, chart: Chart) -> dict[str, Any]:
    lines = [{"label": label, "value": value} for label, value in chart.limits]
    return {
        "type": "metric",
        "x": WIDTH * (index % 2),
        "y": HEADER + ALARMS + HEIGHT * (index // 2),
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": chart.title,
            "region": region,
            "view": "timeSeries",
            "stat": "Sum",
            "period": 60,
            "metrics": chart.metrics,
            "yAxis": {"left": {"min": 0}},
            "annotations": {"horizontal": lines},
        },
    }


def dashboard(name: str, unit: Unit, opts: pulumi.ResourceOptions) -> aws.cloudwatch.Dashboard:
    """Create the dashboard of a unit."""

    def content(account: str) -> str:
        return json.dumps(body(unit, account), sort_keys=True)

    drawn = pulumi.Output.from_input(unit.account).apply(content)
    return aws.cloudwatch.Dashboard(name, dashboard_name=unit.dashboard, dashboard_body=drawn, opts=opts)
