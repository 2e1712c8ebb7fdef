"""The Prisma functions: how they reach their database. One bundle, deployed twice, each with its role."""

from typing import TYPE_CHECKING, NotRequired, TypedDict

import pulumi

from components.versioned_function import VersionedFunction, VpcArgs

if TYPE_CHECKING:
    from components.permissions import Statement
    from components.unit_args import Unit

TIMEOUT_S = 10
"""Longer than a connection and a query together, so that their own time-outs say what was slow."""


class DatabaseConnection(TypedDict):
    """How the Prisma functions reach their database."""

    host: pulumi.Input[str]
    port: int
    name: str
    user: str
    tls: str
    """``verify-full``, or ``off`` for a database on the same machine."""
    secret_arn: NotRequired[pulumi.Input[str] | None]
    """Default none. Secrets Manager secret with ``username`` and ``password``."""
    connect_arn: NotRequired[pulumi.Input[str] | None]
    """Default none. Resource of ``rds-db:connect``: IAM authentication, used when it is given."""
    vpc: NotRequired[VpcArgs | None]
    """Default none: a database that can be reached from outside any VPC."""


def prisma_function(name: str, unit: "Unit", kind: str, opts: pulumi.ResourceOptions) -> VersionedFunction:
    """A Prisma function of a unit.

    Args:
        name: Of the resource.
        unit: Whose.
        kind: ``canary`` or ``shadow``, which it says in its traces. Only the shadow's concurrency may be
            bounded, so that shadow reads can never starve the canary.
        opts: Of the resource.
    """
    canary = kind == "canary"
    return VersionedFunction(
        name,
        {
            "function_name": unit.names.prisma if canary else unit.names.shadow,
            "handler": "index.handler",
            "runtime": "nodejs24.x",
            "code": unit.zip_of("prisma_read"),
            "environment": _environment(unit.database, kind),
            "statements": _statements(unit.database),
            "timeout_s": TIMEOUT_S,
            "memory_mb": unit.memory_mb,
            "log_retention_days": unit.log_retention_days,
            "reserved_concurrency": None if canary else unit.shadow_reserved_concurrency,
            "vpc": unit.database.get("vpc"),
            "retain": unit.protect,
        },
        opts,
    )


def _environment(database: DatabaseConnection, kind: str) -> dict[str, pulumi.Input[str]]:
    secret = database.get("secret_arn")
    by_iam = database.get("connect_arn") is not None
    environment: dict[str, pulumi.Input[str]] = {
        "DATABASE_HOST": database["host"],
        "DATABASE_PORT": str(database["port"]),
        "DATABASE_NAME": database["name"],
        "DATABASE_USER": database["user"],
        "DATABASE_AUTH": "iam" if by_iam else "secret",
        "DATABASE_TLS": database["tls"],
        "ROLE": kind,
    }
    if not by_iam and secret is not None:
        environment["DATABASE_SECRET_ARN"] = secret
    return environment


def _statements(database: DatabaseConnection) -> list["Statement"]:
    secret, connect = database.get("secret_arn"), database.get("connect_arn")
    if connect is not None:
        return [{"actions": ["rds-db:connect"], "resources": [connect]}]
    if secret is not None:
        return [{"actions": ["secretsmanager:GetSecretValue"], "resources": [secret]}]
    return []
