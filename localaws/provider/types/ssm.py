"""Systems Manager: parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import pairs, request, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _arguments(properties: Properties) -> dict[str, Any]:
    value = properties.get("value", properties.get("insecureValue"))
    return {
        **request(properties, "name type description allowedPattern dataType tier keyId"),
        "Value": value,
    }


def _create(cloud: Cloud, properties: Properties) -> str:
    cloud.client("ssm").put_parameter(**_arguments(properties), Tags=tag_list(properties))
    return str(properties["name"])


def _read(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    found = answer(cloud.client("ssm").get_parameter, Name=identifier, WithDecryption=True)
    if found is None:
        return None
    live = found["Parameter"]
    where = "insecureValue" if "insecureValue" in known else "value"
    return {
        "name": identifier,
        "type": live["Type"],
        where: live["Value"],
        "version": live["Version"],
        "arn": live["ARN"],
        "dataType": live.get("DataType", "text"),
        "hasValueWo": False,
    }


def _update(cloud: Cloud, change: Change) -> None:
    client, name = cloud.client("ssm"), change.identifier
    if change.keys - keys("tags tagsAll overwrite"):
        client.put_parameter(**_arguments(change.new), Overwrite=True)
    where = {"ResourceType": "Parameter", "ResourceId": name}
    retag(
        change.old,
        change.new,
        lambda tags: client.add_tags_to_resource(**where, Tags=pairs(tags)),
        lambda gone: client.remove_tags_from_resource(**where, TagKeys=gone),
    )


def _delete(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("ssm").delete_parameter(Name=identifier)


TYPES = (
    ResourceType(
        "aws:ssm/parameter:Parameter",
        Lifecycle(_create, _read, _delete, _update),
        replace=keys("name dataType"),
        computed=keys("arn dataType tier keyId insecureValue"),
        volatile=keys("version"),
        autoname="name",
    ),
)
