"""The migrations' function. Only an operator invokes it.

It is invoked without a qualifier, so that it always applies the migrations of the deployed stack: a release
of the reads must not decide which tables exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.database.access import environment, reader, statements, to_migrate
from components.functions.versioned_function import VersionedFunction

if TYPE_CHECKING:
    import pulumi

    from components.unit_args import Unit

TIMEOUT_S = 300
"""Seconds for all migrations of one run. The function makes PostgreSQL end them a little sooner, and the
operator's client waits a little longer. A migration that takes longer than minutes belongs in no
deployment."""


def migrate_function(name: str, unit: Unit, opts: pulumi.ResourceOptions) -> VersionedFunction:
    """Create the function that applies its package's migrations to the unit's database."""
    database = to_migrate(unit.database)
    reads = reader(unit.database)
    told = {**environment(database), **reads}
    may = statements(database)
    if (secret := reads.get("READER_SECRET_ARN")) is not None:
        may.append({"actions": ["secretsmanager:GetSecretValue"], "resources": [secret]})
    if (url := (unit.database.get("migrations") or {}).get("secrets_url")) is not None:
        # https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
        told["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = url
    return VersionedFunction(
        name,
        {
            "function_name": unit.names.migrate,
            "handler": "index.handler",
            "runtime": "nodejs24.x",
            "code": unit.zip_of("prisma_migrate"),
            "environment": told,
            "statements": may,
            "timeout_s": TIMEOUT_S,
            "memory_mb": unit.memory_mb,
            "log_retention_days": unit.log_retention_days,
            "vpc": database.get("vpc"),
            "retain": unit.protect,
        },
        opts,
    )
