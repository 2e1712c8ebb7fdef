"""SNS and EventBridge Scheduler: topics, policies, subscriptions, schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import deep_pascal, key_values

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _create_topic(context: Context, props: Props) -> tuple[str, Props]:
    arn = context.client("sns").create_topic(Name=props["name"], Tags=key_values(props.get("tagsAll")))["TopicArn"]
    return arn, {"arn": arn, "owner": context.account}


def _put_topic_policy(context: Context, props: Props) -> tuple[str, Props]:
    context.client("sns").set_topic_attributes(
        TopicArn=props["arn"], AttributeName="Policy", AttributeValue=props["policy"]
    )
    return props["arn"], {"owner": context.account}


def _subscribe(context: Context, props: Props) -> tuple[str, Props]:
    arn = context.client("sns").subscribe(
        TopicArn=props["topic"], Protocol=props["protocol"], Endpoint=props["endpoint"], ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    return arn, {"arn": arn, "ownerId": context.account, "pendingConfirmation": False}


def _schedule_arguments(props: Props) -> dict[str, Any]:
    return {
        "Name": props["name"],
        "ScheduleExpression": props["scheduleExpression"],
        "FlexibleTimeWindow": deep_pascal(props["flexibleTimeWindow"]),
        "Target": deep_pascal(props["target"]),
        "State": props.get("state", "ENABLED"),
    }


def _create_schedule(context: Context, props: Props) -> tuple[str, Props]:
    arn = context.client("scheduler").create_schedule(**_schedule_arguments(props))["ScheduleArn"]
    return f"default/{props['name']}", {"arn": arn, "groupName": "default"}


def _update_schedule(context: Context, _identifier: str, _olds: Props, news: Props) -> Props:
    context.client("scheduler").update_schedule(**_schedule_arguments(news))
    return {}


KINDS = (
    Kind(
        aws.sns.Topic,
        "aws:sns/topic:Topic",
        create=_create_topic,
        delete=lambda context, identifier, _state: context.client("sns").delete_topic(TopicArn=identifier),
    ),
    Kind(
        aws.sns.TopicPolicy,
        "aws:sns/topicPolicy:TopicPolicy",
        create=_put_topic_policy,
        update=lambda context, _id, _olds, news: _put_topic_policy(context, news)[1],
        replace_on=frozenset({"arn"}),
    ),
    Kind(
        aws.sns.TopicSubscription,
        "aws:sns/topicSubscription:TopicSubscription",
        create=_subscribe,
        delete=lambda context, identifier, _state: context.client("sns").unsubscribe(SubscriptionArn=identifier),
    ),
    Kind(
        aws.scheduler.Schedule,
        "aws:scheduler/schedule:Schedule",
        create=_create_schedule,
        update=_update_schedule,
        delete=lambda context, identifier, _state: context.client("scheduler").delete_schedule(
            Name=identifier.partition("/")[2]
        ),
        replace_on=frozenset({"name", "groupName"}),
    ),
)
