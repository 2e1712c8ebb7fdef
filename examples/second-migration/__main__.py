"""Another service's migration: two units in one stack, each with its own flags, alarms, guard and verdict.

Orders and invoices are read from one database that does not belong to this stack. They are ramped separately:
a failure of invoices rolls back invoices only. See README.md.
"""
# ruff: noqa: INP001 - the engine runs this folder, no package imports it

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

# The engine runs this folder by its path; the components are two levels above it.
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from components import CanaryMigration, DatabaseConnection  # noqa: E402 - only found after the line above

config, region = pulumi.Config(), pulumi.Config("aws").require("region")
stack = pulumi.get_stack()
tags = {"Project": pulumi.get_project(), "Stack": stack, "Owner": "shop"}
provider = aws.Provider("aws", region=region, default_tags={"tags": tags})
account = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider)).account_id

database: DatabaseConnection = {
    "host": config.require("databaseHost"),
    "port": 5432,
    "name": "shop",
    "user": "shop_read",
    "tls": "verify-full",
    "secret_arn": config.require("databaseCredentialsArn"),
    "vpc": {
        "subnet_ids": config.require_object("subnetIds"),
        "security_group_ids": config.require_object("securityGroupIds"),
    },
}


def unit(path: str, *, memory_mb: int) -> CanaryMigration:
    """Create the unit of one read path; every physical name starts with its prefix."""
    return CanaryMigration(
        path,
        {
            "prefix": path,
            "region": region,
            "account": account,
            "database": database,
            "memory_mb": memory_mb,
            "jwt_issuer": config.require("jwtIssuer"),
            "jwt_audience": [path],
            "namespace": "Shop/ReadMigration",
            "protect": stack == "prod",
            "code": str(ROOT / "build" / "functions"),
        },
        pulumi.ResourceOptions(provider=provider),
    )


# Export each unit's outputs whole, for the operator's CLI:
# `pulumi stack output invoices --json > invoices.json`, then `canary --outputs invoices.json`.
pulumi.export("orders", unit("orders", memory_mb=512).outputs)
pulumi.export("invoices", unit("invoices", memory_mb=1024).outputs)
