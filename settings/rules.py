"""What must hold between configuration keys that are each right by themselves."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

from canary.spelling import camel
from settings.kinds import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from settings import Settings

LONGEST_SHIFT_MINUTES = 2880
"""https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html"""

NEEDS = {"user_claim": "jwt_issuer"}
"""Keys that only another key brings to effect; so are all that begin with ``existingDatabase``."""
ZONES = 2
"""RDS wants subnets in two zones at least, also for one instance:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"""


def together(settings: Settings) -> Iterator[str]:
    """Faults of keys that make sense only together."""
    for low, high in (
        ("p95_go_pct", "p95_investigate_pct"),
        ("diffs_go_pct", "diffs_investigate_pct"),
        ("share_low_pct", "share_high_pct"),
    ):
        least, most = getattr(settings, low), getattr(settings, high)
        if least >= most:
            yield f"{PROJECT}:{camel(low)} = {least:g}: must be less than {camel(high)} = {most:g}."
    steps = math.ceil(100 / settings.shift_percentage) - 1 if settings.traffic_shift == "linear" else 1
    if steps * settings.shift_interval_minutes > LONGEST_SHIFT_MINUTES:
        yield (
            f"{PROJECT}:shiftIntervalMinutes = {settings.shift_interval_minutes}: must be at most "
            f"{LONGEST_SHIFT_MINUTES // steps}, for {steps} steps of {settings.shift_percentage} % within "
            f"CodeDeploy's {LONGEST_SHIFT_MINUTES} minutes."
        )
    if bool(settings.jwt_issuer) != bool(settings.jwt_audience):
        yield f"{PROJECT}:jwtIssuer and {PROJECT}:jwtAudience go together: set both or none."
    yield from _without_effect(settings)
    yield from _database_faults(settings)


def _without_effect(settings: Settings) -> Iterator[str]:
    """Keys that are set, and that nothing reads because another key is not.

    The engine hands over the default of each key, so a key that has its default counts as not set.
    """
    for field in fields(settings):
        needed = NEEDS.get(field.name) or (
            "existing_database_host" if field.name.startswith("existing_database_") else None
        )
        if needed in {None, field.name} or getattr(settings, str(needed)) is not None:
            continue
        if (value := getattr(settings, field.name)) != field.default:
            shown = list(value) if isinstance(value, tuple) else value
            yield (
                f"{PROJECT}:{camel(field.name)} = {shown!r} needs {PROJECT}:{camel(str(needed))}, and has no "
                "effect without it. Set both, or remove it."
            )


def _database_faults(settings: Settings) -> Iterator[str]:
    if settings.existing_database_host is None:
        if not settings.vpc_id or not settings.subnet_ids:
            yield (
                f"{PROJECT}:vpcId and {PROJECT}:subnetIds are missing: the stack's own database needs a "
                "network. Set existingDatabaseHost to use a database that is there already."
            )
        elif len(settings.subnet_ids) < ZONES:
            yield (
                f"{PROJECT}:subnetIds = {list(settings.subnet_ids)!r}: must be subnets in at least two "
                "zones; the stack's own database needs them. Add one in another zone."
            )
        return
    for name in ("existing_database_name", "existing_database_user"):
        if getattr(settings, name) is None:
            yield f"{PROJECT}:{camel(name)} is missing: a database that is there already needs it."
    if bool(settings.existing_database_credentials_arn) == bool(settings.existing_database_connect_arn):
        yield (
            f"{PROJECT}:existingDatabaseCredentialsArn (a password) or {PROJECT}:existingDatabaseConnectArn "
            "(IAM): set one of the two."
        )
    if settings.existing_database_connect_arn and settings.existing_database_tls == "off":
        yield f"{PROJECT}:existingDatabaseTls = 'off': must be verify-full, or an IAM token is sent in clear."
    yield from _migration_faults(settings)
    if bool(settings.subnet_ids) != bool(settings.existing_database_security_group_ids):
        yield (
            f"{PROJECT}:subnetIds and {PROJECT}:existingDatabaseSecurityGroupIds go together: set "
            "both to reach the database from inside its network, or none."
        )


def _migration_faults(settings: Settings) -> Iterator[str]:
    """Another user has another password, and an IAM token is for one user at one proxy or instance."""
    if settings.existing_database_migration_credentials_arn:
        return
    for name in ("existing_database_migration_host", "existing_database_migration_user"):
        by_iam = settings.existing_database_connect_arn is not None
        if getattr(settings, name) is not None and (by_iam or name.endswith("_user")):
            yield (
                f"{PROJECT}:{camel(name)} needs {PROJECT}:existingDatabaseMigrationCredentialsArn, the "
                "secret of the user that migrates."
            )
