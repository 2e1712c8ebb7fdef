"""CloudWatch Logs: log groups and saved queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import only, retag, tag_map

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _create_group(cloud: Cloud, properties: Properties) -> str:
    arguments = {"logGroupName": properties["name"], "tags": tag_map(properties)}
    for ours, theirs in {"kmsKeyId": "kmsKeyId", "logGroupClass": "logGroupClass"}.items():
        if properties.get(ours):
            arguments[theirs] = properties[ours]
    cloud.client("logs").create_log_group(**{key: value for key, value in arguments.items() if value})
    _retain(cloud, properties["name"], properties.get("retentionInDays", 0))
    return str(properties["name"])


def _retain(cloud: Cloud, name: str, days: int) -> None:
    """Set the retention in days; as in the provider, 0 keeps events forever."""
    if days:
        cloud.client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)


def _read_group(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    pages = cloud.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=identifier)
    groups = (group for page in pages for group in page["logGroups"])
    found = only(groups, lambda group: group["logGroupName"] == identifier)
    if found is None:
        return None
    return {
        "name": identifier,
        "arn": found["arn"].removesuffix(":*"),
        "retentionInDays": found.get("retentionInDays", 0),
        "kmsKeyId": found.get("kmsKeyId"),
        "logGroupClass": found.get("logGroupClass", "STANDARD"),
        "deletionProtectionEnabled": bool(found.get("deletionProtectionEnabled")),
    }


def _update_group(cloud: Cloud, change: Change) -> None:
    client, name, arn = cloud.client("logs"), change.identifier, change.state["arn"]
    if "retentionInDays" in change.keys:
        days = change.new.get("retentionInDays", 0)
        _retain(cloud, name, days)
        if not days:
            client.delete_retention_policy(logGroupName=name)
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(resourceArn=arn, tags=tags),
        lambda gone: client.untag_resource(resourceArn=arn, tagKeys=gone),
    )


def _delete_group(cloud: Cloud, identifier: str, state: Properties) -> None:
    if not state.get("skipDestroy"):
        cloud.client("logs").delete_log_group(logGroupName=identifier)


def _put_query(cloud: Cloud, properties: Properties, identifier: str | None = None) -> str:
    optional = {"logGroupNames": properties.get("logGroupNames"), "queryDefinitionId": identifier}
    made = cloud.client("logs").put_query_definition(
        name=properties["name"],
        queryString=properties["queryString"],
        **{key: value for key, value in optional.items() if value},
    )
    return str(made["queryDefinitionId"])


def _read_query(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    where = {"queryDefinitionNamePrefix": known["name"]} if "name" in known else {}
    found = answer(cloud.client("logs").describe_query_definitions, **where, maxResults=1000)
    items = found["queryDefinitions"] if found else []
    query = only(items, lambda item: item["queryDefinitionId"] == identifier)
    if query is None:
        return None
    return {
        "name": query["name"],
        "queryString": query["queryString"],
        "logGroupNames": query.get("logGroupNames", []),
        "queryDefinitionId": identifier,
        "arn": cloud.arn("logs", f"query-definition:{identifier}"),
    }


def _update_query(cloud: Cloud, change: Change) -> None:
    _put_query(cloud, change.new, change.identifier)


def _delete_query(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("logs").delete_query_definition(queryDefinitionId=identifier)


TYPES = (
    ResourceType(
        "aws:cloudwatch/logGroup:LogGroup",
        Lifecycle(_create_group, _read_group, _delete_group, _update_group),
        replace=keys("name namePrefix logGroupClass"),
        defaults={"retentionInDays": 0, "skipDestroy": False},
        computed=keys("logGroupClass deletionProtectionEnabled"),
        autoname="name",
    ),
    ResourceType(
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        Lifecycle(_put_query, _read_query, _delete_query, _update_query),
        autoname="name",
    ),
)
