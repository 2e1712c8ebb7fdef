"""Alarms that something is rolled back by: soon, by the canary's own rate, and not by chance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graph import Outcome, Resource, Stack, Undecided
from kinds import ALARM
from measures import Measure, expression, measures
from parts import kill_environments, ramp_environments, rollback_alarms
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, expect, number, texts, well_architected
from values import UNKNOWN, has_unknown, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FLOOR = re.compile(r"\bIF\s*\(.*([<>]=?\s*\d|\d(e\d+)?\s*[<>])", re.IGNORECASE | re.DOTALL)
"""A number below which a rate is not looked at, compared in either direction."""
_HUNDRED = r"\(*\s*(100(\.0*)?|1e\+?0?2)\b(?!\.\d)"
PERCENT = re.compile(rf"(?<![\w.]){_HUNDRED}\s*\)*\s*\*|\*\s*{_HUNDRED}|/\s*\(*\s*0?\.01\b", re.IGNORECASE)
"""A rate times a hundred; a hundred that is only compared with something makes no percent."""
FILLED = re.compile(r"\bFILL\s*\(", re.IGNORECASE)
LATE_S = 300
"""A period in which data arrives before it is over, mostly."""
SECONDS = 60


def _sensitive(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    alarms = rollback_alarms(stack)
    ramped = [env for env in ramp_environments(stack) if env not in kill_environments(stack)]
    if not alarms and not ramped:
        raise NotApplicableError("nothing is rolled back by an alarm")
    for alarm in alarms:
        yield from _armed(alarm)
        yield from _window(alarm, settings)
        yield from _rate(alarm, settings)
    for environment in ramped:
        monitors = stack.linked(environment, "monitors", ALARM)
        if monitors and not any(_own_rate(alarm, settings) for alarm in monitors):
            yield environment.must(
                "be monitored by an alarm on the canary path's own error rate",
                f"Add one whose metrics all have a dimension of {', '.join(settings['canaryDimensions'])}: a "
                "canary of 1 % that always fails moves the overall rate by 1 %.",
            )


def _armed(alarm: Resource) -> Iterator[Outcome]:
    yield from expect(
        alarm,
        ("actionsEnabled",),
        lambda enabled: enabled is not False,
        "have its actions on (actionsEnabled)",
        "Set actions_enabled to True.",
    )
    yield from expect(
        alarm,
        ("treatMissingData",),
        lambda treated: treated == "notBreaching",
        "treat missing data as notBreaching",
        "Set treat_missing_data: AppConfig may roll back on INSUFFICIENT_DATA, so a quiet night would.",
    )
    yield from expect(
        alarm,
        ("comparisonOperator",),
        lambda operator: str(operator).startswith("GreaterThan"),
        "fire when its value is over the threshold (comparisonOperator)",
        "Set comparison_operator to GreaterThanThreshold.",
    )


def _window(alarm: Resource, settings: Settings) -> Iterator[Outcome]:
    periods = alarm.get("evaluationPeriods")
    each = [measure.period for measure in measures(alarm)]
    if periods is UNKNOWN or has_unknown(each):
        yield Undecided(alarm, "period")
        return
    longest = max([period for period in each if period is not None], default=LATE_S)
    minutes = (periods or 1) * longest / SECONDS
    if minutes > settings["maxMinutes"]:
        yield alarm.must(
            f"look at no more than {settings['maxMinutes']:g} minutes, not {minutes:g}",
            "Lower period or evaluation_periods: until it fires, users meet the fault.",
        )
    points, formula = alarm.get("datapointsToAlarm"), expression(alarm)
    all_points = points is None or points == periods
    if isinstance(formula, str) and FILLED.search(formula) and longest < LATE_S and all_points:
        yield alarm.must(
            f"not FILL what may only be late: period {longest:g} s, {shown(periods)} of "
            f"{shown(periods)} points",
            "Drop FILL, use a period of 300 s, or let fewer datapoints alarm: the newest point is "
            "the filler.",
        )


def _rate(alarm: Resource, settings: Settings) -> Iterator[Outcome]:
    formula, threshold = expression(alarm), alarm.get("threshold")
    if formula is UNKNOWN or threshold is UNKNOWN:
        yield Undecided(alarm, "metricQueries" if formula is UNKNOWN else "threshold")
        return
    if "/" not in (formula or ""):
        return
    if not FLOOR.search(formula):
        yield alarm.must(
            "have a floor under its rate, in errors or in requests",
            "Write IF(errors >= 5, 100 * errors / requests, 0): one failure among three requests is 33 %.",
        )
    errors = any(measure.counts_errors for measure in measures(alarm))
    limit = settings["maxErrorPercent"] if errors else settings["maxLatencyPercent"]
    shown_limit = limit
    if not PERCENT.search(formula):
        limit /= 100
    if threshold is None or threshold > limit:
        of = "errors" if errors else "the other path's latency"
        yield alarm.must(
            f"fire at no more than {shown_limit:g} % of {of}, not {shown(threshold)} (threshold {limit:g})",
            "Lower threshold.",
        )


def _own_rate(alarm: Resource, settings: Settings) -> bool:
    """Whether every metric of a rate of errors is the canary's alone, or may turn out to be."""
    formula = expression(alarm)
    if formula is UNKNOWN:
        return True
    found = measures(alarm)
    rate = "/" in (formula or "") or any("rate" in m.name.lower() for m in found)
    own = [_is_own(measure, settings["canaryDimensions"]) for measure in found]
    return rate and bool(own) and all(own) and any(measure.counts_errors for measure in found)


def _is_own(measure: Measure, dimensions: Any) -> bool:
    return measure.dimensions is UNKNOWN or bool(set(measure.dimensions or {}) & set(dimensions))


RULES = [
    StackRule(
        name="rollback-alarm-sensitive",
        description="An alarm that rolls back fires soon, on the canary's own rate, and neither by "
        "chance nor "
        "for want of data.",
        why="An alarm on the overall rate never sees a canary of 1 %; one without a floor fires every night.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="One 300 s period, IF(errors >= N, 100 * errors / requests, 0) on the canary's "
        "dimension, "
        "missing data not breaching, actions on.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html",
        settings=(
            number("maxErrorPercent", "Highest error rate that may pass, percent.", 2, 0.01, 50),
            number(
                "maxLatencyPercent", "Highest latency that may pass, percent of the other's.", 150, 101, 1000
            ),
            number("maxMinutes", "Longest time that an alarm looks back, minutes.", 5, 1, 60),
            texts(
                "canaryDimensions",
                "Dimensions that tell the canary's metrics from all others.",
                ["Path", "ExecutedVersion", "Variant", "Canary"],
            ),
        ),
        check=_sensitive,
    )
]
