"""A person sees what the alarms see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from graph import Outcome, Stack, Undecided
from kinds import ALARM, DASHBOARD
from measures import Measure, measures
from parts import kill_environments, ramp_environments
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, texts, well_architected
from values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graph import Resource

SAME, REST = ".", "..."
"""A dashboard's shorthands: one field as in the line above, and all fields that are not given.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""


def _shows(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    ramped = [env for env in ramp_environments(stack) if env not in kill_environments(stack)]
    if not ramped:
        raise NotApplicableError("the stack ramps no feature flags")
    boards = stack.of_type(DASHBOARD)
    if unknown := [board for board in boards if board.get("dashboardBody") is UNKNOWN]:
        yield Undecided(unknown[0], "dashboardBody")
        return
    seen = {key for board in boards for key in shown_metrics(board.get("dashboardBody"))}
    lines = {value for board in boards for value in _lines(board.get("dashboardBody"))}
    for environment in ramped:
        alarms = stack.linked(environment, "monitors", ALARM)
        for alarm in dict.fromkeys(alarms):
            yield from _alarm_shown(alarm, seen, lines, settings)


def _alarm_shown(alarm: Resource, seen: set[Any], lines: set[float], settings: Settings) -> Iterator[Outcome]:
    own = [m for m in measures(alarm) if _is_canary(m, settings["canaryDimensions"])]
    missing = [measure for measure in own if measure.key not in seen]
    if missing:
        names = ", ".join(f"{m.name} of {_where(m)}" for m in missing)
        yield alarm.must(
            f"have what it looks at on a dashboard: {names}",
            "Add these metrics to a Dashboard of the stack: who is woken by the alarm looks there first.",
        )
    elif own and alarm.get("threshold") not in lines and any(m.counts_errors for m in own):
        yield alarm.must(
            "have its threshold drawn on a dashboard",
            "Add a horizontal annotation with its value to the chart of these metrics.",
        )


def _is_canary(measure: Measure, dimensions: Any) -> bool:
    return isinstance(measure.dimensions, dict) and bool(set(measure.dimensions) & set(dimensions))


def _where(measure: Measure) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(measure.dimensions.items()))


def _widgets(body: Any) -> list[dict[str, Any]]:
    try:
        document = json.loads(body) if isinstance(body, str) else {}
    except json.JSONDecodeError:
        return []
    widgets = document.get("widgets", []) if isinstance(document, dict) else []
    return [widget.get("properties") or {} for widget in widgets]


def shown_metrics(body: Any) -> Iterator[tuple[Any, str, tuple[tuple[str, Any], ...]]]:
    """Metrics that a dashboard's body draws, as `Measure.key` has them."""
    for properties in _widgets(body):
        above: list[Any] = []
        for line in properties.get("metrics", []):
            parts = [part for part in line if not isinstance(part, dict)]
            if REST in parts:
                at = parts.index(REST)
                parts[at : at + 1] = above[at : max(at, len(above) - (len(parts) - at - 1))]
            given = [above[i] if part == SAME and i < len(above) else part for i, part in enumerate(parts)]
            if len(given) >= 2:  # noqa: PLR2004 - namespace and name; an expression has neither
                pairs = zip(given[2::2], given[3::2], strict=False)
                yield given[0], given[1], tuple(sorted(pairs))
            above = given or above


def _lines(body: Any) -> Iterator[float]:
    for properties in _widgets(body):
        for line in (properties.get("annotations") or {}).get("horizontal", []):
            if isinstance(line.get("value"), int | float):
                yield float(line["value"])


RULES = [
    StackRule(
        name="dashboard-shows-canary",
        description="What alarms see of a canary, a dashboard shows, with the limit drawn on it.",
        why="Who is woken by an alarm must see at once what it saw, and how far over the limit it was.",
        severity=Severity.MEDIUM,
        framework=well_architected("Operational Excellence"),
        remediation="Draw the alarms' metrics on a Dashboard, and their thresholds as annotations.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html",
        settings=(
            texts(
                "canaryDimensions",
                "Dimensions that tell the canary's metrics from all others.",
                ["Path", "ExecutedVersion", "Variant", "Canary"],
            ),
        ),
        check=_shows,
    )
]
