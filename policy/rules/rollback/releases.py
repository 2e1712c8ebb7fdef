"""CodeDeploy for Lambda: a release is gradual, and an alarm takes it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from graph import Outcome, Resource, Stack, Undecided
from kinds import ALARM, ROLE, SHIFT
from parts import lambda_groups
from pulumi_policy import Severity
from roles import READS_ALARMS, may
from rule import NotApplicableError, Settings, StackRule, expect, number, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVENTS = frozenset({"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"})
ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
PREDEFINED = re.compile(
    r"^CodeDeployDefault\.Lambda(?P<kind>Canary|Linear)(?P<percent>\d+)Percent(Every)?(?P<minutes>\d+)Minutes?$"
)
"""https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html"""
Shift = tuple[str, Any, Any]
"""Kind (Canary or Linear), percent of a step, minutes between steps."""


def _groups(stack: Stack) -> list[Resource]:
    groups = lambda_groups(stack)
    if not groups:
        raise NotApplicableError("the stack has no CodeDeploy deployment group for Lambda")
    return groups


def _rolls_back(stack: Stack, _: Settings) -> Iterable[Outcome]:
    for group in _groups(stack):
        yield from expect(
            group,
            ("alarmConfiguration", "enabled"),
            lambda enabled: enabled is True,
            "have alarmConfiguration.enabled true",
            "Set it: a group ignores alarms otherwise.",
        )
        yield from expect(
            group,
            ("alarmConfiguration", "ignorePollAlarmFailure"),
            lambda ignored: not ignored,
            "not ignore alarms that it cannot poll (alarmConfiguration.ignorePollAlarmFailure)",
            "Set ignore_poll_alarm_failure to False: blind is not well.",
        )
        yield from _alarms(group)
        yield from _reads(stack, group)
        yield from expect(
            group,
            ("autoRollbackConfiguration", "enabled"),
            lambda enabled: enabled is True,
            "have autoRollbackConfiguration.enabled true",
            "Set it: a release is stopped otherwise, and not taken back.",
        )
        yield from expect(
            group,
            ("autoRollbackConfiguration", "events"),
            lambda events: set(events or []) >= EVENTS,
            f"roll back on {', '.join(sorted(EVENTS))}",
            "Set auto_rollback_configuration.events to all three.",
        )


def _reads(stack: Stack, group: Resource) -> Iterator[Outcome]:
    alarms = stack.linked(group, "alarmConfiguration", ALARM)
    for role in stack.linked(group, "serviceRoleArn", ROLE):
        if not may(stack, role, READS_ALARMS, alarms):
            yield role.must(
                "be allowed to read the alarms that stop a release",
                "Add a RolePolicy that allows cloudwatch:DescribeAlarms on *, as AWS's managed policy does.",
            )


def _alarms(group: Resource) -> Iterator[Outcome]:
    """A list is not empty even when its names are not known yet."""
    alarms = group.get("alarmConfiguration", "alarms")
    if alarms is UNKNOWN and not group.sources("alarmConfiguration", ALARM):
        yield Undecided(group, "alarmConfiguration.alarms")
    elif alarms is not UNKNOWN and not alarms:
        yield group.must(
            "name alarms (alarmConfiguration.alarms), at most 10",
            "Name the alarms on the function's errors.",
        )


def _gradual(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    for group in _groups(stack):
        name = group.get("deploymentConfigName")
        own = [s for s in stack.of_type(SHIFT) if s in group.sources("deploymentConfigName", SHIFT)]
        own = own or [s for s in stack.of_type(SHIFT) if name == s.get("deploymentConfigName") is not None]
        if own:
            yield from _judged(group, _own(own[0]), f"shift '{own[0].name}'", settings)
        elif name is UNKNOWN:
            yield Undecided(group, "deploymentConfigName")
        elif name is None or name == ALL_AT_ONCE:
            yield group.must(
                f"shift traffic gradually, not by {name or 'a default'}",
                "Set deployment_config_name to CodeDeployDefault.LambdaLinear10PercentEvery1Minute, or to a "
                "DeploymentConfig of the stack.",
            )
        elif match := PREDEFINED.match(name):
            shift = (match["kind"], int(match["percent"]), int(match["minutes"]))
            yield from _judged(group, shift, name, settings)


def _own(shift: Resource) -> Shift:
    routing = shift.get("trafficRoutingConfig")
    kind = "Linear" if shift.get("trafficRoutingConfig", "type") == "TimeBasedLinear" else "Canary"
    steps = "timeBasedLinear" if kind == "Linear" else "timeBasedCanary"
    if routing is None or shift.get("trafficRoutingConfig", steps) is None:
        return "all at once", 100, 0
    return (
        kind,
        shift.get("trafficRoutingConfig", steps, "percentage"),
        shift.get("trafficRoutingConfig", steps, "interval"),
    )


def _judged(group: Resource, shift: Shift, name: str, settings: Settings) -> Iterator[Outcome]:
    kind, percent, minutes = shift
    if UNKNOWN in (percent, minutes):
        yield Undecided(group, "deploymentConfigName")
        return
    percent, minutes = percent or 100, minutes or 0
    # The first step is taken at once, so n steps are n - 1 intervals apart; a canary has one.
    total = minutes * (-(-100 // percent) - 1) if kind == "Linear" else minutes
    most, least = settings["maxStepPercent"], settings["minMinutes"]
    if percent > most:
        yield group.must(
            f"shift at most {most:g} % of the traffic at first, not {shown(percent)} % ({name})",
            "Take a smaller percentage.",
        )
    if total < least:
        yield group.must(
            f"take at least {least:g} minutes for a shift, not {shown(total)} ({name})",
            "Take longer intervals: an alarm that looks at 5 minutes sees nothing in less.",
        )


RULES = [
    StackRule(
        name="canary-codedeploy-rolls-back-on-alarm",
        description="CodeDeploy stops a release on alarms and takes it back on failure, alarm and request.",
        why="A group without alarms, or with an ignored poll failure, finishes a release that fails.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="Set alarm_configuration and auto_rollback_configuration as the messages say.",
        url="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html",
        check=_rolls_back,
    ),
    StackRule(
        name="canary-shift-gradual",
        description="A release shifts traffic in small steps, slowly enough for alarms to see each.",
        why="What is shifted at once is rolled back after everybody met it.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP03"),
        remediation="Shift 10 % a minute, or 10 % and the rest after 5 minutes or more.",
        url="https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html",
        settings=(
            number("maxStepPercent", "Most traffic in the first step, percent.", 10, 1, 99),
            number("minMinutes", "Fewest minutes from the first step to the last.", 5, 1, 2880),
        ),
        check=_gradual,
    ),
]
