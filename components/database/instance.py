"""The RDS instance: private, encrypted and in UTC. RDS creates, keeps and rotates its password."""

from __future__ import annotations

from typing import TypedDict

import pulumi
import pulumi_aws as aws

MAJOR = "17"
"""Major version of PostgreSQL; RDS applies minor versions by itself."""


PARAMETERS = {
    # The driver reads every timestamp as UTC, whatever offset the server sends.
    "timezone": "UTC",
    "rds.force_ssl": "1",
}
"""Both are defaults of the family. They are explicit so that another family cannot change them unnoticed."""
METHOD = "pending-reboot"
"""How RDS reports a parameter that equals its family's default, whatever was asked for. ``immediate`` would
show a difference in every update (https://github.com/hashicorp/terraform-provider-aws/issues/39252). In
families of older PostgreSQL versions ``rds.force_ssl`` is static, and RDS refuses ``immediate``
(https://github.com/ministryofjustice/cloud-platform/issues/1197). A new instance starts with its parameters
and needs no reboot."""


class InstanceArgs(TypedDict):
    """Arguments of `instance_of`: those of `Database`, and what `Database` creates around the instance."""

    prefix: str
    user: str
    """Name of the owning user, and of the database."""
    subnet_ids: list[str]
    instance_class: str
    multi_az: bool
    protect: bool
    group: aws.ec2.SecurityGroup


def instance_of(name: str, args: InstanceArgs, parent: pulumi.Resource) -> aws.rds.Instance:
    """Create the instance of a database component."""
    child, prefix = pulumi.ResourceOptions(parent=parent), args["prefix"]
    subnets = aws.rds.SubnetGroup(
        f"{name}-subnets", name=f"{prefix}-database", subnet_ids=args["subnet_ids"], opts=child
    )
    parameters = aws.rds.ParameterGroup(
        f"{name}-parameters",
        name=f"{prefix}-postgres{MAJOR}",
        family=f"postgres{MAJOR}",
        parameters=[
            {"name": key, "value": value, "apply_method": METHOD} for key, value in PARAMETERS.items()
        ],
        opts=child,
    )
    return aws.rds.Instance(
        f"{name}-instance",
        identifier=f"{prefix}-database",
        engine="postgres",
        engine_version=MAJOR,
        instance_class=args["instance_class"],
        allocated_storage=20,
        max_allocated_storage=200,
        storage_type="gp3",
        storage_encrypted=True,
        db_name=args["user"],
        username=args["user"],
        manage_master_user_password=True,
        iam_database_authentication_enabled=True,
        multi_az=args["multi_az"],
        publicly_accessible=False,
        db_subnet_group_name=subnets.name,
        parameter_group_name=parameters.name,
        vpc_security_group_ids=[args["group"].id],
        backup_retention_period=7,
        copy_tags_to_snapshot=True,
        enabled_cloudwatch_logs_exports=["postgresql"],
        deletion_protection=args["protect"],
        skip_final_snapshot=not args["protect"],
        final_snapshot_identifier=_final_snapshot(args) if args["protect"] else None,
        opts=pulumi.ResourceOptions(parent=parent, protect=args["protect"]),
    )


def _final_snapshot(args: InstanceArgs) -> pulumi.Output[str]:
    """Return a snapshot name that is new in each life of the stack.

    RDS refuses to delete an instance into a snapshot that exists. The name contains the security group's id.
    The group is created and deleted with the instance, and AWS never assigns the id again:
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html.
    """
    life = args["group"].id.apply(lambda group: group.removeprefix("sg-"))
    return pulumi.Output.concat(args["prefix"], "-database-final-", life)
