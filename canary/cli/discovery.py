"""The unit from its names alone, where there is no Pulumi: the guard knows all of it.

The guard's environment holds what its stack has told it, the rest has names made from the prefix.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli.errors import OpsError
from canary.cli.target import Target
from canary.unit.ids import UnknownNameError, resolved
from canary.unit.patience import code
from canary.unit.settings import SettingsError, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canary.cli.clients import Clients
    from canary.unit.settings import Settings

GUARD, MOCK, PRISMA, SHADOW = "rollback-guard", "mock-read", "prisma-read", "prisma-read-shadow"
MIGRATE = "prisma-migrate"


class AbsentError(OpsError):
    """A function that is not there."""


def from_names(clients: Clients, prefix: str, region: str) -> Target:
    """The unit whose names begin with a prefix.

    Args:
        clients: Of the account and region.
        prefix: Such as ``huntaze``.
        region: Where it is.

    Raises:
        OpsError: There is no such unit, or its guard is not one of this version.
    """
    told = _told(clients, f"{prefix}-{GUARD}", prefix, region)
    settings = _settings(clients, f"{prefix}-{GUARD}", told)
    api = _api(clients, f"{prefix}-read")
    environment = _environment(clients, f"{prefix}-{MOCK}", settings.alias_name)
    return Target(
        region=region,
        prefix=prefix,
        # Which stack it is cannot be told, so it is treated as the one that must be confirmed.
        stack=f"{prefix}-prod",
        api_url=api["ApiEndpoint"],
        api_id=api["ApiId"],
        dashboard_name=told.get("DASHBOARD_NAME", f"{prefix}-prisma-migration"),
        bucket_salt=environment.get("BUCKET_SALT", f"{prefix}/read-migration"),
        user_claim=environment.get("USER_CLAIM", "sub"),
        migrate_function=_migrate(clients, f"{prefix}-{MIGRATE}", settings.alias_name),
        **_functions(clients, prefix, settings.alias_name),
        **_guarded(settings),
    )


def _functions(clients: Clients, prefix: str, alias: str) -> dict[str, Any]:
    """Names of the functions and ARNs of their aliases."""
    parts = {"mock": MOCK, "prisma": PRISMA, "shadow": SHADOW, "guard": GUARD}
    names = {f"{part}_function": f"{prefix}-{name}" for part, name in parts.items()}
    arns = {
        f"{part}_alias_arn": _alias_arn(clients, f"{prefix}-{name}", alias) for part, name in parts.items()
    }
    return {**names, **arns, "alias": alias}


def _guarded(settings: Settings) -> dict[str, Any]:
    """What the guard has been told."""
    return {
        "appconfig_application_id": settings.application,
        "ramp_environment_id": settings.ramp_environment,
        "kill_environment_id": settings.kill_environment,
        "flag_profile_id": settings.flag_profile,
        "kill_profile_id": settings.kill_profile,
        "ramp_strategy_id": settings.ramp_strategy,
        "kill_strategy_id": settings.kill_strategy,
        "latch_parameter": settings.latch_parameter,
        "topic_arn": settings.topic_arn,
        "codedeploy_application": settings.codedeploy_application,
        "codedeploy_group": settings.codedeploy_group,
        "alarms": settings.alarm_names,
        "metrics_namespace": settings.metrics_namespace,
        "thresholds": settings.thresholds,
    }


def _told(clients: Clients, guard: str, prefix: str, region: str) -> dict[str, str]:
    """The guard's environment."""
    try:
        return _environment(clients, guard, "live")
    except AbsentError as error:
        raise OpsError(
            f"There is no function {guard} in {region}: is {prefix!r} the unit's prefix, and this its "
            "region and account?"
        ) from error


def _settings(clients: Clients, guard: str, told: dict[str, str]) -> Settings:
    try:
        return resolved(read(told), clients)
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        raise OpsError(
            f"There is no AppConfig application {told.get('APPCONFIG_APPLICATION', '')}, which {guard} was "
            "given: the unit is not whole. `pulumi up` makes what is missing."
        ) from error
    except (SettingsError, UnknownNameError, json.JSONDecodeError) as error:
        raise OpsError(
            f"{guard} is not set up as this version does it ({error}). Use --stack or --outputs."
        ) from error


def _environment(clients: Clients, function: str, alias: str) -> dict[str, str]:
    with _there(function, alias):
        answer = clients.lambda_.get_function_configuration(FunctionName=function, Qualifier=alias)
    variables: dict[str, str] = answer.get("Environment", {}).get("Variables", {})
    return variables


def _migrate(clients: Clients, function: str, alias: str) -> str | None:
    """The function's name, ``None`` where the unit is of a version that had none."""
    try:
        _alias_arn(clients, function, alias)
    except AbsentError:
        return None
    return function


def _alias_arn(clients: Clients, function: str, alias: str) -> str:
    with _there(function, alias):
        return str(clients.lambda_.get_alias(FunctionName=function, Name=alias)["AliasArn"])


@contextlib.contextmanager
def _there(function: str, alias: str) -> Iterator[None]:
    """Say of a function that is not there that the unit is not whole."""
    try:
        yield
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        raise AbsentError(
            f"There is no function {function} with an alias {alias}: the unit is not whole. "
            "`pulumi up` makes what is missing."
        ) from error


def _api(clients: Clients, name: str) -> dict[str, Any]:
    for page in clients.apigateway.get_paginator("get_apis").paginate():
        for api in page["Items"]:
            if api["Name"] == name:
                return dict(api)
    raise OpsError(f"There is no HTTP API {name}: the unit is not whole. Use --stack or --outputs.")
