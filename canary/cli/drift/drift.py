"""What is not as stack, operators and CodeDeploy left it: found by `canary status`. Only looks.

Each finding says what is so, why that matters, and how to mend it. What AWS does by itself is no drift: the
weights of a release in progress, the version that CodeDeploy or the guard brought back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from canary.cli.drift.alarms import alarms
from canary.cli.drift.alias import aliases
from canary.cli.drift.flags import flags, monitors
from canary.cli.drift.found import Drift
from canary.unit.patience import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target

__all__ = ["Drift", "DriftReport", "drift"]

LOOKS: tuple[tuple[str, Callable[[Clients, Target], list[Drift]]], ...] = (
    ("aliases", aliases),
    ("flags", flags),
    ("alarms", alarms),
    ("monitors", monitors),
)


@dataclass(frozen=True)
class DriftReport:
    """Everything that was found; empty when all is as it was left."""

    findings: tuple[Drift, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"findings": [asdict(one) for one in self.findings]}

    def lines(self) -> list[str]:
        """The same for a person."""
        return [one.line() for one in self.findings]


def drift(clients: Clients, target: Target) -> DriftReport:
    """Look for drift; what cannot be looked at is a finding too."""
    found: list[Drift] = []
    for name, look in LOOKS:
        try:
            found += look(clients, target)
        except (*FAULTS, LookupError, ValueError) as error:
            found.append(
                Drift(
                    name,
                    f"{name} could not be looked at: {error}",
                    "What was not seen may be anything.",
                    "Ask for the permission that is missing, or try again.",
                )
            )
    return DriftReport(tuple(found))
