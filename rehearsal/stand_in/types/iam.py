"""IAM: roles and their inline policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import found, key_values

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _create_role(context: Context, props: Props) -> tuple[str, Props]:
    role = context.client("iam").create_role(
        RoleName=props["name"],
        AssumeRolePolicyDocument=props["assumeRolePolicy"],
        Tags=key_values(props.get("tagsAll")),
    )["Role"]
    return props["name"], _role(role)


def _role(role: Any) -> Props:
    return {"arn": role["Arn"], "uniqueId": role["RoleId"], "createDate": str(role["CreateDate"]), "path": role["Path"]}


def _read_role(context: Context, identifier: str, _state: Props) -> Props | None:
    answer = found(lambda: context.client("iam").get_role(RoleName=identifier))
    return None if answer is None else _role(answer["Role"])


def _update_role(context: Context, identifier: str, _olds: Props, news: Props) -> Props:
    context.client("iam").update_assume_role_policy(RoleName=identifier, PolicyDocument=news["assumeRolePolicy"])
    return {}


def _delete_role(context: Context, identifier: str, _state: Props) -> None:
    context.client("iam").delete_role(RoleName=identifier)


def _put_policy(context: Context, props: Props) -> tuple[str, Props]:
    context.client("iam").put_role_policy(
        RoleName=props["role"], PolicyName=props["name"], PolicyDocument=props["policy"]
    )
    return f"{props['role']}:{props['name']}", {}


def _read_policy(context: Context, identifier: str, _state: Props) -> Props | None:
    role, _, name = identifier.partition(":")
    answer = found(lambda: context.client("iam").get_role_policy(RoleName=role, PolicyName=name))
    if answer is None:
        return None
    document = answer["PolicyDocument"]
    return {"policy": document if isinstance(document, str) else json.dumps(document)}


def _delete_policy(context: Context, identifier: str, _state: Props) -> None:
    role, _, name = identifier.partition(":")
    context.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


KINDS = (
    Kind(
        aws.iam.Role,
        "aws:iam/role:Role",
        create=_create_role,
        read=_read_role,
        update=_update_role,
        delete=_delete_role,
        replace_on=frozenset({"name", "path"}),
    ),
    Kind(
        aws.iam.RolePolicy,
        "aws:iam/rolePolicy:RolePolicy",
        create=_put_policy,
        read=_read_policy,
        update=lambda context, _id, _olds, news: _put_policy(context, news)[1],
        delete=_delete_policy,
        replace_on=frozenset({"name", "role"}),
        named=True,
    ),
)
