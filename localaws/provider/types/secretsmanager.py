"""Secrets Manager: secrets and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import pairs, request, response, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

RECOVERY_DAYS = 30


def _create(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("secretsmanager").create_secret(
        **request(properties, "name description kmsKeyId"), Tags=tag_list(properties)
    )
    return str(made["ARN"])


def _read(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client("secretsmanager").describe_secret, SecretId=identifier)
    if found is None or found.get("DeletedDate"):
        return None
    return {"arn": found["ARN"], **response(found, "name description kmsKeyId")}


def _update(cloud: Cloud, change: Change) -> None:
    client, where = cloud.client("secretsmanager"), {"SecretId": change.identifier}
    if change.keys & keys("description kmsKeyId"):
        client.update_secret(
            **where, Description=change.new.get("description", ""), **request(change.new, "kmsKeyId")
        )
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(**where, Tags=pairs(tags)),
        lambda gone: client.untag_resource(**where, TagKeys=gone),
    )


def _delete(cloud: Cloud, identifier: str, state: Properties) -> None:
    """Delete the secret, unless it is already scheduled for deletion."""
    if _read(cloud, identifier, state) is None:
        return
    days = state.get("recoveryWindowInDays", RECOVERY_DAYS)
    how: dict[str, Any] = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
    cloud.client("secretsmanager").delete_secret(SecretId=identifier, **how)


def _put(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("secretsmanager").put_secret_value(
        **request(properties, "secretId secretString versionStages")
    )
    return f"{properties['secretId']}|{made['VersionId']}"


def _read_version(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    secret, version = identifier.split("|", 1)
    found = answer(cloud.client("secretsmanager").get_secret_value, SecretId=secret, VersionId=version)
    if found is None:
        return None
    return {
        "arn": found["ARN"],
        "secretId": secret,
        "versionId": version,
        **response(found, "secretString versionStages"),
        "hasSecretStringWo": False,
    }


def _forget_version(_cloud: Cloud, _identifier: str, _state: Properties) -> None:
    """Do nothing: AWSCURRENT cannot be removed, so the version is deleted with its secret."""


TYPES = (
    ResourceType(
        "aws:secretsmanager/secret:Secret",
        Lifecycle(_create, _read, _delete, _update),
        replace=keys("name namePrefix"),
        defaults={"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": RECOVERY_DAYS},
        computed=keys("policy replicas"),
        autoname="name",
    ),
    ResourceType(
        "aws:secretsmanager/secretVersion:SecretVersion",
        Lifecycle(_put, _read_version, _forget_version),
        replace=keys("secretId secretString secretBinary secretStringWo secretStringWoVersion versionStages"),
        computed=keys("versionStages"),
    ),
)
