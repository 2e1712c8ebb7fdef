"""What starts the guard, and who is notified. Both are always armed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.permissions import document, trust

if TYPE_CHECKING:
    from components.functions.versioned_function import VersionedFunction

TICK_S = 60
"""Period of the clock in seconds. A tick older than this is no longer delivered."""


class PeopleArgs(TypedDict):
    """Arguments of `People`."""

    account: pulumi.Input[str]
    topic: aws.sns.Topic
    guard: VersionedFunction
    email: NotRequired[str | None]
    """If omitted, no address is subscribed. The owner of the address has to confirm the subscription."""
    url: NotRequired[str | None]
    """If omitted, no endpoint is subscribed. An https endpoint that confirms the subscription itself."""


class People(pulumi.ComponentResource):
    """Publishers and subscribers of the topic: CloudWatch publishes; guard, email and endpoint subscribe."""

    def __init__(self, name: str, args: PeopleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("canary:index:People", name, {}, opts)
        child, topic, guard = pulumi.ResourceOptions(parent=self), args["topic"], args["guard"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic.arn,
            "Condition": {"StringEquals": {"aws:SourceAccount": args["account"]}},
        }
        aws.sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=child,
        )
        permission = aws.lambda_.Permission(
            f"{name}-may-invoke-guard",
            action="lambda:InvokeFunction",
            function=guard.function_name,
            qualifier=guard.alias_name,
            principal="sns.amazonaws.com",
            source_arn=topic.arn,
            opts=child,
        )
        aws.sns.TopicSubscription(
            f"{name}-guard",
            topic=topic.arn,
            protocol="lambda",
            endpoint=guard.alias_arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        for protocol, endpoint in (("email", args.get("email")), ("https", args.get("url"))):
            if endpoint:
                aws.sns.TopicSubscription(
                    f"{name}-{protocol}", topic=topic.arn, protocol=protocol, endpoint=endpoint, opts=child
                )
        self.register_outputs({})


class GuardTriggersArgs(TypedDict):
    """Arguments of `GuardTriggers`."""

    prefix: str
    account: pulumi.Input[str]
    guard: VersionedFunction
    alarms: list[aws.cloudwatch.MetricAlarm]


class GuardTriggers(pulumi.ComponentResource):
    """What may invoke the guard: each rollback alarm directly, and the clock every minute."""

    def __init__(
        self, name: str, args: GuardTriggersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("canary:index:GuardTriggers", name, {}, opts)
        self._name, self._args = name, args
        child, guard = pulumi.ResourceOptions(parent=self), args["guard"]
        for index, alarm in enumerate(args["alarms"]):
            # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
            aws.lambda_.Permission(
                f"{name}-alarm-{index}",
                action="lambda:InvokeFunction",
                function=guard.function_name,
                qualifier=guard.alias_name,
                principal="lambda.alarms.cloudwatch.amazonaws.com",
                source_account=args["account"],
                source_arn=alarm.arn,
                opts=child,
            )
        # The next tick follows a failed run. A late retry would only judge old news.
        aws.lambda_.FunctionEventInvokeConfig(
            f"{name}-no-retries",
            function_name=guard.function_name,
            qualifier=guard.alias_name,
            maximum_retry_attempts=0,
            maximum_event_age_in_seconds=TICK_S,
            opts=child,
        )
        self._clock()
        self.register_outputs({})

    def _clock(self) -> None:
        """Create the EventBridge schedule. It has its own role, so the guard needs no permission for it."""
        args, child, guard = self._args, pulumi.ResourceOptions(parent=self), self._args["guard"]
        role = aws.iam.Role(
            f"{self._name}-clock-role",
            name=f"{args['prefix']}-guard-clock",
            assume_role_policy=trust("scheduler.amazonaws.com", args["account"]),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{self._name}-clock-policy",
            role=role.name,
            policy=document([{"actions": ["lambda:InvokeFunction"], "resources": [guard.alias_arn]}]),
            opts=child,
        )
        aws.scheduler.Schedule(
            f"{self._name}-clock",
            name=f"{args['prefix']}-guard-every-minute",
            schedule_expression="rate(1 minute)",
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": guard.alias_arn,
                "role_arn": role.arn,
                "input": json.dumps({"tick": True}),
                "retry_policy": {"maximum_retry_attempts": 0, "maximum_event_age_in_seconds": TICK_S},
            },
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
