"""Tests whether the guard could do its work now: tries every call it has to make, changing nothing.

Everything that the guard reads is read. Stopping is tried on an AppConfig deployment that does not exist:
only a role that may stop deployments is told that it does not exist. Calls with an effect (deploying, moving
the alias, latching, telling people) are listed as not tried. Whether the role may make them is a question for
IAM, which `canary ready` asks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.alarm_states import states
from canary.unit.latch.latch import Latches
from canary.unit.metrics.counts import IncompleteError, read_counts
from canary.unit.metrics.unmeasured import unmeasured
from canary.unit.patience import code
from canary.unit.release import take_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.unit.act.act import World
    from canary.unit.flags.environment import FlagEnvironment

WINDOW = timedelta(minutes=5)
NO_SUCH_NUMBER = 999_999_999
NOT_TRIED = (
    "appconfig:CreateHostedConfigurationVersion",
    "appconfig:StartDeployment",
    "codedeploy:StopDeployment",
    "lambda:UpdateAlias",
    "sns:Publish",
    "ssm:PutParameter",
)
_ABSENT = {"ResourceNotFoundException", "BadRequestException"}


@dataclass(frozen=True)
class Tried:
    """One thing that the guard has to be able to do.

    Attributes:
        what: IAM actions, or what is looked at.
        on: What the actions are tried on.
        ok: Whether it went well.
        detail: What was wrong; empty if it went well.
    """

    what: str
    on: str
    ok: bool
    detail: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)


def self_test(world: World) -> dict[str, Any]:
    """Try everything; ``ok`` is true only if all of it went well."""
    tried = [_try(*one) for one in _attempts(world)]
    return {
        "ok": all(one.ok for one in tried),
        "tried": [one.as_dict() for one in tried],
        "notTried": list(NOT_TRIED),
    }


def _attempts(world: World) -> list[tuple[str, str, Callable[[], object]]]:
    settings, clients = world.settings, world.clients
    now = datetime.fromtimestamp(world.now(), UTC)
    alarms = settings.rollback_alarms

    def latch() -> object:
        return Latches(clients.ssm, settings.latch_parameter).read()

    def told() -> object:
        return Latches(clients.ssm, settings.told_parameter).read()

    def counted() -> object:
        where = (settings.metrics_namespace, settings.function_name)
        read_counts(clients.cloudwatch, *where, now - WINDOW, now)
        return unmeasured(settings, clients, now - WINDOW, now)

    return [
        *_flags("ramp", ramp_environment(settings, clients)),
        *_flags("kill", kill_environment(settings, clients)),
        ("ssm:GetParameter", settings.latch_parameter, latch),
        ("ssm:GetParameter", settings.told_parameter, told),
        (
            "cloudwatch:DescribeAlarms",
            ", ".join(alarms),
            lambda: _all_there(states(clients.cloudwatch, alarms)),
        ),
        ("cloudwatch:GetMetricData", settings.function_name, counted),
        ("lambda:GetAlias", settings.function_name, lambda: take_back.read_alias(settings, clients)),
        (
            "codedeploy:ListDeployments, codedeploy:GetDeployment",
            settings.codedeploy_group,
            lambda: take_back.newest(settings, clients),
        ),
    ]


def _flags(name: str, environment: FlagEnvironment) -> list[tuple[str, str, Callable[[], object]]]:
    def documents() -> object:
        newest = next(iter(environment.deployments()), None)
        if newest is None:
            raise LookupError("nothing was ever deployed: `pulumi up` deploys a safe baseline")
        return environment.document(newest.version)

    return [
        ("appconfig:StartConfigurationSession, appconfig:GetLatestConfiguration", name, environment.served),
        ("appconfig:ListDeployments, appconfig:GetHostedConfigurationVersion", name, documents),
        (
            "appconfig:StopDeployment",
            name,
            lambda: _refused_as_absent(lambda: environment.stop(NO_SUCH_NUMBER, revert=False)),
        ),
    ]


def _all_there(found: dict[str, str]) -> None:
    if missing := [name for name, state in found.items() if state == "MISSING"]:
        raise LookupError(f"no such alarm: {', '.join(missing)}")


def _refused_as_absent(call: Callable[[], object]) -> None:
    """Accept only an answer that the thing does not exist, which a role gets only if it may ask."""
    try:
        call()
    except ClientError as error:
        if code(error) not in _ABSENT:
            raise


def _try(what: str, on: str, call: Callable[[], object]) -> Tried:
    try:
        call()
    except (ClientError, BotoCoreError, OSError, LookupError, ValueError, IncompleteError) as error:
        return Tried(what, on, ok=False, detail=f"{code(error) or type(error).__name__}: {error}")
    return Tried(what, on, ok=True)
