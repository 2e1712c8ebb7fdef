"""Alarms that people hear: of the end as well as of the beginning, and not of a beginning that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Outcome, Resource, Stack, Undecided
from kinds import ALARM, TOPIC
from parts import guard_functions, rollback_alarms
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, well_architected
from values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _both_ways(stack: Stack, _: Settings) -> Iterable[Outcome]:
    if not guard_functions(stack):
        raise NotApplicableError("no alarm acts on a function")
    rolled_back_by = rollback_alarms(stack)
    for alarm in stack.of_type(ALARM):
        yield from _ended(stack, alarm)
        yield from _warmed(alarm, rolls_back=alarm in rolled_back_by)


def _ended(stack: Stack, alarm: Resource) -> Iterator[Outcome]:
    told = stack.linked(alarm, "okActions", TOPIC)
    for topic in stack.linked(alarm, "alarmActions", TOPIC):
        if topic not in told:
            yield alarm.must(
                f"tell '{topic.name}' when it is over too (okActions)", "Set ok_actions to the topic's ARN."
            )


def _warmed(alarm: Resource, *, rolls_back: bool) -> Iterator[Outcome]:
    """Silence is a failure only of what has spoken; AppConfig rolls back on a warm-up's own state."""
    treated, warm_up = alarm.get("treatMissingData"), alarm.get("warmUpConfiguration")
    if UNKNOWN in (treated, warm_up):
        yield Undecided(alarm, "treatMissingData" if treated is UNKNOWN else "warmUpConfiguration")
    elif rolls_back and warm_up:
        yield alarm.must(
            "have no warm-up, since something is rolled back by it",
            "Remove warm_up_configuration: while it warms up an alarm is INSUFFICIENT_DATA and does nothing.",
        )
    elif treated == "breaching" and not warm_up and not rolls_back:
        yield alarm.must(
            "warm up before it takes silence for failure",
            "Set warm_up_configuration: a new stack has no data yet, and pages everyone in its first minute.",
        )


RULES = [
    StackRule(
        name="alarm-told-both-ways",
        description="Who is told of an alarm beside a guard is told of its end; silence pages only after a "
        "warm-up.",
        why="A page without an end keeps people awake, and a page at every first deployment teaches them to "
        "sleep on.",
        severity=Severity.MEDIUM,
        framework=well_architected("Operational Excellence", "OPS08-BP04"),
        remediation="Set ok_actions to the topic, and warm_up_configuration where missing data breaches.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html",
        check=_both_ways,
    )
]
