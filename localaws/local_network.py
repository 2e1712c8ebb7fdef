"""Create a network on the local cloud, for a stack that creates its own database."""

from __future__ import annotations

from typing import Any

RANGE, ZONES = "10.20.{}.0/{}", ("a", "b")


def network_settings(ec2: Any) -> dict[str, str | list[str]]:
    """Create a VPC with one subnet in each of two availability zones.

    Args:
        ec2: boto3 client for EC2.

    Returns:
        The stack settings ``vpcId`` and ``subnetIds``.
    """
    vpc = ec2.create_vpc(CidrBlock=RANGE.format(0, 16))["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=RANGE.format(number, 24), AvailabilityZone=f"{ec2.meta.region_name}{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate(ZONES)
    ]
    return {"vpcId": vpc, "subnetIds": subnets}
