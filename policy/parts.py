"""Finds the parts of a canary in a stack: what is ramped, what watches it, what switches it off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kinds import (
    ALARM,
    ALIAS,
    EDGE,
    ENVIRONMENT,
    FLAG_DEPLOYMENT,
    FUNCTION,
    GROUP,
    HTTP_INTEGRATION,
    PROFILE,
    RELEASE_APPLICATION,
    REST_INTEGRATION,
    STRATEGY,
    TARGET_ATTACHMENT,
)
from values import strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph import Resource, Stack

FLAGS = "AWS.AppConfig.FeatureFlags"
KILL = re.compile("kill", re.IGNORECASE)
"""A kill switch is recognized by its name; nothing else tells it from a forgotten flag."""
SERVERS = ("ec2TagFilters", "ec2TagSets", "onPremisesInstanceTagFilters", "autoscalingGroups", "ecsService")
"""Properties that deployment groups for servers and containers have, and those for Lambda do not."""
ENTRIES = {HTTP_INTEGRATION: "integrationUri", REST_INTEGRATION: "uri", TARGET_ATTACHMENT: "targetId"}
"""Entry points for users, and the property that names the function behind each."""


def is_kill(resource: Resource) -> bool:
    """Return whether a profile or an environment belongs to a kill switch."""
    return bool(KILL.search(resource.called()))


def flag_profiles(stack: Stack, *, kill: bool = False) -> list[Resource]:
    """Return profiles of feature flags: those of ramps, or those of kill switches."""
    flags = [profile for profile in stack.of_type(PROFILE) if profile.get("type") == FLAGS]
    return [profile for profile in flags if is_kill(profile) is kill]


def deployments(stack: Stack, profile: Resource) -> list[Resource]:
    """Return the deployments of a profile."""
    return [
        deployment
        for deployment in stack.of_type(FLAG_DEPLOYMENT)
        if profile in stack.linked(deployment, "configurationProfileId", PROFILE)
    ]


def environments(stack: Stack, profile: Resource) -> list[Resource]:
    """Return the stack's environments that a profile is deployed to."""
    found = [
        environment
        for deployment in deployments(stack, profile)
        for environment in stack.linked(deployment, "environmentId", ENVIRONMENT)
    ]
    return list(dict.fromkeys(found))


def ramp_environments(stack: Stack) -> list[Resource]:
    """Return the environments in which flags are ramped."""
    found = [env for profile in flag_profiles(stack) for env in environments(stack, profile)]
    return list(dict.fromkeys(found))


def kill_environments(stack: Stack) -> list[Resource]:
    """Return the environments of kill switches: named so, or with a kill switch deployed there."""
    named = [environment for environment in stack.of_type(ENVIRONMENT) if is_kill(environment)]
    deployed = [env for profile in flag_profiles(stack, kill=True) for env in environments(stack, profile)]
    return list(dict.fromkeys(named + deployed))


def strategies(stack: Stack, deployment: Resource) -> list[Resource]:
    """Return the strategy of a deployment, if the stack defines it."""
    return stack.linked(deployment, "deploymentStrategyId", STRATEGY)


def lambda_groups(stack: Stack) -> list[Resource]:
    """Return CodeDeploy groups for Lambda: by their application's platform, else by what they lack."""
    found = []
    for group in stack.of_type(GROUP):
        platforms = {a.get("computePlatform") for a in stack.linked(group, "appName", RELEASE_APPLICATION)}
        for_servers = any(group.get(prop) not in (None, []) for prop in SERVERS)
        if "Lambda" in platforms or not (platforms or for_servers):
            found.append(group)
    return found


def rollback_alarms(stack: Stack) -> list[Resource]:
    """Return alarms that cause a rollback: they monitor a ramp, stop a release, or invoke a function."""
    found = []
    for holder in ramp_environments(stack):
        found += stack.linked(holder, "monitors", ALARM)
    for group in lambda_groups(stack):
        found += stack.linked(group, "alarmConfiguration", ALARM)
    found += [alarm for alarm in stack.of_type(ALARM) if guards_of(stack, alarm)]
    return list(dict.fromkeys(found))


def guards_of(stack: Stack, alarm: Resource) -> list[Resource]:
    """Return the aliases that an alarm acts on, or the functions if there are no aliases."""
    return stack.linked(alarm, "alarmActions", ALIAS) or stack.linked(alarm, "alarmActions", FUNCTION)


def edge_functions(stack: Stack) -> list[Resource]:
    """Return functions that CloudFront runs at the edge: a distribution names a version, and no alias exists.

    Lambda@Edge has no X-Ray, and logs in the region of each edge location:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html
    """
    with_alias = {f for alias in stack.of_type(ALIAS) for f in alias.sources("functionName", FUNCTION)}
    named = {function for edge in stack.of_type(EDGE) for function in _run_by(stack, edge)}
    return [function for function in stack.of_type(FUNCTION) if function in named - with_alias]


def _run_by(stack: Stack, edge: Resource) -> Iterator[Resource]:
    for prop in {*edge.made_from, *edge.props}:
        yield from edge.sources(prop, FUNCTION)
    arns = [text.rpartition(":")[0] for text in strings(edge.props) if ":function:" in text]
    yield from (function for function in stack.of_type(FUNCTION) if function.get("arn") in arns)


def guard_functions(stack: Stack) -> list[Resource]:
    """Return the functions that alarms act on."""
    found = []
    for alarm in stack.of_type(ALARM):
        for guard in guards_of(stack, alarm):
            found += [guard] if guard.type == FUNCTION else guard.sources("functionName", FUNCTION)
    return list(dict.fromkeys(found))


def entry_aliases(stack: Stack) -> list[Resource]:
    """Return the aliases that users reach."""
    found = [
        alias
        for token, prop in ENTRIES.items()
        for entry in stack.of_type(token)
        for alias in stack.linked(entry, prop, ALIAS)
    ]
    return list(dict.fromkeys(found))
