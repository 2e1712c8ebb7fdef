"""The stack's configuration as one frozen, validated object, which `settings.reading` reads.

Each field of `Settings` is a key, in the spelling of Pulumi's (``errorRatePct``), with its default and what
it allows. `Pulumi.yaml` says the same to the CLI, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.unit.names import LONGEST_PREFIX, PREFIX
from canary.unit.thresholds import SHEET
from settings.kinds import (
    TAG_VALUE,
    choice,
    email,
    flag,
    host,
    number,
    one_of,
    text,
    texts,
    url,
    whole,
)
from settings.rules import LONGEST_SHIFT_MINUTES

if TYPE_CHECKING:
    import pulumi

    from components import CanaryMigrationArgs, DatabaseArgs, DatabaseConnection

_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


@dataclass(frozen=True)
class Settings:
    """Validated configuration; `Pulumi.yaml` describes each key."""

    stack: str
    region: str
    prefix: str = text(
        "huntaze",
        f"small letters, digits and single hyphens, a letter first, not aws or ssm first, at most "
        f"{LONGEST_PREFIX} characters",
        f"(?!aws|ssm){PREFIX}",
    )
    """The latch is a parameter ``/<prefix>/…``, and the name of a parameter begins with neither ``aws`` nor
    ``ssm``: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html. The guard
    makes it in a rollback, which is too late to learn of it."""
    owner: str = text(
        "read-migration",
        "at most 256 letters, digits, spaces and _ . : / = + - @, not aws: first",
        TAG_VALUE,
    )
    error_rate_pct: float = number(SHEET["error_rate_pct"], 0.01, 50)
    overall_error_floor: int = whole(SHEET["overall_error_floor"], 1, 1000, "string")
    canary_error_floor: int = whole(SHEET["canary_error_floor"], 1, 1000, "string")
    p95_go_pct: float = number(SHEET["p95_go_pct"], 100, 1000)
    p95_investigate_pct: float = number(SHEET["p95_investigate_pct"], 101, 1000)
    p95_floor_ms: float = number(SHEET["p95_floor_ms"], 0, 60_000)
    p95_min_requests: int = whole(SHEET["p95_min_requests"], 1, 100_000, "string")
    diffs_go_pct: float = number(SHEET["diffs_go_pct"], 0, 100)
    diffs_investigate_pct: float = number(SHEET["diffs_investigate_pct"], 0, 100)
    share_low_pct: float = number(SHEET["share_low_pct"], 0, 100)
    share_high_pct: float = number(SHEET["share_high_pct"], 0, 100)
    shadow_loss_pct: float = number(SHEET["shadow_loss_pct"], 1, 100)
    bake_minutes: int = whole(10, 10, 1440)
    poll_interval_s: int = whole(15, 15, 60)
    canary_deadline_ms: int = whole(1500, 50, 5000)
    shadow_deadline_ms: int = whole(2000, 50, 5000)
    shadow_reserved_concurrency: int | None = whole(None, 1, 1000)
    function_memory_mb: int = whole(1024, 128, 10_240)
    log_retention_days: int = one_of(90, _DAYS)
    traffic_shift: str = choice("linear", "linear", "canary")
    shift_percentage: int = whole(10, 1, 99)
    shift_interval_minutes: int = whole(1, 1, LONGEST_SHIFT_MINUTES)
    notify_email: str | None = email()
    notify_url: str | None = url(user=True)
    """SNS takes a name and a password in it:
    https://docs.aws.amazon.com/sns/latest/dg/sns-subscribe-https-s-endpoints-to-topic.html"""
    playbook_url: str | None = url()
    user_header: str = text("x-user-id", "the name of an HTTP header", r"[A-Za-z0-9-]+")
    user_claim: str = text("sub", "the name of a claim", r"[A-Za-z0-9_.:/-]+")
    jwt_issuer: str | None = url()
    jwt_audience: tuple[str, ...] = texts()
    protect: bool = flag(default=False)
    vpc_id: str | None = text(None, "a VPC's id", r"vpc-[0-9a-f]{8,17}")
    subnet_ids: tuple[str, ...] = texts("subnets' ids", r"subnet-[0-9a-f]{8,17}")
    database_instance_class: str = text(
        "db.r7g.large", "an instance class, such as db.t4g.small", r"db(\.[a-z0-9-]+){2}"
    )
    database_multi_az: bool = flag(default=True)
    database_reads_as: str = choice("reader", "reader", "owner")
    existing_database_host: str | None = host()
    existing_database_port: int = whole(5432, 1, 65_535)
    existing_database_name: str | None = text(None)
    existing_database_user: str | None = text(None)
    existing_database_credentials_arn: str | None = text(
        None, "a secret's ARN", r"arn:aws:secretsmanager:\S+"
    )
    existing_database_connect_arn: str | None = text(None, "an rds-db ARN", r"arn:aws:rds-db:\S+:dbuser:\S+")
    existing_database_security_group_ids: tuple[str, ...] = texts(
        "security groups' ids", r"sg-[0-9a-f]{8,17}"
    )
    existing_database_tls: str = choice("verify-full", "verify-full", "off")
    existing_database_migration_host: str | None = host()
    existing_database_migration_user: str | None = text(None)
    existing_database_migration_credentials_arn: str | None = text(
        None, "a secret's ARN", r"arn:aws:secretsmanager:\S+"
    )

    def unit(self, account: pulumi.Input[str], database: DatabaseConnection) -> CanaryMigrationArgs:
        """The unit's arguments."""
        return {
            "prefix": self.prefix,
            "region": self.region,
            "account": account,
            "database": database,
            "thresholds": {name: getattr(self, name) for name in SHEET},  # type: ignore[typeddict-item]
            "bake_minutes": self.bake_minutes,
            "poll_interval_s": self.poll_interval_s,
            "canary_deadline_ms": self.canary_deadline_ms,
            "shadow_deadline_ms": self.shadow_deadline_ms,
            "shadow_reserved_concurrency": self.shadow_reserved_concurrency,
            "memory_mb": self.function_memory_mb,
            "log_retention_days": self.log_retention_days,
            "shift": self.traffic_shift,
            "shift_percentage": self.shift_percentage,
            "shift_interval_minutes": self.shift_interval_minutes,
            "user_header": self.user_header,
            "user_claim": self.user_claim,
            "jwt_issuer": self.jwt_issuer,
            "jwt_audience": list(self.jwt_audience),
            "notify_email": self.notify_email,
            "notify_url": self.notify_url,
            "protect": self.protect,
            "playbook_url": self.playbook_url,
        }

    def database(self, account: pulumi.Input[str]) -> DatabaseArgs:
        """Arguments of the stack's own database; only without one that is there already."""
        return {
            "prefix": self.prefix,
            "account": account,
            "region": self.region,
            "vpc_id": str(self.vpc_id),
            "subnet_ids": list(self.subnet_ids),
            "instance_class": self.database_instance_class,
            "multi_az": self.database_multi_az,
            "reads_as": self.database_reads_as,
            "protect": self.protect,
        }

    def existing_database(self) -> DatabaseConnection | None:
        """The database that is there already, ``None`` when the stack makes its own."""
        if self.existing_database_host is None:
            return None
        groups = list(self.existing_database_security_group_ids)
        return {
            "host": self.existing_database_host,
            "port": self.existing_database_port,
            "name": str(self.existing_database_name),
            "user": str(self.existing_database_user),
            "tls": self.existing_database_tls,
            "secret_arn": self.existing_database_credentials_arn,
            "connect_arn": self.existing_database_connect_arn,
            "vpc": {"subnet_ids": list(self.subnet_ids), "security_group_ids": [*groups]} if groups else None,
            "migrations": {
                "host": self.existing_database_migration_host,
                "user": self.existing_database_migration_user,
                "secret_arn": self.existing_database_migration_credentials_arn,
            },
        }
