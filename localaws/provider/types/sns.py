"""SNS: topics, topic policies and subscriptions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.policy_text import given_back, kept
from localaws.provider.types.shape import pairs, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

_TOPIC = "displayName kmsMasterKeyId policy deliveryPolicy tracingConfig signatureVersion"


def _attribute(name: str) -> str:
    return name[:1].upper() + name[1:]


def _attributes(properties: Properties, names: str) -> dict[str, str]:
    found = {name: properties[name] for name in names.split() if properties.get(name) is not None}
    return {_attribute(name): _text(value) for name, value in found.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create_topic(cloud: Cloud, properties: Properties) -> str:
    attributes = _attributes(properties, _TOPIC)
    if properties.get("fifoTopic"):
        attributes |= _attributes(properties, "fifoTopic contentBasedDeduplication")
    made = cloud.client("sns").create_topic(
        Name=properties["name"], Attributes=attributes, Tags=tag_list(properties)
    )
    return str(made["TopicArn"])


def _read_topic(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("sns").get_topic_attributes, TopicArn=identifier)
    if found is None:
        return None
    live = found["Attributes"]
    signature = live.get("SignatureVersion")
    return {
        "name": identifier.rsplit(":", 1)[-1],
        "arn": identifier,
        "owner": live.get("Owner"),
        "displayName": live.get("DisplayName"),
        "kmsMasterKeyId": live.get("KmsMasterKeyId"),
        "policy": live.get("Policy"),
        "tracingConfig": live.get("TracingConfig"),
        "signatureVersion": int(signature) if signature else None,
        "beginningArchiveTime": live.get("BeginningArchiveTime", ""),
    }


def _update_topic(cloud: Cloud, change: Change) -> None:
    client, arn = cloud.client("sns"), change.identifier
    for name in sorted(change.keys & keys(_TOPIC)):
        value = _text(change.new.get(name, ""))
        client.set_topic_attributes(TopicArn=arn, AttributeName=_attribute(name), AttributeValue=value)
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(ResourceArn=arn, Tags=pairs(tags)),
        lambda gone: client.untag_resource(ResourceArn=arn, TagKeys=gone),
    )


def _delete_topic(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("sns").delete_topic(TopicArn=identifier)


def _put_policy(cloud: Cloud, properties: Properties) -> str:
    arn, policy = properties["arn"], properties["policy"]
    cloud.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    return str(arn)


def _read_policy(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    found = answer(cloud.client("sns").get_topic_attributes, TopicArn=identifier)
    if found is None or not found["Attributes"].get("Policy"):
        return None
    live = found["Attributes"]
    policy = kept(known.get("policy"), given_back(live["Policy"]))
    return {"arn": identifier, "policy": policy, "owner": live.get("Owner")}


def _update_policy(cloud: Cloud, change: Change) -> None:
    _put_policy(cloud, change.new)


def _open_policy(cloud: Cloud, identifier: str, _state: Properties) -> None:
    """Restore the policy that a new topic has, as the real provider does; a topic always has a policy.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{name}" for name in _OWNERS_ACTIONS],
        "Resource": identifier,
        "Condition": {"StringEquals": {"AWS:SourceOwner": cloud.account}},
    }
    policy = {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    _put_policy(cloud, {"arn": identifier, "policy": json.dumps(policy)})


_OWNERS_ACTIONS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


_SUBSCRIPTION = (
    "deliveryPolicy filterPolicy filterPolicyScope rawMessageDelivery redrivePolicy subscriptionRoleArn"
)


def _subscribe(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("sns").subscribe(
        TopicArn=properties["topic"],
        Protocol=properties["protocol"],
        Endpoint=properties["endpoint"],
        Attributes={
            name: text for name, text in _attributes(properties, _SUBSCRIPTION).items() if text != "false"
        },
        ReturnSubscriptionArn=True,
    )
    return str(made["SubscriptionArn"])


def _read_subscription(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("sns").get_subscription_attributes, SubscriptionArn=identifier)
    if found is None:
        return None
    live = found["Attributes"]
    return {
        "arn": identifier,
        "topic": live.get("TopicArn"),
        "protocol": live.get("Protocol"),
        "endpoint": live.get("Endpoint"),
        "ownerId": live.get("Owner"),
        "filterPolicy": live.get("FilterPolicy"),
        "rawMessageDelivery": live.get("RawMessageDelivery") == "true",
        "pendingConfirmation": live.get("PendingConfirmation") == "true",
        "confirmationWasAuthenticated": live.get("ConfirmationWasAuthenticated") == "true",
    }


def _update_subscription(cloud: Cloud, change: Change) -> None:
    client = cloud.client("sns")
    for name in sorted(change.keys & keys(_SUBSCRIPTION)):
        client.set_subscription_attributes(
            SubscriptionArn=change.identifier,
            AttributeName=_attribute(name),
            AttributeValue=_text(change.new.get(name, "")),
        )


def _unsubscribe(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("sns").unsubscribe(SubscriptionArn=identifier)


TYPES = (
    ResourceType(
        "aws:sns/topic:Topic",
        Lifecycle(_create_topic, _read_topic, _delete_topic, _update_topic),
        replace=keys("name namePrefix fifoTopic"),
        defaults={"contentBasedDeduplication": False, "fifoTopic": False},
        json_texts=keys("deliveryPolicy"),
        policies=keys("policy"),
        computed=keys("policy signatureVersion tracingConfig fifoThroughputScope"),
        autoname="name",
    ),
    ResourceType(
        "aws:sns/topicPolicy:TopicPolicy",
        Lifecycle(_put_policy, _read_policy, _open_policy, _update_policy),
        replace=keys("arn"),
        policies=keys("policy"),
    ),
    ResourceType(
        "aws:sns/topicSubscription:TopicSubscription",
        Lifecycle(_subscribe, _read_subscription, _unsubscribe, _update_subscription),
        replace=keys("topic protocol endpoint"),
        defaults={
            "confirmationTimeoutInMinutes": 1,
            "endpointAutoConfirms": False,
            "rawMessageDelivery": False,
        },
        computed=keys("filterPolicyScope"),
        json_texts=keys("deliveryPolicy filterPolicy redrivePolicy replayPolicy"),
    ),
)
