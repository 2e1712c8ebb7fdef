"""The migrations' function: an operator invokes it, and nothing else does.

It is invoked without a qualifier, so that the migrations it applies are always those of the stack: a release
of the reads must not decide which tables there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.database.access import environment, reader, statements, to_migrate
from components.functions.versioned_function import VersionedFunction

if TYPE_CHECKING:
    import pulumi

    from components.unit_args import Unit

TIMEOUT_S = 300
"""All migrations of a run together. The function has PostgreSQL end them a little sooner, and an operator's
client waits a little longer; what takes longer than minutes belongs in no deployment."""


def migrate_function(name: str, unit: Unit, opts: pulumi.ResourceOptions) -> VersionedFunction:
    """The function that brings a unit's database to the migrations of its package."""
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
