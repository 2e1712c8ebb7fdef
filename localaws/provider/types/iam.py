"""IAM: roles, their policies and policy attachments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.policy_text import given_back, kept
from localaws.provider.types.shape import only, pairs, request, retag, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _create_role(cloud: Cloud, properties: Properties) -> str:
    client, name = cloud.client("iam"), properties["name"]
    client.create_role(
        **request(
            properties,
            "path description maxSessionDuration permissionsBoundary",
            RoleName="name",
            AssumeRolePolicyDocument="assumeRolePolicy",
        ),
        Tags=tag_list(properties),
    )
    for arn in properties.get("managedPolicyArns") or []:
        client.attach_role_policy(RoleName=name, PolicyArn=arn)
    for policy in properties.get("inlinePolicies") or []:
        client.put_role_policy(RoleName=name, PolicyName=policy["name"], PolicyDocument=policy["policy"])
    return str(name)


def _read_role(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    found = answer(cloud.client("iam").get_role, RoleName=identifier)
    if found is None:
        return None
    role = found["Role"]
    return {
        "name": role["RoleName"],
        "arn": role["Arn"],
        "uniqueId": role["RoleId"],
        "createDate": role["CreateDate"].isoformat(),
        "path": role["Path"],
        "description": role.get("Description"),
        "maxSessionDuration": role.get("MaxSessionDuration", _ROLE_DEFAULTS["maxSessionDuration"]),
        "assumeRolePolicy": _kept(known.get("assumeRolePolicy"), role["AssumeRolePolicyDocument"]),
    }


def _kept(known: Any, live: Any) -> str:
    return kept(known, given_back(json.dumps(live)))


def _update_role(cloud: Cloud, change: Change) -> None:
    client, name, new = cloud.client("iam"), change.identifier, change.new
    if "assumeRolePolicy" in change.keys:
        client.update_assume_role_policy(RoleName=name, PolicyDocument=new["assumeRolePolicy"])
    if change.keys & keys("description maxSessionDuration"):
        length = new.get("maxSessionDuration", _ROLE_DEFAULTS["maxSessionDuration"])
        client.update_role(RoleName=name, Description=new.get("description", ""), MaxSessionDuration=length)
    if "managedPolicyArns" in change.keys:
        before, after = (set(side.get("managedPolicyArns") or []) for side in (change.old, new))
        for arn in sorted(before - after):
            client.detach_role_policy(RoleName=name, PolicyArn=arn)
        for arn in sorted(after - before):
            client.attach_role_policy(RoleName=name, PolicyArn=arn)
    retag(
        change.old,
        new,
        lambda tags: client.tag_role(RoleName=name, Tags=pairs(tags)),
        lambda gone: client.untag_role(RoleName=name, TagKeys=gone),
    )


def _delete_role(cloud: Cloud, identifier: str, state: Properties) -> None:
    client = cloud.client("iam")
    for arn in state.get("managedPolicyArns") or []:
        client.detach_role_policy(RoleName=identifier, PolicyArn=arn)
    for policy in state.get("inlinePolicies") or []:
        client.delete_role_policy(RoleName=identifier, PolicyName=policy["name"])
    client.delete_role(RoleName=identifier)


_ROLE_DEFAULTS = {"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"}


def _put_role_policy(cloud: Cloud, properties: Properties) -> str:
    cloud.client("iam").put_role_policy(
        RoleName=properties["role"], PolicyName=properties["name"], PolicyDocument=properties["policy"]
    )
    return f"{properties['role']}:{properties['name']}"


def _read_role_policy(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    role, name = identifier.split(":", 1)
    found = answer(cloud.client("iam").get_role_policy, RoleName=role, PolicyName=name)
    if found is None:
        return None
    return {"role": role, "name": name, "policy": _kept(known.get("policy"), found["PolicyDocument"])}


def _update_role_policy(cloud: Cloud, change: Change) -> None:
    _put_role_policy(cloud, change.new)


def _delete_role_policy(cloud: Cloud, identifier: str, _state: Properties) -> None:
    role, name = identifier.split(":", 1)
    cloud.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _attach(cloud: Cloud, properties: Properties) -> str:
    cloud.client("iam").attach_role_policy(RoleName=properties["role"], PolicyArn=properties["policyArn"])
    return f"{properties['role']}/{properties['policyArn']}"


def _read_attachment(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    role, arn = identifier.split("/", 1)
    found = answer(cloud.client("iam").list_attached_role_policies, RoleName=role)
    attached = found and only(found["AttachedPolicies"], lambda item: item["PolicyArn"] == arn)
    return {"role": role, "policyArn": arn} if attached else None


def _detach(cloud: Cloud, identifier: str, _state: Properties) -> None:
    role, arn = identifier.split("/", 1)
    cloud.client("iam").detach_role_policy(RoleName=role, PolicyArn=arn)


TYPES = (
    ResourceType(
        "aws:iam/role:Role",
        Lifecycle(_create_role, _read_role, _delete_role, _update_role),
        replace=keys("name namePrefix path"),
        defaults=_ROLE_DEFAULTS,
        computed=keys("managedPolicyArns inlinePolicies"),
        policies=keys("assumeRolePolicy inlinePolicies.policy"),
        unordered=keys("managedPolicyArns inlinePolicies"),
        autoname="name",
    ),
    ResourceType(
        "aws:iam/rolePolicy:RolePolicy",
        Lifecycle(_put_role_policy, _read_role_policy, _delete_role_policy, _update_role_policy),
        replace=keys("name namePrefix role"),
        policies=keys("policy"),
        autoname="name",
    ),
    ResourceType(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        Lifecycle(_attach, _read_attachment, _detach),
        replace=keys("role policyArn"),
    ),
)
