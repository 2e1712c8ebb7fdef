"""KMS keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import found

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _create_key(context: Context, props: Props) -> tuple[str, Props]:
    tags = [{"TagKey": name, "TagValue": value} for name, value in (props.get("tagsAll") or {}).items()]
    created = context.client("kms").create_key(
        Description=props.get("description", ""),
        KeyUsage=props.get("keyUsage", "ENCRYPT_DECRYPT"),
        KeySpec=props.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT"),
        Tags=tags,
    )["KeyMetadata"]
    return created["KeyId"], {"arn": created["Arn"], "keyId": created["KeyId"]}


def _read_key(context: Context, identifier: str, _state: Props) -> Props | None:
    answer = found(lambda: context.client("kms").describe_key(KeyId=identifier))
    if answer is None or answer["KeyMetadata"]["KeyState"] == "PendingDeletion":
        return None
    return {"description": answer["KeyMetadata"].get("Description", "")}


def _delete_key(context: Context, identifier: str, state: Props) -> None:
    context.client("kms").schedule_key_deletion(
        KeyId=identifier, PendingWindowInDays=state.get("deletionWindowInDays", 30)
    )


KINDS = (Kind(aws.kms.Key, "aws:kms/key:Key", create=_create_key, read=_read_key, delete=_delete_key),)
