"""The workflows as data: jobs, steps, and the commands in them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        job: In which job; an action's own steps are in ``action``.
        content: As it stands in the file.
    """

    file: str
    job: str
    content: dict[str, Any]

    def __str__(self) -> str:
        """Where it stands, and what it does."""
        return f"{self.file}: {self.job}: {self.content.get('uses') or self.content.get('run')}"


def document(path: Path) -> dict[str, Any]:
    """A workflow or action as data."""
    read: dict[Any, Any] = yaml.safe_load(path.read_text())
    # To YAML 1.1 the word `on` is a boolean.
    return {"on" if key is True else str(key): value for key, value in read.items()}


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """Jobs of a workflow by name."""
    found: dict[str, dict[str, Any]] = document(path)["jobs"]
    return found


def of(name: str) -> Path:
    """The workflow of that name."""
    return ROOT / ".github" / "workflows" / f"{name}.yml"


def steps() -> list[Step]:
    """All steps of all workflows and actions."""
    found = [
        Step(path.name, name, step)
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        for step in job["steps"]
    ]
    return found + [
        Step(str(path.relative_to(ROOT)), "action", step)
        for path in ACTIONS
        for step in document(path)["runs"]["steps"]
    ]


def assumes_role(job: dict[str, Any]) -> bool:
    """Whether a job has a role in an AWS account."""
    return any(step.get("uses", "").startswith("aws-actions/") for step in job["steps"])


def commands() -> list[tuple[str, tuple[str, ...]]]:
    """Words of each command that a shell runs, once for each stack of a matrix, with where it stands."""
    found = []
    for step in steps():
        if "run" in step.content:
            for stack in ("beta", "prod"):
                text = step.content["run"].replace("${{ matrix.stack }}", stack)
                words = shlex.split(text.replace("${{ github.sha }}", "0" * 40))
                found.append((f"{step.file}: {step.job}", tuple(words)))
    return list(dict.fromkeys(found))
