"""Canary flags: off to begin with, small at first, and watched while they go out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from graph import Outcome, Resource, Stack, Undecided
from kinds import FLAG_VERSION, PROFILE
from pace import pace
from parts import deployments, flag_profiles, guard_functions, kill_environments
from pulumi_policy import Severity
from rule import NotApplicableError, ResourceRule, Settings, StackRule, number, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PERCENTAGE = re.compile(r"(percent|percentage|pct|weight)$", re.IGNORECASE)
"""Attributes that say how many are in."""
SPLIT = re.compile(r"\(\s*split\b[^()]*?\bpct::\s*(\d+(?:\.\d+)?)")
"""AppConfig's own rule for a share of the users; its operands come in any order.

https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-multi-variant-feature-flags-rules.html
"""


def _flags(version: Resource) -> dict[str, Any]:
    """A document's flags with their values; nothing where it is no document of feature flags."""
    content = version.get("content")
    try:
        document = json.loads(content) if isinstance(content, str) else None
    except json.JSONDecodeError:
        return {}
    if not isinstance(document, dict) or not isinstance(document.get("flags"), dict):
        return {}
    values = document.get("values") or {}
    return {name: values.get(name) or {} for name in document["flags"]}


def _off(version: Resource, _: Settings) -> Iterable[Outcome]:
    if version.get("content") is UNKNOWN:
        yield Undecided(version, "content")
    for name, value in _flags(version).items():
        defaults = [variant for variant in value.get("_variants", []) if not variant.get("rule")]
        if any(part.get("enabled") for part in (value, *defaults)):
            yield version.must(
                f"have flag {name} off",
                f"Set values.{name}.enabled to false: what a stack deploys is the baseline, and turning it "
                "on is an operator's act.",
            )


def _small(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    profiles = flag_profiles(stack)
    if not profiles:
        raise NotApplicableError("the stack has no feature flags")
    for version in stack.of_type(FLAG_VERSION):
        for profile in stack.linked(version, "configurationProfileId", PROFILE):
            if profile in profiles:
                yield from _first_step(stack, profile, version, settings)


def _first_step(stack: Stack, profile: Resource, version: Resource, settings: Settings) -> Iterator[Outcome]:
    limit = settings["maxPercent"]
    if version.get("content") is UNKNOWN:
        yield Undecided(version, "content")
    for name, value in _flags(version).items():
        shares = _shares(value)
        if too_many := [share for share in shares if share > limit]:
            yield version.must(
                f"start flag {name} with at most {limit:g} % of the users, not {max(too_many):g} %",
                "Begin small; what breaks then breaks for few.",
            )
        if not shares:
            yield from _growth(stack, profile, name, settings["maxGrowthPercent"])


def _shares(value: dict[str, Any]) -> list[float]:
    """Percentages in a flag's attributes, and in the rules of its variants."""
    parts = [value, *(variant.get("attributeValues") or {} for variant in value.get("_variants", []))]
    found = [
        float(share)
        for part in parts
        for name, share in part.items()
        if PERCENTAGE.search(name) and isinstance(share, int | float)
    ]
    rules = [str(variant.get("rule", "")) for variant in value.get("_variants", [])]
    return found + [float(share) for rule in rules for share in SPLIT.findall(rule)]


def _growth(stack: Stack, profile: Resource, flag: str, limit: float) -> Iterator[Outcome]:
    """A flag without a share of its own can only be ramped by the strategy that deploys it."""
    for deployment in deployments(stack, profile):
        found = pace(stack, deployment)
        if found is None or not found.known:
            yield Undecided(deployment, "deploymentStrategyId")
        elif found.growth is None or found.growth > limit or not found.minutes:
            yield deployment.must(
                f"ramp flag {flag}, which has no percentage, by at most {limit:g} % a step over "
                f"some minutes, "
                f"not by {shown(found.growth)} % in {shown(found.minutes)} minutes",
                "Give the flag a percentage, or take AppConfig.Canary10Percent20Minutes.",
            )


def _bakes(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    profiles = flag_profiles(stack)
    deployed = [deployment for profile in profiles for deployment in deployments(stack, profile)]
    if not deployed:
        raise NotApplicableError("the stack deploys no feature flags")
    least = settings["minBakeMinutes"]
    for deployment in deployed:
        found = pace(stack, deployment)
        if found is None or found.bake is UNKNOWN:
            yield Undecided(deployment, "deploymentStrategyId")
        elif found.bake < least:
            yield deployment.must(
                f"bake at least {least:g} minutes under its monitors, not {shown(found.bake)} ({found.name})",
                "Set final_bake_time_in_minutes: no monitor rolls back what has finished. Only a kill switch "
                "goes out without.",
            )


def _left_alone(stack: Stack, _: Settings) -> Iterable[Outcome]:
    """Where a kill switch or a guard deploys further versions, the stack's own must never go out again."""
    kills = flag_profiles(stack, kill=True)
    if not (kills or kill_environments(stack) or guard_functions(stack)):
        raise NotApplicableError("the stack has neither a kill switch nor a guard")
    of_flags = {*flag_profiles(stack), *kills}
    for version in stack.of_type(FLAG_VERSION):
        profiles = stack.linked(version, "configurationProfileId", PROFILE)
        flags = any(one in of_flags for one in profiles) if profiles else bool(_flags(version))
        if flags and not version.ignores("content"):
            yield version.must(
                "ignore changes of content: AppConfig stamps what it stores, so each update would replace it",
                "Set ignore_changes=['content'].",
            )


RULES = [
    ResourceRule(
        name="canary-flag-off-by-default",
        description="A stack deploys its feature flags off.",
        why="`pulumi up` would turn the canary on, for everybody at once, and turn it on again "
        "after a rollback.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP03"),
        remediation="Set enabled to false in the document's values; operators turn flags on.",
        url="https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-type-reference-feature-flags.html",
        types=frozenset({FLAG_VERSION}),
        check=_off,
    ),
    StackRule(
        name="canary-first-step-small",
        description="A canary flag begins with few users, by its percentage or by its deployment strategy.",
        why="The first step is where most faults show, so it is where the fewest users should be.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP03"),
        remediation="Give the flag a percentage of 1 or less, or deploy it by a strategy that grows slowly.",
        url="https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-deployment-strategy.html",
        settings=(
            number("maxPercent", "Most users in the first step, percent.", 1, 0, 100),
            number(
                "maxGrowthPercent",
                "Most clients that a strategy's step adds where a flag has no percentage, percent.",
                20,
                1,
                100,
            ),
        ),
        check=_small,
    ),
    StackRule(
        name="canary-flag-deployment-bakes",
        description="A canary flag stays under its monitors for some time after it went out.",
        why="AppConfig rolls back only while a deployment runs or bakes: without bake time, never.",
        severity=Severity.HIGH,
        framework=well_architected("Operational Excellence", "OPS06-BP04"),
        remediation="Set final_bake_time_in_minutes to two periods of the alarms.",
        url="https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-deployment-strategy.html",
        settings=(number("minBakeMinutes", "Fewest minutes under the monitors.", 10, 1, 1440),),
        check=_bakes,
    ),
    StackRule(
        name="canary-flag-baseline-left-alone",
        description="Pulumi deploys a flag document once, where a kill switch or a guard deploys later ones.",
        why="AppConfig adds _createdAt and _updatedAt to what it stores, and the provider compares that with "
        "the program's text: every second `pulumi up` would deploy the baseline over a live ramp, and over "
        "a kill switch that is on.",
        severity=Severity.CRITICAL,
        framework=well_architected("Operational Excellence", "OPS06-BP03"),
        remediation="Set ignore_changes=['content'] on the hosted configuration version.",
        url="https://github.com/hashicorp/terraform-provider-aws/issues/20273",
        check=_left_alone,
    ),
]
