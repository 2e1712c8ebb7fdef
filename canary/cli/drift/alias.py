"""Aliases that somebody moved by hand, told from the weights that CodeDeploy is setting.

Of the entry function, CodeDeploy's deployments say where the alias has to be: while one runs, between the two
versions of its AppSpec; after one that succeeded at its target, after one that was taken back where it came
from. Of the other functions nobody sets weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.cli import versions
from canary.cli.drift.found import Drift
from canary.unit import app_spec
from canary.unit.release.take_back import RUNNING, read_alias

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.app_spec import AppSpec
    from canary.unit.release.take_back import Alias

UNWATCHED = "A version that no release brought takes traffic, and no alarm would take it back."


def aliases(clients: Clients, target: Target) -> list[Drift]:
    """Aliases that are not where deployments left them."""
    return [*_entry(clients, target), *_others(clients, target)]


def _entry(clients: Clients, target: Target) -> list[Drift]:
    alias = read_alias(target.settings(), clients)
    name = f"{target.mock_function}:{target.alias}"
    infos = versions.releases(versions.deployments(clients, target))
    if not infos:
        # The stack made it and nothing was ever released: any version may be the first.
        return [_moved(name, alias, "nothing was ever released", alias.version)] if alias.weights else []
    newest = infos[0]
    spec = app_spec.of_deployment(clients.codedeploy, newest)
    said = f"release {newest['deploymentId']} is {newest['status']}"
    if newest["status"] in RUNNING or _taking_back(clients, newest):
        return [] if _shifting(alias, spec) else [_moved(name, alias, said, spec.before)]
    expected = spec.after if newest["status"] == "Succeeded" else spec.before
    return [] if alias.only(expected) else [_moved(name, alias, said, expected)]


def _taking_back(clients: Clients, info: dict[str, Any]) -> bool:
    rollback = (info.get("rollbackInfo") or {}).get("rollbackDeploymentId")
    if rollback is None:
        return False
    status = clients.codedeploy.get_deployment(deploymentId=rollback)["deploymentInfo"]["status"]
    return status in RUNNING


def _shifting(alias: Alias, spec: AppSpec) -> bool:
    """Whether an alias is somewhere on the way from one version to the other."""
    return {alias.version, *alias.weights} <= {spec.before, spec.after}


def _moved(name: str, alias: Alias, said: str, expected: str) -> Drift:
    function, _, qualifier = name.partition(":")
    where = f"version {alias.version}" + (f" with {alias.weights}" if alias.weights else "")
    return Drift(
        name,
        f"{name} is at {where}, moved by hand: {said}, which leaves it at version {expected}.",
        UNWATCHED,
        f"`aws lambda update-alias --function-name {function} --name {qualifier} --function-version "
        f"{expected} --routing-config AdditionalVersionWeights={{}}`, then release by `canary release`.",
    )


def _others(clients: Clients, target: Target) -> list[Drift]:
    found = []
    for function in (target.prisma_function, target.shadow_function, target.guard_function):
        answer = clients.lambda_.get_alias(FunctionName=function, Name=target.alias)
        weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        if weights:
            name, version = f"{function}:{target.alias}", answer["FunctionVersion"]
            found.append(
                Drift(
                    name,
                    f"{name} is split between {version} and {weights}, by hand: no release splits it.",
                    "Answers depend on which version is asked.",
                    f"`aws lambda update-alias --function-name {function} --name {target.alias} "
                    f"--function-version {version} --routing-config AdditionalVersionWeights={{}}`.",
                )
            )
    return found
