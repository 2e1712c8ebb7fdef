"""Names of the unit in memory, as its stack would export them."""

from __future__ import annotations

from canary.cli.target import Target
from tests.fakes.unit import SETTINGS

REGION, NUMBER = "us-east-1", "123456789012"
ALARMS = {
    "overallErrorRate": "overall-alarm",
    "canaryErrorRate": "canary-alarm",
    "canaryP95": "p95-alarm",
    "shadowLoss": "loss-alarm",
    "guardSilent": "silent-alarm",
}


def alias_arn(function: str) -> str:
    """Return the ARN of a function's alias."""
    return f"arn:aws:lambda:{REGION}:{NUMBER}:function:{function}:live"


def target(stack: str = "beta") -> Target:
    """Return the unit's names, which are those of the guard's fakes."""
    names = ("mock-read", "prisma-read", "prisma-read-shadow", "guard")
    mock, prisma, shadow, guard = (alias_arn(name) for name in names)
    return Target(
        region=REGION,
        prefix="huntaze",
        stack=stack,
        api_url="http://api.test",
        api_id="a1",
        mock_function="mock-read",
        prisma_function="prisma-read",
        shadow_function="prisma-read-shadow",
        guard_function="guard",
        alias="live",
        mock_alias_arn=mock,
        prisma_alias_arn=prisma,
        shadow_alias_arn=shadow,
        guard_alias_arn=guard,
        appconfig_application_id=SETTINGS.application,
        ramp_environment_id="ramp",
        kill_environment_id="kill",
        flag_profile_id="ramp",
        kill_profile_id="kill",
        ramp_strategy_id="bakes",
        kill_strategy_id="at-once",
        latch_parameter="/latch",
        topic_arn="arn:topic",
        codedeploy_application="app",
        codedeploy_group="group",
        alarms=ALARMS,
        dashboard_name="huntaze-prisma-migration",
        metrics_namespace="N",
        thresholds={"errorRatePct": "2"},
        bucket_salt="huntaze/read-migration",
        migrate_function="prisma-migrate",
    )
