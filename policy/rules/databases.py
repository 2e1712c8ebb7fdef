"""RDS: private and encrypted always, and in production hard to lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Outcome, Resource, Undecided
from kinds import CLUSTER, DATABASE, INGRESS, PARAMETERS, PROXY
from pulumi_policy import Severity
from rule import ResourceRule, Settings, at_least, expect, number, well_architected
from values import UNKNOWN, inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PORTS = (1433, 1521, 3306, 5432)
"""SQL Server, Oracle, MySQL, PostgreSQL."""
EVERYBODY = ("0.0.0.0/0", "::/0")
COPIES = ("replicateSourceDb", "replicationSourceIdentifier")
"""A read replica's data is its source's: it needs no backups, and RDS refuses a final snapshot of it.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
"""
FORCE_TLS = {"rds.force_ssl": "1", "require_secure_transport": "1"}


def _private(holder: Resource, _: Settings) -> Iterable[Outcome]:
    if holder.type in (DATABASE, CLUSTER):
        yield from _encrypted(holder)
    elif holder.type == PROXY:
        yield from expect(
            holder,
            ("requireTls",),
            lambda required: required is True,
            "require TLS (requireTls)",
            "Set require_tls=True.",
        )
    elif holder.type == PARAMETERS:
        yield from _tls_parameters(holder)
    else:
        yield from _ingress(holder)


def _encrypted(database: Resource) -> Iterator[Outcome]:
    yield from expect(
        database,
        ("storageEncrypted",),
        lambda encrypted: encrypted is True or database.get("replicateSourceDb") is not None,
        "be encrypted (storageEncrypted)",
        "Set storage_encrypted=True; it cannot be added later.",
    )
    yield from expect(
        database,
        ("publiclyAccessible",),
        lambda public: public is not True,
        "not be publicly accessible",
        "Set publicly_accessible=False, and let functions in by their security group.",
    )
    managed = database.get("manageMasterUserPassword")
    kept = [key for key in ("password", "masterPassword") if database.get(key) is not None]
    if kept and managed is not UNKNOWN and not managed:
        yield database.must(
            "have its master password kept by RDS",
            f"Set manage_master_user_password=True instead of {kept[0]}: it is in the state otherwise.",
        )


def _tls_parameters(group: Resource) -> Iterator[Outcome]:
    parameters = group.get("parameters")
    if parameters is UNKNOWN:
        yield Undecided(group, "parameters")
        return
    for parameter in parameters or []:
        name, value = inside(parameter, "name"), inside(parameter, "value")
        if name in FORCE_TLS and value is not UNKNOWN and str(value).lower() not in ("1", "on"):
            yield group.must(f"not allow connections without TLS ({name})", f"Set it to {FORCE_TLS[name]}.")


def _ingress(rule: Resource) -> Iterator[Outcome]:
    source = rule.get("cidrIpv4") or rule.get("cidrIpv6") if _known(rule) else None
    first, last = rule.get("fromPort"), rule.get("toPort")
    if source not in EVERYBODY:
        return
    if UNKNOWN in (first, last):
        yield Undecided(rule, "fromPort")
    elif first is None or any(first <= port <= (last if last is not None else first) for port in PORTS):
        yield rule.must("not let everybody reach a database", "Name the security group that may connect.")


def _known(rule: Resource) -> bool:
    return UNKNOWN not in (rule.get("cidrIpv4"), rule.get("cidrIpv6"))


def _protected(database: Resource, settings: Settings) -> Iterable[Outcome]:
    yield from expect(
        database,
        ("deletionProtection",),
        lambda on: on is True,
        "have deletionProtection",
        "Set deletion_protection=True.",
    )
    if not any(database.get(prop) is not None for prop in COPIES):
        yield from _hard_to_lose(database, settings)
    if not database.protected:
        yield database.must(
            "be protected in Pulumi", "Set protect=True: a rename in the program would replace it otherwise."
        )


def _hard_to_lose(database: Resource, settings: Settings) -> Iterator[Outcome]:
    yield from expect(
        database,
        ("skipFinalSnapshot",),
        lambda skipped: not skipped,
        "leave a final snapshot (skipFinalSnapshot)",
        "Set skip_final_snapshot=False and a final_snapshot_identifier.",
    )
    days = settings["minBackupDays"]
    yield from expect(
        database,
        ("backupRetentionPeriod",),
        at_least(days),
        f"keep backups at least {days:g} days (backupRetentionPeriod)",
        "Set backup_retention_period.",
    )
    if database.type == DATABASE:
        yield from expect(
            database,
            ("multiAz",),
            lambda on: on is True,
            "have a standby in another zone (multiAz)",
            "Set multi_az=True: a zone's failure would fail every canary.",
        )


RULES = [
    ResourceRule(
        name="rds-private-encrypted",
        description="Databases are encrypted, private, spoken to by TLS, their password known to nobody.",
        why="Encryption cannot be added to a database that exists, and what was public has been seen.",
        severity=Severity.HIGH,
        framework=well_architected("Security", "SEC08-BP02"),
        remediation="Set storage_encrypted, publicly_accessible, manage_master_user_password, require_tls.",
        url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_BestPractices.Security.html",
        types=frozenset({DATABASE, CLUSTER, PROXY, PARAMETERS, INGRESS}),
        check=_private,
    ),
    ResourceRule(
        name="rds-prod-protected",
        description="A production database cannot be deleted by mistake, and survives a zone.",
        why="`pulumi destroy` in the wrong stack, or a renamed resource, would delete it.",
        severity=Severity.HIGH,
        framework=well_architected("Reliability"),
        remediation="Set deletion_protection, a final snapshot, backups, multi_az, and protect=True.",
        url="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
        settings=(number("minBackupDays", "Fewest days that backups are kept.", 7, 1, 35),),
        types=frozenset({DATABASE, CLUSTER}),
        check=_protected,
    ),
]
