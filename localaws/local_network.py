"""A network on the local cloud for a stack that brings a database of its own."""

from __future__ import annotations

from typing import Any

RANGE, ZONES = "10.20.{}.0/{}", ("a", "b")


def network_settings(ec2: Any) -> dict[str, str | list[str]]:
    """Make a VPC with a subnet in each of two zones; returns the stack's configuration.

    Args:
        ec2: boto3 client for EC2.
    """
    vpc = ec2.create_vpc(CidrBlock=RANGE.format(0, 16))["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=RANGE.format(number, 24), AvailabilityZone=f"{ec2.meta.region_name}{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate(ZONES)
    ]
    return {"vpcId": vpc, "subnetIds": subnets}
