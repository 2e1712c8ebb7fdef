"""RDS's DB subnet groups. Each lies in one VPC and covers at least two availability zones.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - an attribute's type
from typing import TYPE_CHECKING, Any

from localaws.cloud.rds.tags import arn
from localaws.cloud.request import ServiceError

if TYPE_CHECKING:
    from localaws.cloud.rds.surroundings import Network
    from localaws.cloud.rds.tags import Tags

ZONES = 2
"""Fewest availability zones that the subnets of a group must cover."""


def in_one_vpc(network: Network, identifiers: list[str]) -> tuple[str, dict[str, str]]:
    """Return the common VPC of some subnets, and the availability zone of each subnet by identifier.

    Raises:
        ServiceError: A subnet is unknown, or the subnets are not all in one VPC.
    """
    found = {one: network.subnet(one) for one in identifiers}
    unknown = [one for one, subnet in found.items() if subnet is None]
    known = {one: subnet for one, subnet in found.items() if subnet is not None}
    vpcs = {subnet["VpcId"] for subnet in known.values()}
    if unknown or len(vpcs) != 1:
        raise ServiceError(
            "InvalidSubnet",
            "The requested subnet is invalid, or multiple subnets were requested that are not all in a "
            f"common VPC: {', '.join(unknown or identifiers)}",
        )
    return vpcs.pop(), {one: str(subnet["AvailabilityZone"]) for one, subnet in known.items()}


class SubnetGroups:
    """Keeps the account's subnet groups by name and implements the operations on them.

    Args:
        tags: Tags of all RDS resources.
        network: Subnets and security groups.

    Attributes:
        in_use: Returns the identifiers of the instances in the group of that name.
    """

    def __init__(self, tags: Tags, network: Network) -> None:
        self._tags, self._network = tags, network
        self._groups: dict[str, dict[str, Any]] = {}
        self.in_use: Callable[[str], list[str]] = lambda _: []

    def group(self, name: str) -> dict[str, Any]:
        """Return a group by name, in the form that the API shows it.

        Raises:
            ServiceError: There is no group of that name.
        """
        if name.lower() not in self._groups:
            raise ServiceError("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.", 404)
        return self._groups[name.lower()]

    def create_db_subnet_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """CreateDBSubnetGroup. Names are stored in lower case."""
        name = params["DBSubnetGroupName"].lower()
        if name in self._groups:
            raise ServiceError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
        group = {
            "DBSubnetGroupName": name,
            "DBSubnetGroupArn": arn("subgrp", name),
            "SubnetGroupStatus": "Complete",
            "SupportedNetworkTypes": ["IPV4"],
            **self._described(params),
        }
        self._groups[name] = group
        self._tags.put(group["DBSubnetGroupArn"], params.get("Tags"))
        return {"DBSubnetGroup": group}

    def describe_db_subnet_groups(self, params: dict[str, Any]) -> dict[str, Any]:
        """DescribeDBSubnetGroups, for one group or for all of them in one page."""
        name = params.get("DBSubnetGroupName")
        return {"DBSubnetGroups": list(self._groups.values()) if name is None else [self.group(name)]}

    def modify_db_subnet_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """ModifyDBSubnetGroup. Replaces the subnets, and the description if it is given."""
        group = self.group(params["DBSubnetGroupName"])
        group.update(
            self._described({"DBSubnetGroupDescription": group["DBSubnetGroupDescription"], **params})
        )
        return {"DBSubnetGroup": group}

    def delete_db_subnet_group(self, params: dict[str, Any]) -> dict[str, Any]:
        """DeleteDBSubnetGroup. A group that an instance uses is refused."""
        group = self.group(params["DBSubnetGroupName"])
        name = group["DBSubnetGroupName"]
        if users := self.in_use(name):
            raise ServiceError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{name}' because at least one database instance: {users[0]} "
                "is still using it.",
            )
        del self._groups[name]
        self._tags.forget(group["DBSubnetGroupArn"])
        return {}

    def _described(self, params: dict[str, Any]) -> dict[str, Any]:
        vpc, zones = in_one_vpc(self._network, params["SubnetIds"])
        if len(set(zones.values())) < ZONES:
            raise ServiceError(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ "
                f"coverage: {', '.join(sorted(set(zones.values())))}. Add subnets to cover at least {ZONES} "
                "AZs.",
            )
        subnets = [
            {
                "SubnetIdentifier": one,
                "SubnetAvailabilityZone": {"Name": zone},
                "SubnetStatus": "Active",
            }
            for one, zone in sorted(zones.items())
        ]
        described = params["DBSubnetGroupDescription"]
        return {"DBSubnetGroupDescription": described, "VpcId": vpc, "Subnets": subnets}
