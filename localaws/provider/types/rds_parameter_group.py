"""RDS parameter groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.provider.cloud import answer
from localaws.provider.model import Change, InitError, Lifecycle, ResourceType, keys
from localaws.provider.types.rds import retagged
from localaws.provider.types.shape import request, tag_list

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _create_parameters(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client("rds").create_db_parameter_group(
        **request(properties, "description", DBParameterGroupName="name", DBParameterGroupFamily="family"),
        Tags=tag_list(properties),
    )
    name = str(made["DBParameterGroup"]["DBParameterGroupName"])
    try:
        _set_parameters(cloud, name, properties.get("parameters") or [])
    except Exception as error:
        raise InitError(name, f"parameter group {name} was made, but: {error}") from error
    return name


def _set_parameters(cloud: Cloud, name: str, parameters: list[Properties]) -> None:
    if not parameters:
        return
    asked = [
        {
            "ParameterName": one["name"],
            "ParameterValue": one["value"],
            "ApplyMethod": one.get("applyMethod") or "immediate",
        }
        for one in parameters
    ]
    cloud.client("rds").modify_db_parameter_group(DBParameterGroupName=name, Parameters=asked)


def _read_parameters(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    """Read the parameters that were changed, and those that the program sets to their default.

    Each has the apply method that RDS reports:
    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/parameter_group.go
    """
    client = cloud.client("rds")
    found = answer(client.describe_db_parameter_groups, DBParameterGroupName=identifier)
    if found is None:
        return None
    group = found["DBParameterGroups"][0]
    pages = client.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=identifier)
    ours = {one["name"] for one in known.get("parameters") or []}
    shown = [
        one
        for page in pages
        for one in page["Parameters"]
        if one["Source"] == "user" or one["ParameterName"] in ours
    ]
    return {
        "name": identifier,
        "arn": group["DBParameterGroupArn"],
        "family": group["DBParameterGroupFamily"],
        "description": group["Description"],
        "parameters": [
            {
                "name": one["ParameterName"],
                "value": one.get("ParameterValue"),
                "applyMethod": one["ApplyMethod"],
            }
            for one in shown
        ],
    }


def _update_parameters(cloud: Cloud, change: Change) -> None:
    client, name = cloud.client("rds"), change.identifier
    before, after = (side.get("parameters") or [] for side in (change.state, change.new))
    _set_parameters(cloud, name, [one for one in after if one not in before])
    wanted = {one["name"] for one in after}
    if gone := [one for one in before if one["name"] not in wanted]:
        client.reset_db_parameter_group(
            DBParameterGroupName=name,
            Parameters=[{"ParameterName": one["name"], "ApplyMethod": one["applyMethod"]} for one in gone],
        )
    retagged(cloud, change)


def _delete_parameters(cloud: Cloud, identifier: str, state: Properties) -> None:
    if not state.get("skipDestroy"):
        cloud.client("rds").delete_db_parameter_group(DBParameterGroupName=identifier)


TYPES = (
    ResourceType(
        "aws:rds/parameterGroup:ParameterGroup",
        Lifecycle(_create_parameters, _read_parameters, _delete_parameters, _update_parameters),
        replace=keys("name namePrefix family description"),
        defaults={
            "description": "Managed by Pulumi",
            "parameters.applyMethod": "immediate",
            "skipDestroy": False,
        },
        unordered=keys("parameters"),
        autoname="name",
    ),
)
