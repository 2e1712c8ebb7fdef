"""The guard: its environment variables, and exactly the permissions that it needs.

The guard is created before the alarms that act on it, and so before the AppConfig environment that they
monitor. Ids would make that order circular, so the guard gets names and asks AppConfig for the ids itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict

import pulumi

from canary.unit.names import ALIAS, FLAG_PROFILE, KILL, KILL_PROFILE, RAMP
from canary.unit.thresholds import exported
from components.functions.versioned_function import VersionedFunction
from components.permissions import EVERYTHING

if TYPE_CHECKING:
    import pulumi_aws as aws

    from components.permissions import Statement
    from components.unit_args import Unit

METRIC_PERIOD_S = 60
"""Seconds. CloudWatch counts by the minute: the minute in which the last execution environment heard of a
step belongs to no step."""
TIMEOUT_S = 60
"""Seconds. A run ends before the next tick begins."""

FLAG_ACTIONS = [
    "appconfig:CreateHostedConfigurationVersion",
    "appconfig:GetDeployment",
    "appconfig:GetHostedConfigurationVersion",
    "appconfig:GetLatestConfiguration",
    "appconfig:ListConfigurationProfiles",
    "appconfig:ListDeployments",
    "appconfig:ListEnvironments",
    "appconfig:ListHostedConfigurationVersions",
    "appconfig:StartConfigurationSession",
    "appconfig:StartDeployment",
    "appconfig:StopDeployment",
]


class Guarded(TypedDict):
    """Resources that the guard acts on, other than those it gets by name."""

    application: aws.appconfig.Application
    ramp_strategy: aws.appconfig.DeploymentStrategy
    kill_strategy: aws.appconfig.DeploymentStrategy
    topic: aws.sns.Topic


def guard_function(
    name: str, unit: Unit, guarded: Guarded, opts: pulumi.ResourceOptions
) -> VersionedFunction:
    """Create the guard of a unit."""
    return VersionedFunction(
        name,
        {
            "function_name": unit.names.guard,
            "handler": "rollback_guard.handler.lambda_handler",
            "runtime": "python3.13",
            "code": unit.zip_of("rollback_guard"),
            "environment": _environment(unit, guarded),
            "statements": _statements(unit, guarded),
            "timeout_s": TIMEOUT_S,
            "memory_mb": unit.memory_mb,
            "log_retention_days": unit.log_retention_days,
            "retain": unit.protect,
        },
        opts,
    )


def _environment(unit: Unit, guarded: Guarded) -> dict[str, pulumi.Input[str]]:
    names = unit.names
    return {
        "APPCONFIG_APPLICATION": guarded["application"].id,
        "RAMP_ENVIRONMENT": RAMP,
        "FLAG_PROFILE": FLAG_PROFILE,
        "KILL_ENVIRONMENT": KILL,
        "KILL_PROFILE": KILL_PROFILE,
        "RAMP_STRATEGY": guarded["ramp_strategy"].id,
        "KILL_STRATEGY": guarded["kill_strategy"].id,
        "LATCH_PARAMETER": names.latch,
        "TOPIC_ARN": guarded["topic"].arn,
        "CODEDEPLOY_APPLICATION": names.migration,
        "CODEDEPLOY_GROUP": names.group,
        "FUNCTION_NAME": names.mock,
        "PRISMA_FUNCTION": names.prisma,
        "ALIAS_NAME": ALIAS,
        "METRICS_NAMESPACE": unit.namespace,
        "ALARM_NAMES": json.dumps(names.alarms(unit.thresholds), sort_keys=True),
        "THRESHOLDS": json.dumps(exported(unit.thresholds), sort_keys=True),
        # Longer than any run: a run that set out to notify people and has not reported it by then is dead.
        "SETTLE_S": str(unit.poll_interval_s + METRIC_PERIOD_S),
        "TELL_AGAIN_AFTER_S": str(2 * TIMEOUT_S),
        # The guard does not use it. `canary --prefix` reads here what it cannot derive from the prefix.
        **({"DASHBOARD_NAME": unit.dashboard_name} if unit.dashboard_name else {}),
    }


def _statements(unit: Unit, guarded: Guarded) -> list[Statement]:
    """Permissions of the guard, limited to the one unit that it guards."""
    names, at, application = unit.names, unit.at, guarded["application"].arn
    function = f"function:{names.mock}"
    flags: list[pulumi.Input[str]] = [
        application,
        pulumi.Output.concat(application, "/*"),
        guarded["ramp_strategy"].arn,
        guarded["kill_strategy"].arn,
    ]
    return [
        {"actions": FLAG_ACTIONS, "resources": flags},
        {
            "actions": ["lambda:GetAlias", "lambda:UpdateAlias"],
            "resources": [at.arn("lambda", function), at.arn("lambda", f"{function}:*")],
        },
        {
            "actions": ["codedeploy:GetDeployment", "codedeploy:ListDeployments"],
            "resources": [at.arn("codedeploy", f"deploymentgroup:{names.migration}/{names.group}")],
        },
        {
            "actions": ["codedeploy:GetApplicationRevision"],
            "resources": [at.arn("codedeploy", f"application:{names.migration}")],
        },
        {
            "actions": ["ssm:GetParameter", "ssm:PutParameter"],
            # The second parameter says whether people were told.
            "resources": [
                at.arn("ssm", f"parameter{names.latch}"),
                at.arn("ssm", f"parameter{names.latch}-told"),
            ],
        },
        {"actions": ["sns:Publish"], "resources": [guarded["topic"].arn]},
        # GetMetricData and CodeDeploy's StopDeployment accept no resource. DescribeAlarms accepts only * when
        # composite alarms are asked for:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html,
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html.
        {
            "actions": ["cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "codedeploy:StopDeployment"],
            "resources": [EVERYTHING],
        },
    ]
