"""Security groups of a unit's database, and the rules between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

if TYPE_CHECKING:
    import pulumi


def group(  # noqa: PLR0913, PLR0917 - a resource's inputs
    name: str, prefix: str, role: str, description: str, vpc_id: str, opts: pulumi.ResourceOptions
) -> aws.ec2.SecurityGroup:
    """Create a security group without rules.

    Args:
        name: Name of the component that the group belongs to.
        prefix: Prefix of the unit.
        role: Last part of the resource's logical and physical name.
        description: Description of the group. Changing it replaces the group.
        vpc_id: VPC of the group.
        opts: Options of the resource.
    """
    return aws.ec2.SecurityGroup(
        f"{name}-{role}",
        name=f"{prefix}-database-{role}",
        description=description,
        vpc_id=vpc_id,
        opts=opts,
    )


def allow(
    name: str,
    source: aws.ec2.SecurityGroup,
    target: aws.ec2.SecurityGroup,
    port: int,
    opts: pulumi.ResourceOptions,
) -> None:
    """Let members of one group connect to a TCP port of another, with one rule on each side."""
    aws.vpc.SecurityGroupIngressRule(
        f"{name}-in",
        security_group_id=target.id,
        referenced_security_group_id=source.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        opts=opts,
    )
    aws.vpc.SecurityGroupEgressRule(
        f"{name}-out",
        security_group_id=source.id,
        referenced_security_group_id=target.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        opts=opts,
    )
