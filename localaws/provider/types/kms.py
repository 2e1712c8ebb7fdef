"""KMS: keys and their aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.policy_text import given_back, kept
from localaws.provider.types.shape import only, pairs, request, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

DELETION_DAYS = 30
"""Days until a key is deleted if the program gives no waiting period; the service's own default."""


def _create_key(cloud: Cloud, properties: Properties) -> str:
    client = cloud.client("kms")
    made = client.create_key(
        **request(
            properties,
            "description keyUsage policy multiRegion bypassPolicyLockoutSafetyCheck",
            KeySpec="customerMasterKeySpec",
        ),
        Tags=tag_list(properties, "TagKey", "TagValue"),
    )
    identifier = str(made["KeyMetadata"]["KeyId"])
    if properties.get("enableKeyRotation"):
        client.enable_key_rotation(KeyId=identifier)
    if not properties.get("isEnabled", True):
        client.disable_key(KeyId=identifier)
    return identifier


def _read_key(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    client = cloud.client("kms")
    found = answer(client.describe_key, KeyId=identifier)
    if found is None or found["KeyMetadata"]["KeyState"] == "PendingDeletion":
        return None
    live = found["KeyMetadata"]
    result: Properties = {
        "keyId": live["KeyId"],
        "arn": live["Arn"],
        "description": live.get("Description"),
        "isEnabled": live.get("Enabled", True),
        "keyUsage": live.get("KeyUsage"),
        "customerMasterKeySpec": live.get("KeySpec") or live.get("CustomerMasterKeySpec"),
        "multiRegion": live.get("MultiRegion", False),
    }
    if "policy" in known:
        policy = client.get_key_policy(KeyId=identifier, PolicyName="default")["Policy"]
        result["policy"] = kept(known["policy"], given_back(policy))
    return result


def _update_key(cloud: Cloud, change: Change) -> None:
    client, where, new = cloud.client("kms"), {"KeyId": change.identifier}, change.new
    if "description" in change.keys:
        client.update_key_description(**where, Description=new.get("description", ""))
    if "policy" in change.keys and new.get("policy"):
        client.put_key_policy(**where, PolicyName="default", Policy=new["policy"])
    switches: dict[str, tuple[Any, Any]] = {
        "isEnabled": (client.enable_key, client.disable_key),
        "enableKeyRotation": (client.enable_key_rotation, client.disable_key_rotation),
    }
    for name, (on, off) in switches.items():
        if name in change.keys:
            (on if new.get(name) else off)(**where)
    retag(
        change.old,
        new,
        lambda tags: client.tag_resource(**where, Tags=pairs(tags, "TagKey", "TagValue")),
        lambda gone: client.untag_resource(**where, TagKeys=gone),
    )


def _delete_key(cloud: Cloud, identifier: str, state: Properties) -> None:
    days = state.get("deletionWindowInDays", DELETION_DAYS)
    cloud.client("kms").schedule_key_deletion(KeyId=identifier, PendingWindowInDays=days)


def _create_alias(cloud: Cloud, properties: Properties) -> str:
    name = properties["name"]
    cloud.client("kms").create_alias(AliasName=name, TargetKeyId=properties["targetKeyId"])
    return str(name)


def _read_alias(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    pages = cloud.client("kms").get_paginator("list_aliases").paginate()
    found = only((a for page in pages for a in page["Aliases"]), lambda item: item["AliasName"] == identifier)
    if found is None:
        return None
    key = found.get("TargetKeyId", "")
    return {
        "name": identifier,
        "arn": found["AliasArn"],
        "targetKeyId": key,
        "targetKeyArn": cloud.arn("kms", f"key/{key}"),
    }


def _update_alias(cloud: Cloud, change: Change) -> None:
    cloud.client("kms").update_alias(AliasName=change.identifier, TargetKeyId=change.new["targetKeyId"])


def _delete_alias(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("kms").delete_alias(AliasName=identifier)


TYPES = (
    ResourceType(
        "aws:kms/key:Key",
        Lifecycle(_create_key, _read_key, _delete_key, _update_key),
        replace=keys("customerMasterKeySpec keyUsage multiRegion customKeyStoreId xksKeyId"),
        defaults={
            "bypassPolicyLockoutSafetyCheck": False,
            "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "enableKeyRotation": False,
            "isEnabled": True,
            "keyUsage": "ENCRYPT_DECRYPT",
        },
        policies=keys("policy"),
        computed=keys("description policy multiRegion rotationPeriodInDays"),
    ),
    ResourceType(
        "aws:kms/alias:Alias",
        Lifecycle(_create_alias, _read_alias, _delete_alias, _update_alias),
        replace=keys("name namePrefix"),
    ),
)
