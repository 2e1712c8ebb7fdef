"""Takes a bad release of the entry function back. The alias moves only if the release's own code is at fault.

A failing database moves no code. The function is at fault if requests that never left for Prisma fail, or if
invocations end in an error of Lambda's own, such as a handler that cannot start or runs out of time. Both
rates are judged by the same sequential test as everything else, since the release began.

The steps are then: call StopDeployment with automatic rollback, follow the deployment that this creates, and
read the alias. Only if the alias is still wrong is it moved by hand. That call has an *empty* routing
configuration and the revision that was read, so that it overwrites no one's newer change.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html,
https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.unit import app_spec, service_clock
from canary.unit.act.outcome import Outcome, Status
from canary.unit.metrics.counts import LAMBDA, Query, Window, read_counts
from canary.unit.patience import FAULTS, code
from canary.verdict import Thresholds
from canary.verdict.rate_test import ALPHA_TOO_HIGH, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from canary.unit.clients import Clients
    from canary.unit.patience import Patience
    from canary.unit.settings import Settings

RECENT = timedelta(hours=1)
"""A release that ended longer ago than this is not the cause of something that has just begun to fail."""
RUNNING = {"Created", "Queued", "InProgress", "Baking", "Ready"}


@dataclass(frozen=True)
class Release:
    """The newest CodeDeploy deployment of the group.

    Attributes:
        identifier: Id of the deployment.
        status: Status of the deployment, in CodeDeploy's words.
        began: When the deployment was created.
        ended: When it ended; ``None`` if it has not.
        rollback: Id of the deployment that takes it back, if CodeDeploy has created one.
        info: Everything that GetDeployment says about it.
        seen: When GetDeployment said it, by CodeDeploy's clock; ``None`` if unknown.
    """

    identifier: str
    status: str
    began: datetime
    ended: datetime | None
    rollback: str | None
    info: Mapping[str, Any]
    seen: datetime | None = None


@dataclass(frozen=True)
class Alias:
    """The alias at one moment.

    Attributes:
        version: Version that the alias points to.
        weights: Additional versions with their share of the traffic.
        revision: Revision of the alias, by which an update detects a newer change.
    """

    version: str
    weights: dict[str, float]
    revision: str

    def only(self, version: str) -> bool:
        """Whether all traffic goes to this version."""
        return self.version == version and not self.weights


def concerns(release: Release | None, now: datetime) -> bool:
    """Whether a release is in progress, or ended recently enough to be the cause."""
    if release is None:
        return False
    return release.status in RUNNING or release.ended is None or now - release.ended < RECENT


def take_back(settings: Settings, clients: Clients, patience: Patience, now: Callable[[], float]) -> Outcome:
    """Move the alias back to the version before a bad release. Does nothing if there is no bad release."""
    release = newest(settings, clients)
    moment = (release and release.seen) or datetime.fromtimestamp(now(), UTC)
    if release is None or not concerns(release, moment):
        return Outcome(Status.NOT_NEEDED, "no release is in progress or recent")
    spec = _spec(clients, release)
    if spec is not None and (spec.function.rpartition(":")[2], spec.alias) != _ours(settings):
        return Outcome(
            Status.NOT_NEEDED, f"release {release.identifier} moves {spec.function}:{spec.alias}, not ours"
        )
    if not _function_at_fault(settings, clients, release, moment):
        return Outcome(
            Status.NOT_NEEDED, f"release {release.identifier} is not at fault: the function answers"
        )
    pauses = patience.pauses()
    while release.status in RUNNING or _rolling_back(clients, release):
        if release.status in RUNNING:
            _stop(clients, release)
        if not pauses.take():
            return Outcome(Status.WAITING, f"CodeDeploy is taking {release.identifier} back")
        release = _read(clients, release.identifier)
    # If the AppSpec could not be read before, it is read again. If that fails too, the step fails.
    return _moved_back(settings, clients, spec or app_spec.of_deployment(clients.codedeploy, release.info))


def _moved_back(settings: Settings, clients: Clients, spec: app_spec.AppSpec) -> Outcome:
    before = spec.before
    alias = read_alias(settings, clients)
    if alias.only(before):
        return Outcome(Status.DONE, f"the alias is at version {before}")
    clients.lambda_.update_alias(
        FunctionName=settings.function_name,
        Name=settings.alias_name,
        FunctionVersion=before,
        RoutingConfig={"AdditionalVersionWeights": {}},
        RevisionId=alias.revision,
    )
    if read_alias(settings, clients).only(before):
        return Outcome(Status.DONE, f"the alias was moved to version {before}")
    return Outcome(Status.WAITING, "the alias does not show the move yet")


def newest(settings: Settings, clients: Clients) -> Release | None:
    """Find the newest of the group's latest deployments that is not a rollback of another one."""
    identifiers = clients.codedeploy.list_deployments(
        applicationName=settings.codedeploy_application, deploymentGroupName=settings.codedeploy_group
    )["deployments"]
    answers = [clients.codedeploy.get_deployment(deploymentId=one) for one in identifiers[:10]]
    own = [one for one in answers if one["deploymentInfo"].get("creator") != "codeDeployRollback"]
    if not own:
        return None
    return _release(max(own, key=lambda one: one["deploymentInfo"]["createTime"]))


def read_alias(settings: Settings, clients: Clients) -> Alias:
    """Read the alias from Lambda."""
    answer = clients.lambda_.get_alias(FunctionName=settings.function_name, Name=settings.alias_name)
    weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return Alias(answer["FunctionVersion"], dict(weights), answer["RevisionId"])


def _read(clients: Clients, identifier: str) -> Release:
    return _release(clients.codedeploy.get_deployment(deploymentId=identifier))


def _spec(clients: Clients, release: Release) -> app_spec.AppSpec | None:
    """Find which alias a release moves; ``None`` if that cannot be read. It may then be ours."""
    try:
        return app_spec.of_deployment(clients.codedeploy, release.info)
    except (*FAULTS, app_spec.UnreadableError):
        return None


def _ours(settings: Settings) -> tuple[str, str]:
    return settings.function_name, settings.alias_name


def _release(answer: Mapping[str, Any]) -> Release:
    info = answer["deploymentInfo"]
    return Release(
        info["deploymentId"],
        info["status"],
        info["createTime"],
        info.get("completeTime"),
        (info.get("rollbackInfo") or {}).get("rollbackDeploymentId"),
        info,
        service_clock.moment(answer),
    )


def _function_at_fault(settings: Settings, clients: Clients, release: Release, now: datetime) -> bool:
    limits = Thresholds.from_settings(settings.thresholds)
    window = (settings.function_name, release.began, now)
    counts = read_counts(clients.cloudwatch, settings.metrics_namespace, *window, limits)
    # A fallback hides the canary's errors from Lambda's metrics, so these count only the function's own.
    own = Window(clients.cloudwatch, LAMBDA, *window).read(
        {"invocations": Query("Invocations", None), "errors": Query("Errors", None)}
    )
    tried = (
        (counts.requests - counts.canary_requests, counts.errors - counts.canary_errors),
        (round(sum(own["invocations"].values())), round(sum(own["errors"].values()))),
    )
    return any(
        weigh(max(n, k), k, limits.error_rate / 100, "above", ALPHA_TOO_HIGH).decided for n, k in tried
    )


def _rolling_back(clients: Clients, release: Release) -> bool:
    if release.rollback is None:
        return False
    info = clients.codedeploy.get_deployment(deploymentId=release.rollback)["deploymentInfo"]
    return info["status"] in RUNNING


def _stop(clients: Clients, release: Release) -> None:
    try:
        clients.codedeploy.stop_deployment(deploymentId=release.identifier, autoRollbackEnabled=True)
    except ClientError as error:
        # The deployment ended, or someone stopped it, between the look and the call. The next look will tell.
        if code(error) != "DeploymentAlreadyCompletedException":
            raise
