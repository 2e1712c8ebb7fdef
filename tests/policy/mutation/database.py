"""Mutants of the database."""

from __future__ import annotations

from tests.policy.mutation.changes import drop, option, put
from tests.policy.mutation.mutant import DATABASE, PROXY, Mutant


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    private, kept = "rds-private-encrypted", "rds-prod-protected"
    return [
        Mutant(private, "the database is not encrypted", put(DATABASE, "storageEncrypted", value=False)),
        Mutant(private, "encryption is unset", drop(DATABASE, "storageEncrypted")),
        Mutant(private, "the database is public", put(DATABASE, "publiclyAccessible", value=True)),
        Mutant(private, "the proxy speaks without TLS", put(PROXY, "requireTls", value=False)),
        Mutant(
            private,
            "the database speaks without TLS",
            put("huntaze-database-parameters", "parameters.1.value", "0"),
        ),
        Mutant(
            private,
            "everybody reaches the database",
            put("huntaze-database-proxy-to-instance-in", "cidrIpv4", "0.0.0.0/0"),
        ),
        Mutant(kept, "the database may be deleted", put(DATABASE, "deletionProtection", value=False)),
        Mutant(kept, "it leaves no snapshot", put(DATABASE, "skipFinalSnapshot", value=True)),
        Mutant(kept, "backups are kept a day", put(DATABASE, "backupRetentionPeriod", 1)),
        Mutant(kept, "there is no standby", put(DATABASE, "multiAz", value=False)),
        Mutant(kept, "Pulumi may replace it", option(DATABASE, "protect", value=False)),
    ]
