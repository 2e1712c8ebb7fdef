"""`prune`: delete old versions of the unit's functions, which `pulumi up` only ever adds.

Never one that an alias names or gives a share to, one that a release goes from or to, the one that a release
would be taken back to, or one of the newest. What Lambda keeps of all versions together is 75 GB a region:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.cli import versions
from canary.cli.errors import OpsError
from canary.cli.operating import quiet
from canary.cli.release.plan import check_of
from canary.unit import app_spec
from canary.unit.patience import code
from canary.unit.release.take_back import RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target

KEEP = 5
"""Newest versions of each function that are kept whatever they are: the last ways back."""


@dataclass(frozen=True)
class Pruned:
    """What was deleted, and what was kept for a reason.

    Attributes:
        deleted: Versions by function; in a dry run those that would be.
        kept: Why each of the others was kept, by function and version.
    """

    deleted: dict[str, list[str]]
    kept: dict[str, dict[str, str]]
    dry_run: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for a person."""
        verb = "would delete" if self.dry_run else "deleted"
        shown = []
        for function, gone in self.deleted.items():
            shown.append(f"{function}: {verb} {', '.join(gone) or 'nothing'}")
            shown += [f"  keeps {version}: {why}" for version, why in self.kept[function].items()]
        return shown


def prune(
    clients: Clients,
    target: Target,
    *,
    keep: int = KEEP,
    dry_run: bool = False,
    say: Callable[[str], None] = quiet,
) -> Pruned:
    """Delete old versions. Safe to repeat.

    Args:
        clients: Of the account.
        target: The unit.
        keep: How many of the newest are kept, at least one.
        dry_run: Only look.
        say: Told of each deletion.

    Raises:
        OpsError: ``keep`` is less than 1, or a release is in progress.
    """
    if keep < 1:
        raise OpsError(f"keep = {keep}: must be at least 1, or there would be nothing to go back to.")
    infos = versions.deployments(clients, target)
    if (busy := versions.running(infos)) is not None and not dry_run:
        raise OpsError(f"Release {busy['deploymentId']} is in progress. Prune when it has ended.")
    deleted: dict[str, list[str]] = {}
    kept: dict[str, dict[str, str]] = {}
    for function in _functions(target):
        published = versions.versions(clients, function)
        entry = function == target.mock_function
        reasons = _needed(clients, infos if entry else []) | dict.fromkeys(
            published[-keep:], "one of the newest"
        )
        reasons |= _aliased(clients, function)
        kept[function] = {version: reasons[version] for version in published if version in reasons}
        deleted[function] = [version for version in published if version not in reasons]
        if not dry_run:
            deleted[function] = [
                version for version in deleted[function] if _delete(clients, function, version, say)
            ]
    return Pruned(deleted, kept, dry_run)


def _functions(target: Target) -> tuple[str, ...]:
    return (
        target.mock_function,
        target.prisma_function,
        target.shadow_function,
        target.guard_function,
        check_of(target),
        *([] if target.migrate_function is None else [target.migrate_function]),
    )


def _aliased(clients: Clients, function: str) -> dict[str, str]:
    """Versions that any alias names or gives a share of its traffic to."""
    reasons = {}
    for page in clients.lambda_.get_paginator("list_aliases").paginate(FunctionName=function):
        for alias in page["Aliases"]:
            weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            for version in (alias["FunctionVersion"], *weights):
                reasons[version] = f"live by alias {alias['Name']}"
    return reasons


def _needed(clients: Clients, infos: list[dict[str, Any]]) -> dict[str, str]:
    """Versions of what is deploying, and those that the newest release and the newest good one came from."""
    ways_back = versions.releases(infos)[:1]
    ways_back += [info for info in versions.releases(infos) if info["status"] == "Succeeded"][:1]
    reasons: dict[str, str] = {}
    for info in infos:
        if info not in ways_back and info["status"] not in RUNNING:
            continue
        spec = app_spec.of_deployment(clients.codedeploy, info)
        if info["status"] in RUNNING:
            reasons |= dict.fromkeys((spec.before, spec.after), f"in release {info['deploymentId']}")
        else:
            reasons[spec.before] = f"release {info['deploymentId']} would be taken back to it"
    return reasons


def _delete(clients: Clients, function: str, version: str, say: Callable[[str], None]) -> bool:
    """Delete one version; Lambda itself refuses one that an alias has been given meanwhile."""
    try:
        clients.lambda_.delete_function(FunctionName=function, Qualifier=version)
    except ClientError as error:
        if code(error) != "ResourceConflictException":
            raise
        say(f"{function}: version {version} is in use by now, and stays.")
        return False
    say(f"{function}: version {version} is deleted.")
    return True
