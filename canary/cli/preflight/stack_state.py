"""What a stack's state holds already, by type and name: only Pulumi knows of what bears no tags."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError
from canary.cli.small_file import json_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Held = frozenset[tuple[str, str]]
NAMES = ("name", "dashboardName", "deploymentConfigName", "identifier")
"""Inputs in which the resources that we make have their names."""


def held(stack: str, folder: str) -> Held:
    """Types and names of what is in a stack's state; empty before its first `pulumi up`.

    Args:
        stack: Its name.
        folder: Of ``Pulumi.yaml``.

    Raises:
        OpsError: Pulumi is not there, or knows no such stack.
    """
    command = ["pulumi", "stack", "export", "--stack", stack]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OpsError(f"`{' '.join(command)}` could not be run: {error}") from error
    if done.returncode:
        raise OpsError(f"`{' '.join(command)}` failed: {' '.join(done.stderr.split())}")
    state = json_of(done.stdout, f"What `{' '.join(command)}` printed")
    deployment = state.get("deployment")
    resources = deployment.get("resources") if isinstance(deployment, dict) else None
    return frozenset(_named(resources if isinstance(resources, list) else ()))


def _named(resources: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for resource in resources:
        inputs = resource.get("inputs") if isinstance(resource, dict) else None
        if isinstance(inputs, dict):
            for key in NAMES:
                if isinstance(inputs.get(key), str):
                    yield str(resource.get("type")), inputs[key]
