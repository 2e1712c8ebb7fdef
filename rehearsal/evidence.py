"""Everything that a run left behind; claims are judged on this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from canary.verdict import Verdict
    from rehearsal.ledger import Ledger
    from rehearsal.log_lines import Lines
    from rehearsal.timeline import Clock, Scenario


@dataclass(frozen=True)
class Deployment:
    """An AppConfig deployment as AppConfig lists it. Times are wall clock seconds.

    Attributes:
        number: Number of the deployment.
        state: AppConfig's state of the deployment.
        started: When it started.
        completed: When it was complete or had been rolled back; None while it goes on.
        content: The flag values that it deployed.
        triggered_by: Who triggered the events in its log, such as ``CLOUDWATCH_ALARM``.
    """

    number: int
    state: str
    started: float
    completed: float | None
    content: dict[str, Any]
    triggered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition:
    """A state change of an alarm; `at` is wall clock seconds."""

    alarm: str
    at: float
    state: str
    reason: str


@dataclass(frozen=True)
class Traces:
    """What the X-Ray API returned for the run.

    Attributes:
        mock: Number of traces of the mock path.
        prisma: Number of traces of the canary path.
        canary_errors: Number of traces with a canary error.
        joined: Number of inspected traces with segments of more than one function.
        functions: Names of the functions in the inspected traces.
    """

    mock: int
    prisma: int
    canary_errors: int
    joined: int
    functions: tuple[str, ...]


@dataclass
class EngineEvidence:
    """What the Pulumi engine did.

    Attributes:
        created: Number of resources that the first `up` created.
        packs: Policy packs that were enforced, with their versions.
        violations: Violations of mandatory policies.
        changed_on_second_up: Number of resources that the second `up` changed; -1 before it ran.
        changed: What the second `up` changed.
        left_after_destroy: What still existed after the destruction; None before it.
    """

    created: int = 0
    packs: dict[str, str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    changed_on_second_up: int = -1
    changed: list[str] = field(default_factory=list)
    left_after_destroy: list[str] | None = None


@dataclass
class Evidence:
    """The complete evidence of a run.

    Attributes:
        done: Wall clock time at which each step was done.
        ended: Wall clock time at which the scenario was over.
        noted: What each step recorded, by the step's name.
        aliases: The version that users got after each step.
        decisions: Wall clock times at which the guard decided NO-GO.
        releases: CodeDeploy deployments, oldest first, without automatic rollbacks.
    """

    scenario: Scenario
    clock: Clock
    done: Mapping[str, float]
    ended: float
    noted: Mapping[str, Any]
    aliases: Mapping[str, str]
    ledger: Ledger
    lines: Lines
    sums: Mapping[str, float]
    transitions: list[Transition]
    ramp: list[Deployment]
    kill: list[Deployment]
    decisions: list[float]
    releases: list[dict[str, Any]]
    alias_before: str
    alias_after: str
    traces: Traces
    verdict: Verdict | None
    engine: EngineEvidence
    configured_percent: float
    peak_memory_mb: float
    told: list[dict[str, Any]]
    left_behind: list[str] | None = None
