"""The rollback chain as a graph, from what users reach to what switches it off.

Function, alias, deployment group, alarm; flag profile, environment, monitor, alarm; alarm, guard, permission,
kill switch. Each link is judged by what a property was made from, so a broken chain is refused in a preview.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Finding, Outcome, Resource, Stack
from kinds import (
    ALARM,
    ALIAS,
    ENVIRONMENT,
    FLAG_APPLICATION,
    FUNCTION,
    ROLE,
    SUBSCRIPTION,
    TOPIC,
)
from parts import (
    deployments,
    entry_aliases,
    environments,
    flag_profiles,
    guards_of,
    kill_environments,
    lambda_groups,
    ramp_environments,
    rollback_alarms,
)
from permitted import permitted
from pulumi_policy import Severity
from roles import policies_of
from rule import NotApplicableError, Settings, StackRule, well_architected
from values import UNKNOWN, strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALARMS, TOPICS = "lambda.alarms.cloudwatch.amazonaws.com", "sns.amazonaws.com"
"""Who invokes a function that an alarm acts on, or that listens to a topic."""


def _complete(stack: Stack, _: Settings) -> Iterable[Outcome]:
    profiles, groups = flag_profiles(stack), lambda_groups(stack)
    if not profiles and not groups:
        raise NotApplicableError("the stack has neither feature flags nor a CodeDeploy group")
    for alias in entry_aliases(stack):
        yield from _released(stack, alias)
    for group in groups:
        yield from _watched(stack, group)
    for profile in profiles:
        yield from _deployed(stack, profile)
    for alarm in rollback_alarms(stack):
        yield from _acts(stack, alarm)
    for subscription in stack.of_type(SUBSCRIPTION):
        yield from _heard(stack, subscription)
    if profiles:
        yield from _can_be_killed(stack)


def _released(stack: Stack, alias: Resource) -> Iterator[Outcome]:
    """A group names no function: its role's policy does, where it is the stack's own."""
    groups, functions = lambda_groups(stack), alias.sources("functionName", FUNCTION)
    if not groups:
        yield alias.must(
            "have a CodeDeploy deployment group, for users reach it",
            "Add an Application for Lambda and a DeploymentGroup with alarms.",
        )
        return
    policies = [
        policy
        for group in groups
        for role in stack.linked(group, "serviceRoleArn", ROLE)
        for policy in policies_of(stack, role)
    ]
    moved = [s for policy in policies for s in policy.sources("policy", FUNCTION, ALIAS)]
    if moved and not any(source is alias or source in functions for source in moved):
        yield alias.must(
            "be one that a deployment group may move, for users reach it",
            "Allow the group's service role lambda:GetAlias and lambda:UpdateAlias on its function.",
        )


def _watched(stack: Stack, group: Resource) -> Iterator[Outcome]:
    """Alarms of another stack, by name, are nobody's that can be looked at."""
    named = group.get("alarmConfiguration", "alarms")
    if not stack.linked(group, "alarmConfiguration", ALARM) and not (named and named is not UNKNOWN):
        yield group.must(
            "name alarms of this stack (alarmConfiguration.alarms)",
            "Give it the names of the alarms on the function that it releases.",
        )


def _deployed(stack: Stack, profile: Resource) -> Iterator[Outcome]:
    deployed = deployments(stack, profile)
    if not deployed:
        yield profile.must(
            "be deployed with a safe baseline",
            "Add a HostedConfigurationVersion with everything off, and a Deployment of it: the first "
            "deployment has nothing to roll back to.",
        )
    for deployment in deployed:
        if not stack.linked(deployment, "environmentId", ENVIRONMENT):
            yield deployment.must(
                "be to an environment of this stack", "Give it the environment_id of one with monitors."
            )


def _acts(stack: Stack, alarm: Resource) -> Iterator[Outcome]:
    guards = guards_of(stack, alarm)
    if not guards:
        yield alarm.must(
            "act on a guard (alarmActions)",
            "Add the alias of a function that switches the canary off: monitors act only while something "
            "deploys or bakes.",
        )
    if not stack.linked(alarm, "alarmActions", TOPIC):
        yield alarm.must("tell people (alarmActions)", "Add an SNS topic that people are subscribed to.")
    for guard in guards:
        if not permitted(stack, ALARMS, alarm, guard):
            yield alarm.must(
                f"be permitted to invoke its guard '{guard.name}'",
                f"Add a Permission for {ALARMS} with this alarm's ARN as source_arn and the guard's alias as "
                "qualifier.",
            )


def _heard(stack: Stack, subscription: Resource) -> Iterator[Outcome]:
    """The second way to the guard: by the topic."""
    for topic in stack.linked(subscription, "topic", TOPIC):
        for target in stack.linked(subscription, "endpoint", ALIAS):
            if not permitted(stack, TOPICS, topic, target):
                yield subscription.must(
                    f"be permitted to invoke '{target.name}'",
                    f"Add a Permission for {TOPICS} with the topic's ARN as source_arn and the alias as "
                    "qualifier.",
                )


def _can_be_killed(stack: Stack) -> Iterator[Outcome]:
    """A kill switch beside every ramp, in its application, deployed once so that it can be read."""
    switches = kill_environments(stack)
    for ramp in ramp_environments(stack):
        if ramp in switches:
            continue
        applications = stack.linked(ramp, "applicationId", FLAG_APPLICATION)
        beside = [
            switch
            for switch in switches
            if not applications
            or set(applications) & set(stack.linked(switch, "applicationId", FLAG_APPLICATION))
        ]
        if not beside:
            yield ramp.must(
                "have a kill switch beside it, an environment of its own in the same application",
                "Add an Environment 'kill' without monitors, and a profile that is deployed there at once.",
            )
    reached = [env for profile in flag_profiles(stack, kill=True) for env in environments(stack, profile)]
    for switch in switches:
        if switch not in reached:
            yield switch.must(
                "have a kill switch deployed to it",
                "Deploy a profile of feature flags whose name says kill, off, with 0 minutes and no "
                "bake time.",
            )
    yield from _told(stack, switches)


def _told(stack: Stack, switches: list[Resource]) -> Iterator[Outcome]:
    """Whatever reads the ramp must read the switch: a function told of one environment, told of both."""
    for function in stack.of_type(FUNCTION):
        known = function.sources("environment", ENVIRONMENT)
        ramps = [env for env in known if env not in switches]
        names = set(strings(function.get("environment")))
        if ramps and switches and not any(s in known or s.called() in names for s in switches):
            yield Finding(
                function,
                f"Function '{function.name}' must be told of the kill switch, since it reads flags of "
                f"'{ramps[0].name}'. Give it environment '{switches[0].name}' too, and let it read both.",
            )


RULES = [
    StackRule(
        name="rollback-chain-complete",
        description="From what users reach, every link to what switches it off is there.",
        why="An alarm that nobody listens to, a guard that may not be called, a switch that nobody reads: "
        "each is seen in the incident first.",
        severity=Severity.CRITICAL,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="Join the two resources that the message names, by an output of one in the other.",
        url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html",
        check=_complete,
    )
]
