"""The guard: told what to switch off, allowed to, and awake."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graph import Outcome, Resource, Stack, Undecided
from kinds import ALIAS, ENVIRONMENT, EVENT_TARGET, FLAG_APPLICATION, FUNCTION, ROLE, SCHEDULE
from parts import flag_profiles, guard_functions, kill_environments, lambda_groups
from pulumi_policy import Severity
from roles import INVOKES, allowed, attached, may, policies_of
from rule import NotApplicableError, Settings, StackRule, number, well_architected
from values import UNKNOWN, shown, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FLAG_ACTIONS = ("appconfig:startdeployment", "appconfig:stopdeployment")
RELEASE_ACTIONS = ("codedeploy:stopdeployment", "lambda:updatealias")
SPELLED = {
    "appconfig:startdeployment": "appconfig:StartDeployment",
    "appconfig:stopdeployment": "appconfig:StopDeployment",
    "codedeploy:stopdeployment": "codedeploy:StopDeployment",
    "lambda:updatealias": "lambda:UpdateAlias",
}
RATE = re.compile(r"^rate\((\d+) (minute|hour|day)s?\)$")
MINUTES = {"minute": 1, "hour": 60, "day": 1440}


def _can_act(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    guards = guard_functions(stack)
    if not guards:
        raise NotApplicableError("no alarm acts on a function")
    for guard in guards:
        if flag_profiles(stack):
            yield from _told(stack, guard)
        yield from _allowed(stack, guard)
        yield from _awake(stack, guard, settings)


def _told(stack: Stack, guard: Resource) -> Iterator[Outcome]:
    """By id, or by name where ids would close a circle: alarms act on the guard, environments need alarms."""
    switches = kill_environments(stack)
    applications = {a for switch in switches for a in stack.linked(switch, "applicationId", FLAG_APPLICATION)}
    told = stack.linked(guard, "environment", FLAG_APPLICATION, ENVIRONMENT)
    if applications and not applications & set(told) and not set(switches) & set(told):
        yield guard.must(
            "be told which AppConfig application to switch off",
            "Put the application's id into its environment variables.",
        )
    named = set(strings(guard.get("environment")))
    if switches and not any(switch in told or switch.called() in named for switch in switches):
        yield guard.must(
            f"be told of the kill switch '{switches[0].called()}'",
            "Put the environment's name or id into its environment variables.",
        )


def _allowed(stack: Stack, guard: Resource) -> Iterator[Outcome]:
    roles = stack.linked(guard, "role", ROLE)
    for role in roles:
        policies = policies_of(stack, role)
        if attached(stack, role):
            yield Undecided(role, "managed policies")
        elif not policies:
            yield role.must("allow the guard to act", "Add a RolePolicy with what its messages ask for.")
        else:
            yield from _actions(stack, role, policies)


def _actions(stack: Stack, role: Resource, policies: list[Resource]) -> Iterator[Outcome]:
    """A document that is not known yet still shows what it was made from."""
    unknown = [policy for policy in policies if policy.get("policy") is UNKNOWN]
    documents = [policy.get("policy") for policy in policies]
    wanted = [
        *(FLAG_ACTIONS if flag_profiles(stack) else ()),
        *(RELEASE_ACTIONS if lambda_groups(stack) else ()),
    ]
    missing = [SPELLED[action] for action in wanted if not allowed(documents, action)]
    on_flags = any(policy.sources("policy", FLAG_APPLICATION, ENVIRONMENT) for policy in unknown)
    if missing and unknown and (on_flags or not flag_profiles(stack)):
        yield Undecided(unknown[0], "policy")
    elif missing:
        yield role.must(
            f"allow the guard {', '.join(missing)}",
            "Allow it in a RolePolicy, on the AppConfig application and the release that it guards.",
        )


def _awake(stack: Stack, guard: Resource, settings: Settings) -> Iterator[Outcome]:
    if guard.get("reservedConcurrentExecutions") == 0:
        yield guard.must("be able to run, not have a reserved concurrency of 0", "Remove it: 0 turns it off.")
    clocks = [c for c in stack.of_type(SCHEDULE, EVENT_TARGET) if _wakes(stack, c, guard)]
    if not clocks:
        yield guard.must(
            "be woken by the clock too, not by alarms alone",
            "Add an EventBridge Schedule of rate(1 minute) to its alias: at 1 % of little traffic "
            "no alarm with "
            "a floor fires.",
        )
    for clock in clocks:
        yield from _often(clock, settings["maxMinutes"])
        for role in stack.linked(clock, "target", ROLE):
            if not may(stack, role, INVOKES, stack.linked(clock, "target", ALIAS, FUNCTION)):
                yield role.must(
                    "be allowed to wake the guard",
                    "Add a RolePolicy that allows lambda:InvokeFunction on the guard's alias.",
                )


def _wakes(stack: Stack, clock: Resource, guard: Resource) -> bool:
    prop = "target" if clock.type == SCHEDULE else "arn"
    functions = list(stack.linked(clock, prop, FUNCTION))
    for alias in stack.linked(clock, prop, ALIAS):
        functions += alias.sources("functionName", FUNCTION)
    return guard in functions


def _often(clock: Resource, limit: float) -> Iterator[Outcome]:
    if clock.get("state") == "DISABLED":
        yield clock.must("be enabled, for it wakes the guard", "Set state to ENABLED.")
    expression = clock.get("scheduleExpression")
    rate = RATE.match(expression) if isinstance(expression, str) else None
    if rate and int(rate[1]) * MINUTES[rate[2]] > limit:
        yield clock.must(
            f"wake the guard at least every {limit:g} minutes, not by {shown(expression)}",
            "Set schedule_expression to rate(1 minute).",
        )


RULES = [
    StackRule(
        name="guard-can-act",
        description="The guard that alarms act on knows the kill switch, may turn it on, and looks "
        "by itself.",
        why="A guard that is called and may do nothing is found out in the incident.",
        severity=Severity.CRITICAL,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="Give the guard the application, the kill environment, permissions on both, and "
        "a schedule.",
        url="https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappconfig.html",
        settings=(number("maxMinutes", "Most minutes between two looks of the guard.", 5, 1, 60),),
        check=_can_act,
    )
]
