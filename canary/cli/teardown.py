"""`teardown`: remove what deployments left outside the stack's state, so that `pulumi destroy` succeeds.

AppConfig does not delete a profile that holds hosted versions, nor an environment with a deployment in
progress: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-cleanup.html. What the stack made
itself, its safe baselines, is left to the stack.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli.errors import OpsError
from canary.cli.operating import quiet, waiting
from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.act.telling import People
from canary.unit.flags.environment import IN_PROGRESS
from canary.unit.latch.latch import Latches
from canary.unit.patience import code, passing

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.flags.environment import FlagEnvironment
    from canary.unit.patience import Patience

BASELINE = "Safe baseline"
"""Description of the stack's own deployments."""
WAIT_S = 300.0


@dataclass(frozen=True)
class TornDown:
    """What was removed."""

    versions: dict[str, list[int]]
    stopped: list[int]
    latch: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def teardown(
    clients: Clients, target: Target, *, wait_s: float = WAIT_S, say: Callable[[str], None] = quiet
) -> TornDown:
    """Remove deployments' leavings. Safe to repeat.

    Args:
        clients: Of the account.
        target: The unit; it may be partly destroyed already.
        wait_s: How long to wait for deployments to end.
        say: Told what happens.

    Raises:
        OpsError: A deployment does not end.
    """
    settings = target.settings()
    patience = waiting(wait_s)
    places = {
        "ramp": (ramp_environment(settings, clients), target.ramp_environment_id, target.flag_profile_id),
        "kill": (kill_environment(settings, clients), target.kill_environment_id, target.kill_profile_id),
    }
    stopped: list[int] = []
    versions: dict[str, list[int]] = {}
    for name, (environment, environment_id, profile_id) in places.items():
        stopped += _end_deployments(environment, patience, say)
        kept = _baselines(clients, target, environment, environment_id)
        versions[name] = _remove_versions(clients, target, profile_id, kept)
        say(f"{name}: removed hosted versions {versions[name] or 'none'}.")
    latch = Latches(clients.ssm, target.latch_parameter).clear()
    People(clients, target.topic_arn, settings.told_parameter, lambda: 0.0).forget()
    return TornDown(versions, stopped, latch)


def _end_deployments(
    environment: FlagEnvironment, patience: Patience, say: Callable[[str], None]
) -> list[int]:
    stopped: list[int] = []
    pauses = patience.pauses()
    while running := [found for found in _deployments(environment) if found.state in IN_PROGRESS]:
        newest = running[0]
        if newest.number not in stopped and newest.state in {"DEPLOYING", "BAKING"}:
            say(f"Stopping deployment {newest.number}.")
            try:
                environment.stop(newest.number, revert=newest.state == "BAKING")
                stopped.append(newest.number)
            except ClientError as error:
                if not passing(error) and code(error) != "BadRequestException":
                    raise
        if not pauses.take():
            raise OpsError(
                f"Deployment {newest.number} is still {newest.state}. Try again when it has ended."
            )
    return stopped


def _deployments(environment: FlagEnvironment) -> list[Any]:
    try:
        return environment.deployments()
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return []
        raise


def _baselines(
    clients: Clients, target: Target, environment: FlagEnvironment, environment_id: str
) -> set[int]:
    """Hosted versions that the stack deployed itself."""
    kept = set()
    for deployment in _deployments(environment):
        answer = clients.appconfig.get_deployment(
            ApplicationId=target.appconfig_application_id,
            EnvironmentId=environment_id,
            DeploymentNumber=deployment.number,
        )
        if answer.get("Description") == BASELINE:
            kept.add(int(answer["ConfigurationVersion"]))
    return kept


def _remove_versions(clients: Clients, target: Target, profile_id: str, kept: set[int]) -> list[int]:
    where = {"ApplicationId": target.appconfig_application_id, "ConfigurationProfileId": profile_id}
    try:
        pages = list(clients.appconfig.get_paginator("list_hosted_configuration_versions").paginate(**where))
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return []
        raise
    numbers = sorted(int(item["VersionNumber"]) for page in pages for item in page["Items"])
    gone = [number for number in numbers if number not in kept]
    for number in gone:
        clients.appconfig.delete_hosted_configuration_version(**where, VersionNumber=number)
    return gone
