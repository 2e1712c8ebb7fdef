"""Arguments of the unit, and their defaults."""

from dataclasses import dataclass, field
from typing import NotRequired, Self, TypedDict

import pulumi

from canary.unit.names import Names
from canary.unit.thresholds import SHEET, Thresholds
from components.database.access import DatabaseConnection
from components.place import Place
from components.rollback.release import checked_shift


class CanaryMigrationArgs(TypedDict):
    """Arguments of `CanaryMigration`. An optional argument that is ``None`` counts as omitted."""

    prefix: str
    """Every physical name starts with it; two units in one stack need two."""
    region: str
    """Where the unit lives, for ARNs of what does not exist yet."""
    account: pulumi.Input[str]
    """The account's number, as above."""
    database: DatabaseConnection
    """Where the Prisma functions read."""
    thresholds: NotRequired[Thresholds | None]
    """Default: the beta sheet's numbers."""
    bake_minutes: NotRequired[int | None]
    """Default 10, two periods of the alarms: how long a ramp's deployment stays under its monitors."""
    poll_interval_s: NotRequired[int | None]
    """Default 15, AppConfig's minimum: how old a flag may be that makes a user a canary."""
    canary_deadline_ms: NotRequired[int | None]
    """Default 1500: how long a canary user waits before the mock answers."""
    shadow_deadline_ms: NotRequired[int | None]
    """Default 2000: nobody waits for a shadow read, but its sandbox is busy."""
    shadow_reserved_concurrency: NotRequired[int | None]
    """Default none: what is reserved is taken from what the account has left."""
    memory_mb: NotRequired[int | None]
    """Default 1024, of each function: below about 1,800 MB a sandbox has part of one CPU."""
    log_retention_days: NotRequired[int | None]
    """Default 90: a ramp to 100 % takes weeks, and its evidence is in the logs."""
    shift: NotRequired[str | None]
    """Default ``linear``, or ``canary``: how CodeDeploy shifts a release."""
    shift_percentage: NotRequired[int | None]
    """Default 10, of a step."""
    shift_interval_minutes: NotRequired[int | None]
    """Default 1, between steps: with 10 % a release takes as long as two periods of the alarms."""
    user_header: NotRequired[str | None]
    """Default ``x-user-id``: who the user is where no authorizer says it."""
    user_claim: NotRequired[str | None]
    """Default ``sub``: the claim of a token that names the user."""
    jwt_issuer: NotRequired[str | None]
    """Default none: the header names the user, so something in front must set it."""
    jwt_audience: NotRequired[list[str] | None]
    """Default none. Audiences of the tokens; an issuer needs at least one."""
    notify_email: NotRequired[str | None]
    """Default none: only who subscribes to the topic by other means is told."""
    notify_url: NotRequired[str | None]
    """Default none, as above; https."""
    protect: NotRequired[bool | None]
    """Default false. True keeps flags, baselines and key from deletion, and logs when all else goes."""
    namespace: NotRequired[str | None]
    """Default ``Huntaze/ReadMigration``, of the metrics; units may share it, functions tell them apart."""
    dashboard_name: NotRequired[str | None]
    """Default ``<prefix>-prisma-migration``."""
    playbook_url: NotRequired[str | None]
    """Default none: the dashboard names the playbook's file; where it can be read, it links there."""
    code: NotRequired[str | None]
    """Default ``build/functions``: the folder of the functions' zips."""


@dataclass(frozen=True)
class Unit:
    """The arguments with all defaults filled in, and the names derived from them.

    `CanaryMigrationArgs` documents each field.
    """

    prefix: str
    region: str
    account: pulumi.Input[str]
    database: DatabaseConnection
    thresholds: Thresholds = field(default_factory=lambda: SHEET)
    bake_minutes: int = 10
    poll_interval_s: int = 15
    canary_deadline_ms: int = 1500
    shadow_deadline_ms: int = 2000
    shadow_reserved_concurrency: int | None = None
    memory_mb: int = 1024
    log_retention_days: int = 90
    shift: str = "linear"
    shift_percentage: int = 10
    shift_interval_minutes: int = 1
    user_header: str = "x-user-id"
    user_claim: str = "sub"
    jwt_issuer: str | None = None
    jwt_audience: list[str] = field(default_factory=list)
    notify_email: str | None = None
    notify_url: str | None = None
    protect: bool = False
    namespace: str = "Huntaze/ReadMigration"
    dashboard_name: str = ""
    playbook_url: str = ""
    code: str = "build/functions"

    @classmethod
    def of(cls, args: CanaryMigrationArgs) -> Self:
        """Fill in the defaults.

        Raises:
            ValueError: ``shift`` is neither ``linear`` nor ``canary``.
        """
        unit = cls(**{name: value for name, value in args.items() if value is not None})  # type: ignore[arg-type]
        checked_shift(unit.shift)
        return unit

    @property
    def names(self) -> Names:
        """Physical names of the unit's resources."""
        return Names(self.prefix)

    @property
    def at(self) -> Place:
        """Region and account, for building ARNs."""
        return Place(self.region, self.account)

    @property
    def dashboard(self) -> str:
        """Name of the dashboard: the one given, otherwise the one derived from the prefix."""
        return self.dashboard_name or self.names.dashboard

    def zip_of(self, bundle: str) -> str:
        """Path of the zip of a function's package."""
        return f"{self.code}/{bundle}.zip"
