"""Alarms on the guard itself: they notify people and roll nothing back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from canary.unit.names import Names

if TYPE_CHECKING:
    import pulumi

    from components.rollback.alarms import RollbackAlarmsArgs

PERIOD_S = 300
"""Seconds; the same period as the alarms that roll back."""
BREACHING = "breaching"
WARM_UP_MINUTES = 30
"""Longest time that a new unit's guard may take to its first run before silence counts as a failure.

The alarm ends its warm-up as soon as there is a datapoint. If the guard never runs, people are notified after
this time: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html. Alarms that
AppConfig monitors have no warm-up: AppConfig also rolls back on INSUFFICIENT_DATA, which is the state of an
alarm during its warm-up."""


def guard_alarms(
    name: str, args: RollbackAlarmsArgs, opts: pulumi.ResourceOptions
) -> dict[str, aws.cloudwatch.MetricAlarm]:
    """Create alarms for a guard that has stopped running or cannot reach a verdict; keyed by role."""
    return {
        # Missing data breaches here: a guard that does not run writes no metric.
        "guardSilent": _alarm(
            name,
            args,
            "guardSilent",
            "The rollback guard has not run for 5 minutes: nothing watches the canary",
            ("GuardTicks", "LessThanThreshold", BREACHING),
            opts,
        ),
        # The guard does not act on a split that does not fit the flag, so people must be notified.
        "guardCannotJudge": _alarm(
            name,
            args,
            "guardCannotJudge",
            "The rollback guard sees a split that does not fit the flag, and judges nothing by it",
            ("GuardCannotJudge", "GreaterThanOrEqualToThreshold", "notBreaching"),
            opts,
        ),
    }


def _alarm(  # noqa: PLR0913, PLR0917 - a CloudWatch alarm takes this many arguments
    name: str,
    args: RollbackAlarmsArgs,
    role: str,
    description: str,
    watched: tuple[str, str, str],
    opts: pulumi.ResourceOptions,
) -> aws.cloudwatch.MetricAlarm:
    names = Names(args["prefix"])
    metric, comparison, missing = watched
    return aws.cloudwatch.MetricAlarm(
        f"{name}-{role}",
        name=names.alarms(args["thresholds"])[role],
        alarm_description=description,
        comparison_operator=comparison,
        threshold=1,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        treat_missing_data=missing,
        actions_enabled=True,
        alarm_actions=[args["topic_arn"]],
        ok_actions=[args["topic_arn"]],
        namespace=args["namespace"],
        metric_name=metric,
        dimensions={"FunctionName": names.guard},
        statistic="Sum",
        period=PERIOD_S,
        warm_up_configuration=(
            {"warm_up_period_duration_in_minutes": WARM_UP_MINUTES} if missing == BREACHING else None
        ),
        opts=opts,
    )
