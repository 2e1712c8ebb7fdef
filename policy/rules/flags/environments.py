"""AppConfig environments: those that alarms watch, and the one that nothing may watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Outcome, Resource, Stack, Undecided
from kinds import ALARM, COMPOSITE_ALARM, ROLE
from pace import pace
from parts import deployments, environments, flag_profiles, kill_environments, ramp_environments
from pulumi_policy import Severity
from roles import READS_ALARMS, may
from rule import NotApplicableError, Settings, StackRule, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _unmonitored(stack: Stack, _: Settings) -> Iterable[Outcome]:
    switches, profiles = kill_environments(stack), flag_profiles(stack, kill=True)
    if not switches and not profiles:
        raise NotApplicableError("the stack has no kill switch")
    for environment in switches:
        yield from _no_monitors(environment)
    ramped = ramp_environments(stack)
    for profile in profiles:
        for environment in environments(stack, profile):
            if environment in ramped:
                yield profile.must(
                    f"be deployed to an environment of its own, not to '{environment.name}' with the ramp",
                    "AppConfig runs one deployment an environment: a kill switch would wait for the ramp's.",
                )
        for deployment in deployments(stack, profile):
            yield from _at_once(stack, deployment)


def _no_monitors(environment: Resource) -> Iterator[Outcome]:
    monitors = environment.get("monitors")
    watched = environment.sources("monitors", ALARM, COMPOSITE_ALARM)
    if monitors is UNKNOWN and not watched:
        yield Undecided(environment, "monitors")
    elif watched or monitors:
        yield environment.must(
            "have no monitors, for it holds a kill switch",
            "Remove monitors: the alarm that made somebody turn the switch on would turn it off again.",
        )


def _at_once(stack: Stack, deployment: Resource) -> Iterator[Outcome]:
    found = pace(stack, deployment)
    if found is None or not found.known:
        yield Undecided(deployment, "deploymentStrategyId")
    elif found.minutes != 0 or found.bake != 0:
        yield deployment.must(
            f"go out at once and not bake, for it is a kill switch's, not take "
            f"{shown(found.minutes)} and bake "
            f"{shown(found.bake)} minutes ({found.name})",
            "Use a strategy of 0 minutes with 0 minutes of bake time: while one bakes, no other can start.",
        )


def _monitored(stack: Stack, _: Settings) -> Iterable[Outcome]:
    ramped = [environment for environment in ramp_environments(stack) if not _switches(stack, environment)]
    if not ramped:
        raise NotApplicableError("the stack deploys no feature flags to an environment of its own")
    for environment in ramped:
        monitors = environment.get("monitors")
        alarms = stack.linked(environment, "monitors", ALARM, COMPOSITE_ALARM)
        if monitors is UNKNOWN and not alarms:
            yield Undecided(environment, "monitors")
        elif not alarms and not monitors:
            yield environment.must(
                "have monitors, for canary flags are deployed there",
                "Set monitors to the alarms on the canary's errors and latency, each with a role.",
            )
        else:
            yield from _roles(stack, environment)


def _switches(stack: Stack, environment: Resource) -> bool:
    return environment in kill_environments(stack)


def _roles(stack: Stack, environment: Resource) -> Iterator[Outcome]:
    """A monitor that may not read its alarm watches nothing."""
    monitors = environment.get("monitors")
    given = monitors if isinstance(monitors, list) else []
    if any(isinstance(one, dict) and one.get("alarmRoleArn") is None for one in given):
        yield environment.must(
            "give every monitor a role to read its alarm",
            "Set alarm_role_arn to a role that appconfig.amazonaws.com may assume.",
        )
    alarms = stack.linked(environment, "monitors", ALARM, COMPOSITE_ALARM)
    for role in stack.linked(environment, "monitors", ROLE):
        if not may(stack, role, READS_ALARMS, alarms):
            yield role.must(
                "be allowed to read the alarms that monitor an environment",
                "Add a RolePolicy that allows cloudwatch:DescribeAlarms on *, as AppConfig documents it.",
            )


RULES = [
    StackRule(
        name="kill-switch-unmonitored",
        description="A kill switch goes out at once, bakes no time, and nothing monitors it.",
        why="The alarm that calls for the switch is red: as a monitor it would roll the switch back.",
        severity=Severity.CRITICAL,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="Give the kill switch an environment without monitors, and a strategy of 0 and "
        "0 minutes.",
        url="https://docs.aws.amazon.com/appconfig/latest/userguide/monitoring-deployments.html",
        check=_unmonitored,
    ),
    StackRule(
        name="canary-environment-monitored",
        description="Every environment that canary flags are deployed to is monitored by alarms it may read.",
        why="Without monitors AppConfig rolls nothing back.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="Set monitors with alarm_arn and alarm_role_arn; the role needs "
        "cloudwatch:DescribeAlarms.",
        url="https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-environment.html",
        check=_monitored,
    ),
]
