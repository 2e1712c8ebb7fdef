"""Versions of a unit's functions, and the deployments that move the entry function's alias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from canary.unit.release.take_back import RUNNING

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target

ROLLBACK = "codeDeployRollback"
"""Creator of the deployments by which CodeDeploy takes others back."""
LOOKED_BACK = 50
"""Newest deployments that are looked at; a group keeps all it ever had."""


def versions(clients: Clients, function: str) -> list[str]:
    """Published versions, oldest first."""
    pages = clients.lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=function)
    found = [item["Version"] for page in pages for item in page["Versions"]]
    return sorted((version for version in found if version.isdigit()), key=int)


def deployments(clients: Clients, target: Target) -> list[dict[str, Any]]:
    """The group's newest deployments as GetDeployment shows them, newest first, rollbacks included."""
    pages = clients.codedeploy.get_paginator("list_deployments").paginate(
        applicationName=target.codedeploy_application, deploymentGroupName=target.codedeploy_group
    )
    identifiers = [identifier for page in pages for identifier in page["deployments"]][:LOOKED_BACK]
    infos = [
        clients.codedeploy.get_deployment(deploymentId=identifier)["deploymentInfo"]
        for identifier in identifiers
    ]
    return sorted(infos, key=lambda info: info["createTime"], reverse=True)


def running(infos: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The deployment that is in progress; a group has at most one."""
    return next((info for info in infos if info["status"] in RUNNING), None)


def releases(infos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that somebody started, without the rollbacks."""
    return [info for info in infos if info.get("creator") != ROLLBACK]
