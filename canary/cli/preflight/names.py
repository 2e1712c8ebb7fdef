"""Every physical name that a stack's first `pulumi up` takes, and what AWS does where one is there already.

The names are those of `canary/unit/names.py` and of the components. Importing these loads Pulumi's SDK, 2.6 s
of a processor, which an operator's command does not wait for. So they are listed here once more, and a test
holds the list against the captured previews of beta and prod, resource by resource (ADR 0041).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

GUARD_NAME, CHECK_NAME = "rollback-guard", "release"
FUNCTIONS = ("mock-read", "prisma-read", "prisma-read-shadow", "prisma-migrate", GUARD_NAME)
QUERIES = (
    "1-errors-per-minute",
    "2-p95-mock-vs-canary",
    "3-shadow-diffs-with-rate",
    "4-shadow-diffs-by-path",
    "5-slowest-canary-requests",
    "6-one-users-requests",
    "7-flag-changes-as-seen",
    "8-cold-starts",
)
GROUPS = ("clients", "instance", "migrations", "proxy", "secrets")
POSTGRES = "postgres17"


class Then(StrEnum):
    """What comes of a name that is there already."""

    REFUSED = "AWS refuses a second one, and `pulumi up` stops half-way"
    OVERWRITTEN = "`pulumi up` overwrites it without a word"
    SHARED = "`pulumi up` takes it over: what others have subscribed hears of this unit"
    TWICE = "AWS makes a second one of the same name, and who looks by name finds either"
    LEFT = "it is an earlier unit's, and this one obeys it"


@dataclass(frozen=True)
class Physical:
    """A name.

    Attributes:
        token: Pulumi's type of the resource; empty for what no stack makes.
        then: What comes of it where it is there already.
    """

    token: str
    name: str
    then: Then


@dataclass(frozen=True)
class Named:
    """What of a stack's configuration makes names; defaults are those of ``Pulumi.yaml``.

    Attributes:
        database: Whether the stack makes its own.
    """

    prefix: str
    error_rate: float = 2
    p95_investigate: float = 130
    shift: str = "linear"
    shift_percentage: int = 10
    shift_minutes: int = 1
    database: bool = True


def physical(unit: Named) -> tuple[Physical, ...]:
    """All names of a unit."""
    return (*_functions(unit), *_alarms(unit), *_besides(unit), *(_database(unit) if unit.database else ()))


def _functions(unit: Named) -> tuple[Physical, ...]:
    names = [f"{unit.prefix}-{name}" for name in FUNCTIONS] + [f"CodeDeployHook_{unit.prefix}-{CHECK_NAME}"]
    roles = [f"{name}-role" for name in names]
    roles += [f"{unit.prefix}-{name}" for name in ("guard-clock", "flag-monitor", "codedeploy")]
    return (
        *_all("aws:lambda/function:Function", names),
        *_all("aws:cloudwatch/logGroup:LogGroup", [f"/aws/lambda/{name}" for name in names]),
        *_all("aws:iam/role:Role", roles),
    )


def _alarms(unit: Named) -> tuple[Physical, ...]:
    names = (
        f"lambda-error-rate-gt-{unit.error_rate:g}pct",
        f"canary-error-rate-gt-{unit.error_rate:g}pct",
        f"canary-p95-gt-{unit.p95_investigate:g}pct",
        "shadow-loss",
        "guard-silent",
        "guard-cannot-judge",
    )
    return _all("aws:cloudwatch/metricAlarm:MetricAlarm", _with(unit, names), Then.OVERWRITTEN)


def _besides(unit: Named) -> tuple[Physical, ...]:
    latch = f"/{unit.prefix}/read-migration/rollback-latch"
    shift = f"{unit.shift}-{unit.shift_percentage}pct-{unit.shift_minutes}min"
    strategies = _with(unit, ("kill", "ramp"))
    queries = [f"{unit.prefix}/{query}" for query in QUERIES]
    return (
        *_all("aws:cloudwatch/dashboard:Dashboard", _with(unit, ("prisma-migration",)), Then.OVERWRITTEN),
        *_all("aws:sns/topic:Topic", _with(unit, ("rollback",)), Then.SHARED),
        *_all("aws:codedeploy/application:Application", _with(unit, ("read-migration",))),
        *_all("aws:codedeploy/deploymentConfig:DeploymentConfig", _with(unit, (shift,))),
        *_all("aws:scheduler/schedule:Schedule", _with(unit, ("guard-every-minute",))),
        *_all("aws:appconfig/application:Application", _with(unit, ("read-migration",)), Then.TWICE),
        *_all("aws:appconfig/deploymentStrategy:DeploymentStrategy", strategies, Then.TWICE),
        *_all("aws:apigatewayv2/api:Api", _with(unit, ("read",)), Then.TWICE),
        *_all("aws:cloudwatch/queryDefinition:QueryDefinition", queries, Then.TWICE),
        *_all("", (latch, f"{latch}-told"), Then.LEFT),
    )


def _database(unit: Named) -> tuple[Physical, ...]:
    (name,) = _with(unit, ("database",))
    return (
        *_all("aws:rds/instance:Instance", (name,)),
        *_all("aws:rds/subnetGroup:SubnetGroup", (name,)),
        *_all("aws:rds/proxy:Proxy", (name,)),
        *_all("aws:rds/parameterGroup:ParameterGroup", _with(unit, (POSTGRES,))),
        *_all("aws:iam/role:Role", (f"{name}-proxy",)),
        *_all("aws:ec2/securityGroup:SecurityGroup", [f"{name}-{group}" for group in GROUPS]),
    )


def _with(unit: Named, ends: tuple[str, ...]) -> list[str]:
    return [f"{unit.prefix}-{end}" for end in ends]


def _all(token: str, names: list[str] | tuple[str, ...], then: Then = Then.REFUSED) -> tuple[Physical, ...]:
    return tuple(Physical(token, name, then) for name in names)
