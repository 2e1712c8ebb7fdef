"""Everything a run left behind; claims are judged on this and nothing else."""

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
    """An AppConfig deployment as AppConfig lists it; times are wall clock seconds.

    Attributes:
        triggered_by: Who brought about the events in its log, such as ``CLOUDWATCH_ALARM``.
    """

    number: int
    state: str
    started: float
    completed: float | None
    content: dict[str, Any]
    triggered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition:
    """An alarm changing state."""

    alarm: str
    at: float
    state: str
    reason: str


@dataclass(frozen=True)
class Traces:
    """What the X-Ray API answers for the run."""

    mock: int
    prisma: int
    canary_errors: int
    joined: int
    functions: tuple[str, ...]


@dataclass
class EngineEvidence:
    """What the Pulumi engine did."""

    created: int = 0
    packs: dict[str, str] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    changed_on_second_up: int = -1
    changed: list[str] = field(default_factory=list)
    left_after_destroy: list[str] | None = None


@dataclass
class Evidence:
    """All of it.

    Attributes:
        done: Wall clock at which each step had been done.
        ended: Wall clock at which the scenario was over.
        noted: What steps had to say, by their names.
        aliases: The version that users got after each step.
        decisions: Wall clock at which the guard said NO-GO.
        releases: CodeDeploy's deployments, oldest first, automatic rollbacks left out.
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
