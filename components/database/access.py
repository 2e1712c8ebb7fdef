"""How functions reach a database: the functions that read it, and the one that migrates it."""

from typing import NotRequired, TypedDict

import pulumi

from components.functions.versioned_function import VpcArgs
from components.permissions import Statement

AUTHORITIES = "/var/runtime/ca-cert.pem"
"""Lambda's file of Amazon's certificate authorities, RDS's among them. Node.js does not load it by itself:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html. RDS Proxy's certificate does not need it."""


class MigrationAccess(TypedDict):
    """How the migrations' function reaches the database, where the Prisma functions reach it otherwise."""

    host: NotRequired[pulumi.Input[str] | None]
    """Default the host that is read from. The instance where that is a proxy, which locks and DDL pin."""
    user: NotRequired[str | None]
    """Default the user that reads. Who migrates has to own the tables, who reads need not."""
    secret_arn: NotRequired[pulumi.Input[str] | None]
    """Default what the Prisma functions use. Secret with that user's ``username`` and ``password``."""
    secrets_url: NotRequired[pulumi.Input[str] | None]
    """Default the service's public name. Where Secrets Manager is: an interface endpoint's own URL."""
    vpc: NotRequired[VpcArgs | None]
    """Default the Prisma functions' network."""
    reader: NotRequired[str | None]
    """Default the user that reads. Who is made, and may only SELECT, unless that is who migrates."""
    alone: NotRequired[bool | None]
    """Default false. True for a database of the stack's own: what PUBLIC may do there is revoked."""


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
    proxied: NotRequired[bool | None]
    """Default false: the certificate may be RDS's own. True behind RDS Proxy, whose certificate is ACM's."""
    migrations: NotRequired[MigrationAccess | None]
    """Default none: migrations reach the database as reads do."""


def to_migrate(database: DatabaseConnection) -> DatabaseConnection:
    """Return the connection to the same database that the migrations' function uses."""
    given: MigrationAccess = database.get("migrations") or {}
    host, secret = given.get("host"), given.get("secret_arn")
    return {
        **database,
        "host": database["host"] if host is None else host,
        "user": given.get("user") or database["user"],
        "secret_arn": database.get("secret_arn") if secret is None else secret,
        # A separate secret replaces IAM authentication: the IAM resource names another user, or the proxy.
        "connect_arn": database.get("connect_arn") if secret is None else None,
        "vpc": given.get("vpc") or database.get("vpc"),
        "proxied": database.get("proxied") if host is None else False,
    }


def environment(database: DatabaseConnection) -> dict[str, pulumi.Input[str]]:
    """Environment variables for the database, named as in `functions/prisma_read/src/settings.ts`."""
    secret = database.get("secret_arn")
    by_iam = database.get("connect_arn") is not None
    told: dict[str, pulumi.Input[str]] = {
        "DATABASE_HOST": database["host"],
        "DATABASE_PORT": str(database["port"]),
        "DATABASE_NAME": database["name"],
        "DATABASE_USER": database["user"],
        "DATABASE_AUTH": "iam" if by_iam else "secret",
        "DATABASE_TLS": database["tls"],
    }
    if not by_iam and secret is not None:
        told["DATABASE_SECRET_ARN"] = secret
    if database["tls"] == "verify-full" and not database.get("proxied"):
        told["NODE_EXTRA_CA_CERTS"] = AUTHORITIES
    return told


def reader(database: DatabaseConnection) -> dict[str, pulumi.Input[str]]:
    """Environment variables that tell the migrations' function about the reading user.

    Empty if the same user reads and migrates.
    """
    given: MigrationAccess = database.get("migrations") or {}
    user, secret = given.get("reader") or database["user"], database.get("secret_arn")
    if user == (given.get("user") or database["user"]):
        return {}
    told: dict[str, pulumi.Input[str]] = {
        "READER": user,
        "DATABASE_ALONE": str(bool(given.get("alone"))).lower(),
    }
    if database.get("connect_arn") is not None:
        return {**told, "READER_AUTH": "iam"}
    return {**told, "READER_AUTH": "secret", **({} if secret is None else {"READER_SECRET_ARN": secret})}


def statements(database: DatabaseConnection) -> list[Statement]:
    """Permissions that a function needs to authenticate to its database."""
    secret, connect = database.get("secret_arn"), database.get("connect_arn")
    if connect is not None:
        return [{"actions": ["rds-db:connect"], "resources": [connect]}]
    if secret is not None:
        return [{"actions": ["secretsmanager:GetSecretValue"], "resources": [secret]}]
    return []
