"""The only reader of the stack's configuration: one frozen, validated object.

Each field of `Settings` is a key, in the spelling of Pulumi's (``errorRatePct``), with its default and
what it allows; `Pulumi.yaml` says the same to the CLI, and a test holds the two together. All faults are
reported at once.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from canary.spelling import camel
from canary.unit.names import LONGEST_PREFIX
from canary.unit.thresholds import SHEET
from canary.urls import MalformedError
from settings.kinds import (
    PROJECT,
    TAG_VALUE,
    Kind,
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
from settings.rules import LONGEST_SHIFT_MINUTES, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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
_REGION = r"(?!cn-|us-gov-|us-iso)[a-z]{2}(-[a-z]+)+-[0-9]"
"""China's and the governments' regions are other partitions, with other ARNs and without some services."""

NEAR = 0.85
"""Similarity, of 1, from which a namespace is taken for ours misspelt: some three slips in its 22 letters."""


class SettingsError(Exception):
    """Configuration that cannot be used; each line names key, value and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """Validated configuration; `Pulumi.yaml` describes each key."""

    stack: str
    region: str
    prefix: str = text(
        "huntaze",
        f"small letters, digits and single hyphens, a letter first, not aws or ssm first, at most "
        f"{LONGEST_PREFIX} characters",
        rf"(?=.{{1,{LONGEST_PREFIX}}}$)(?!aws|ssm)[a-z][a-z0-9]*(-[a-z0-9]+)*",
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


KINDS: dict[str, Kind] = {field.name: field.metadata["kind"] for field in fields(Settings) if field.metadata}


FIELDS = {camel(name): name for name in KINDS}

RENAMED = {
    "existingDatabaseSecretArn": "existingDatabaseCredentialsArn",
    "existingDatabaseMigrationSecretArn": "existingDatabaseMigrationCredentialsArn",
}
"""Old names of keys, which are still read. `pulumi config set` takes a long value of a key whose name says
secret, password or token for a secret, and refuses it:
https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/cmd/pulumi/config/config.go, `looksLikeSecret`."""


def renamed(given: Mapping[str, str]) -> list[str]:
    """What to tell a person whose configuration uses old names."""
    return [
        f"{PROJECT}:{old} is now called {new}. The old name is still read; rename it in the stack's file."
        for old, new in RENAMED.items()
        if given.get(old)
    ]


def read(stack: str, everything: Mapping[str, str]) -> Settings:
    """Validate all of a stack's configuration as Pulumi hands it over, by key and namespace.

    Raises:
        SettingsError: As `parse` does; and for keys that were meant for this project, by another name.
    """
    given = {
        name.partition(":")[2]: value for name, value in everything.items() if name.startswith(f"{PROJECT}:")
    }
    return parse(stack, everything.get("aws:region"), given, [*_misplaced(everything)])


def _misplaced(names: Iterable[str]) -> Iterator[str]:
    """Faults of keys in a namespace that is nearly ours, or a part of it.

    Pulumi hands the program the keys of every namespace, and providers have their own, so one that is unlike
    ours is let be.
    """
    for name in names:
        namespace, _, own = name.partition(":")
        near = difflib.SequenceMatcher(None, namespace.lower(), PROJECT).ratio() >= NEAR
        part = f"-{namespace.lower()}-" in f"-{PROJECT}-"
        if namespace != PROJECT and (near or part):
            yield f"{name}: the namespace {namespace} is not this project's. Write {PROJECT}:{own}."


def parse(
    stack: str, region: str | None, given: Mapping[str, str], misplaced: Iterable[str] = ()
) -> Settings:
    """Validate configuration as Pulumi hands it over: texts by key, lists as JSON.

    Args:
        stack: Its name.
        region: AWS's, from the provider's configuration.
        given: What is set, by key without the project's name.
        misplaced: Faults of keys under other names than the project's.

    Raises:
        SettingsError: Every fault at once.
    """
    given, faults = _current(given)
    faults += misplaced
    faults += [_unknown(name) for name in given if name not in FIELDS]
    values: dict[str, Any] = {}
    unread = [name for name in given if name in FIELDS]
    for name, value in given.items():
        if name in FIELDS:
            kind = KINDS[FIELDS[name]]
            try:
                values[FIELDS[name]] = kind.parse(value)
                unread.remove(name)
            except MalformedError as error:
                faults.append(f"{PROJECT}:{name} = {value!r}: must be {kind.allowed}; {error}.")
            except ValueError:
                faults.append(f"{PROJECT}:{name} = {value!r}: must be {kind.allowed}.")
    if not re.fullmatch(_REGION, region or ""):
        faults.append(f"aws:region = {region!r}: must be a commercial AWS region, for instance us-east-1.")
    settings = Settings(stack, str(region), **values)
    # A key without a value has its fault; what it comes to beside others cannot be said.
    faults += [
        fault for fault in together(settings) if not any(re.search(rf"\b{name}\b", fault) for name in unread)
    ]
    if faults:
        raise SettingsError("\n  ".join([f"Configuration of stack {stack} cannot be used:", *faults]))
    return settings


def _current(given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Configuration under today's names, and the faults of keys that are set under both."""
    kept = {name: value for name, value in given.items() if name not in RENAMED}
    faults = []
    for old, new in RENAMED.items():
        if kept.get(new) and given.get(old) not in {None, "", kept[new]}:
            faults.append(f"{PROJECT}:{new}: {old}, its old name, has another value. Remove one of the two.")
        elif given.get(old):
            kept[new] = given[old]
    return kept, faults


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, FIELDS, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known keys: {', '.join(sorted(FIELDS))}."
    return f"{PROJECT}:{name}: there is no such key. {hint}"


def load() -> Settings:
    """Read the running program's configuration.

    Raises:
        SettingsError: As `parse` does.
    """
    import pulumi  # noqa: PLC0415 - everything above is pure and needs no engine
    from pulumi.runtime.config import CONFIG, get_config_env  # noqa: PLC0415

    everything = {**get_config_env(), **CONFIG.get()}
    given = {
        name.partition(":")[2]: value for name, value in everything.items() if name.startswith(f"{PROJECT}:")
    }
    for sentence in renamed(given):
        pulumi.log.warn(sentence)
    return read(pulumi.get_stack(), everything)
