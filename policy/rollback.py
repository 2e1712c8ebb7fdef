"""The rollback chain as a graph: flag to alarm to guard to kill switch, alias to deployment group to alarm.

A flag profile is canary's when a monitored environment or a strategy that bakes deploys it; the
kill switch is a profile deployed at once, without bake time, to an environment that nothing monitors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import feeding, inner, of_type, plain
from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulumi_policy import PolicyResource

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ALIAS = "aws:lambda/alias:Alias"
FUNCTION = "aws:lambda/function:Function"
GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
PROFILE = "aws:appconfig/configurationProfile:ConfigurationProfile"
ENVIRONMENT = "aws:appconfig/environment:Environment"
DEPLOYMENT = "aws:appconfig/deployment:Deployment"
STRATEGY = "aws:appconfig/deploymentStrategy:DeploymentStrategy"
PERMISSION = "aws:lambda/permission:Permission"
INTEGRATION = "aws:apigatewayv2/integration:Integration"
FLAGS = "AWS.AppConfig.FeatureFlags"
EVENTS = {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}
MIN_BAKE_MINUTES = 10


def _canary_flag_guarded(args: StackValidationArgs, report: ReportViolation) -> None:
    profiles = [p for p in of_type(args.resources, PROFILE) if plain(p.props, "type") == FLAGS]
    if not profiles:
        args.not_applicable("the stack has no feature flags")
    deployments = of_type(args.resources, DEPLOYMENT)
    for profile in profiles:
        mine = [d for d in deployments if profile in feeding(d, "configurationProfileId", PROFILE)]
        if not mine:
            report(f"Flag profile '{profile.name}' must be deployed with a safe baseline before anything else is.", profile.urn)
        for deployment in mine:
            for fault in _deployment_faults(args, deployment):
                report(f"Flag profile '{profile.name}': {fault}", profile.urn)


def _deployment_faults(args: StackValidationArgs, deployment: PolicyResource) -> Iterator[str]:
    environments = feeding(deployment, "environmentId", ENVIRONMENT)
    strategies = feeding(deployment, "deploymentStrategyId", STRATEGY)
    if not environments or not strategies:
        yield f"deployment '{deployment.name}' must take its environment and its strategy from this stack."
        return
    environment, bake = environments[0], plain(strategies[0].props, "finalBakeTimeInMinutes")
    alarms = feeding(environment, "monitors", ALARM)
    if not alarms:
        if bake == 0 and _is_kill_switch(args, environment):
            return
        yield f"environment '{environment.name}' must have monitors with alarms, or be a kill switch beside a monitored one (0 minutes, 0 bake)."
        return
    if not isinstance(bake, int | float) or bake < MIN_BAKE_MINUTES:
        yield f"strategy '{strategies[0].name}' must bake at least {MIN_BAKE_MINUTES} minutes under the monitors, not {bake}."
    for alarm in alarms:
        yield from _alarm_faults(args, alarm)


def _is_kill_switch(args: StackValidationArgs, environment: PolicyResource) -> bool:
    """A kill switch is unmonitored on purpose, beside a monitored environment of the same application."""
    return any(
        other is not environment and feeding(other, "monitors", ALARM) for other in of_type(args.resources, ENVIRONMENT)
    )


def _alarm_faults(args: StackValidationArgs, alarm: PolicyResource) -> Iterator[str]:
    if plain(alarm.props, "actionsEnabled") is False:
        yield f"alarm '{alarm.name}' must have its actions enabled."
    if plain(alarm.props, "treatMissingData") != "notBreaching":
        yield f"alarm '{alarm.name}' must treat missing data as notBreaching, or a quiet night rolls back."
    guards = feeding(alarm, "alarmActions", ALIAS)
    if not guards:
        yield f"alarm '{alarm.name}' must act on the guard's alias (alarmActions): monitors alone act only while something deploys."
    for guard in guards:
        if not any(
            alarm in feeding(permission, "sourceArn", ALARM) and guard in feeding(permission, "qualifier", ALIAS)
            for permission in of_type(args.resources, PERMISSION)
        ):
            yield f"alarm '{alarm.name}' must be permitted to invoke '{guard.name}' (a lambda Permission with sourceArn and qualifier)."


def _alias_behind_entry_guarded(args: StackValidationArgs, report: ReportViolation) -> None:
    integrations = of_type(args.resources, INTEGRATION)
    if not integrations:
        args.not_applicable("the stack has no entry point")
    groups = of_type(args.resources, GROUP)
    for integration in integrations:
        aliases = feeding(integration, "integrationUri", ALIAS)
        if not aliases:
            report(f"Integration '{integration.name}' must invoke an alias, not a function or $LATEST.", integration.urn)
        if aliases and not groups:
            report(f"Alias '{aliases[0].name}' behind an entry point must have a CodeDeploy deployment group.", aliases[0].urn)
    for group in groups:
        if not feeding(group, "alarmConfiguration", ALARM):
            report(f"Deployment group '{group.name}' must name alarms of this stack in alarmConfiguration.", group.urn)


def _group_rolls_back(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != GROUP:
        return
    if inner(args.props, "alarmConfiguration", "enabled") is not True:
        report(f"Deployment group '{args.name}' must have alarmConfiguration.enabled true.")
    if inner(args.props, "alarmConfiguration", "ignorePollAlarmFailure") is True:
        report(f"Deployment group '{args.name}' must not ignore alarms it cannot poll (ignorePollAlarmFailure).")
    events = inner(args.props, "autoRollbackConfiguration", "events")
    if inner(args.props, "autoRollbackConfiguration", "enabled") is not True or EVENTS - set(events or []):
        report(f"Deployment group '{args.name}' must roll back on {', '.join(sorted(EVENTS))}.")


def _alias_left_alone(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != ALIAS:
        return
    ignored = {change.replace("_", "") .lower() for change in args.opts.ignore_changes}
    if not {"functionversion", "routingconfig"} <= ignored:
        report(
            f"Alias '{args.name}' must ignore changes of functionVersion and routingConfig: CodeDeploy moves it. "
            "Set ignore_changes=['functionVersion', 'routingConfig']."
        )


RULES = [
    StackValidationPolicy(
        name="canary-flag-rolls-back",
        description="Every canary flag is deployed to an environment whose alarms reach a guard, with time to bake.",
        enforcement_level=EnforcementLevel.MANDATORY,
        validate=_canary_flag_guarded,
    ),
    StackValidationPolicy(
        name="canary-alias-rolls-back",
        description="Every alias behind an entry point is deployed by CodeDeploy under alarms.",
        enforcement_level=EnforcementLevel.MANDATORY,
        validate=_alias_behind_entry_guarded,
    ),
    ResourceValidationPolicy(
        name="canary-codedeploy-rolls-back-on-alarm",
        description="CodeDeploy stops on alarms and rolls back on failure, alarm and request.",
        enforcement_level=EnforcementLevel.MANDATORY,
        validate=_group_rolls_back,
    ),
    ResourceValidationPolicy(
        name="lambda-alias-left-to-codedeploy",
        description="Pulumi creates an alias and never moves it.",
        enforcement_level=EnforcementLevel.MANDATORY,
        validate=_alias_left_alone,
    ),
]
