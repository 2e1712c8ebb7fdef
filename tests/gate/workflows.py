"""The CI workflows as data: jobs, steps, and the commands in them."""

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
    """One step of a workflow or action.

    Attributes:
        job: Name of its job; ``action`` for an action's own steps.
        content: Content as in the file.
    """

    file: str
    job: str
    content: dict[str, Any]

    def __str__(self) -> str:
        """File, job, and what the step does."""
        return f"{self.file}: {self.job}: {self.content.get('uses') or self.content.get('run')}"


def document(path: Path) -> dict[str, Any]:
    """Parse a workflow or action."""
    read: dict[Any, Any] = yaml.safe_load(path.read_text())
    # YAML 1.1 reads the word `on` as a boolean.
    return {"on" if key is True else str(key): value for key, value in read.items()}


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    """Return a workflow's jobs by name."""
    found: dict[str, dict[str, Any]] = document(path)["jobs"]
    return found


def of(name: str) -> Path:
    """Return the path of the workflow with that name."""
    return ROOT / ".github" / "workflows" / f"{name}.yml"


def steps() -> list[Step]:
    """Return all steps of all workflows and actions."""
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
    """Return whether a job assumes a role in an AWS account."""
    return any(step.get("uses", "").startswith("aws-actions/") for step in job["steps"])


def commands() -> list[tuple[str, tuple[str, ...]]]:
    """Return the words of each command that a shell runs, for each stack of a matrix, with file and job."""
    found = []
    for step in steps():
        if "run" in step.content:
            for stack in ("beta", "prod"):
                text = step.content["run"].replace("${{ matrix.stack }}", stack)
                words = shlex.split(text.replace("${{ github.sha }}", "0" * 40))
                found.append((f"{step.file}: {step.job}", tuple(words)))
    return list(dict.fromkeys(found))
