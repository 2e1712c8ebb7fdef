"""More stacks of others, without functions: feature flags as documented, and CodeDeploy for servers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import kinds
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE as UNKNOWN

from tests.policy.building import resource
from tests.policy.strangers import TAGS

if TYPE_CHECKING:
    from tests.policy.harness import Json
    from tests.policy.strangers import Findings


def feature_flags() -> tuple[list[Json], Findings]:
    """AppConfig as its documentation shows it: a flag that is on, no monitors, deployed all at once."""
    application = resource(kinds.FLAG_APPLICATION, "shop", {"name": "shop", **TAGS})
    profile = resource(
        kinds.PROFILE,
        "checkout-flags",
        {"name": "checkout", "type": "AWS.AppConfig.FeatureFlags", "applicationId": UNKNOWN, **TAGS},
        made_from={"applicationId": [application]},
    )
    content = {"version": "1", "flags": {"new": {"name": "new"}}, "values": {"new": {"enabled": True}}}
    version = resource(
        kinds.FLAG_VERSION,
        "checkout-v1",
        {"content": json.dumps(content), "contentType": "application/json"},
        made_from={"configurationProfileId": [profile]},
    )
    environment = resource(
        kinds.ENVIRONMENT,
        "production",
        {"name": "production", "applicationId": UNKNOWN, **TAGS},
        made_from={"applicationId": [application]},
    )
    strategy = resource(
        kinds.STRATEGY,
        "quick",
        {"growthFactor": 100, "deploymentDurationInMinutes": 0, "finalBakeTimeInMinutes": 0, **TAGS},
    )
    deployment = resource(
        kinds.FLAG_DEPLOYMENT,
        "checkout-deployment",
        {"environmentId": UNKNOWN, "configurationProfileId": UNKNOWN, "deploymentStrategyId": UNKNOWN},
        made_from={
            "environmentId": [environment],
            "configurationProfileId": [profile],
            "deploymentStrategyId": [strategy],
        },
    )
    settings = resource(
        kinds.PROFILE,
        "settings",
        {"name": "settings", "type": "AWS.Freeform", "applicationId": UNKNOWN, **TAGS},
        made_from={"applicationId": [application]},
    )
    return [application, profile, version, environment, strategy, deployment, settings], {
        ("canary-environment-monitored", "production"),
        ("canary-first-step-small", "checkout-deployment"),
        ("canary-flag-deployment-bakes", "checkout-deployment"),
        ("canary-flag-off-by-default", "checkout-v1"),
        ("rollback-chain-complete", "production"),
    }


def web_servers() -> tuple[list[Json], Findings]:
    """CodeDeploy for EC2, a bucket and a queue: CodeDeploy and alarms, but no canary on Lambda."""
    application = resource(kinds.RELEASE_APPLICATION, "web", {"computePlatform": "Server", **TAGS})
    group = resource(
        kinds.GROUP,
        "web-group",
        {"appName": UNKNOWN, "ec2TagFilters": [{"key": "Role", "value": "web"}], **TAGS},
        made_from={"appName": [application]},
    )
    alarm = resource(
        kinds.ALARM, "disk", {"metricName": "disk_used", "threshold": 90, "alarmActions": [UNKNOWN], **TAGS}
    )
    bucket = resource("aws:s3/bucket:Bucket", "releases", TAGS)
    return [application, group, alarm, bucket], set()


STRANGERS = [feature_flags, web_servers]
