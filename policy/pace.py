"""How fast an AppConfig deployment goes out, and how long its monitors watch it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parts import strategies
from values import UNKNOWN

if TYPE_CHECKING:
    from graph import Resource, Stack


@dataclass(frozen=True)
class Pace:
    """Pace of a deployment strategy.

    Attributes:
        name: Name for messages.
        growth: Percentage of clients that each step adds.
        minutes: Length of the roll-out in minutes; ``None`` if unset.
        bake: Minutes under the monitors afterwards; 0 if unset.
    """

    name: str
    growth: Any
    minutes: Any
    bake: Any

    @property
    def known(self) -> bool:
        """Whether all numbers are known."""
        return UNKNOWN not in (self.growth, self.minutes, self.bake)


PREDEFINED = {
    "AppConfig.AllAtOnce": Pace("strategy AppConfig.AllAtOnce", 100, 0, 10),
    "AppConfig.Canary10Percent20Minutes": Pace("strategy AppConfig.Canary10Percent20Minutes", 10, 20, 10),
    "AppConfig.Linear20PercentEvery6Minutes": Pace(
        "strategy AppConfig.Linear20PercentEvery6Minutes", 20, 30, 30
    ),
    "AppConfig.Linear50PercentEvery30Seconds": Pace(
        "strategy AppConfig.Linear50PercentEvery30Seconds", 50, 1, 1
    ),
}
"""https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-deployment-strategy-predefined.html"""


def pace(stack: Stack, deployment: Resource) -> Pace | None:
    """Return a deployment's pace, or None if its strategy is neither the stack's own nor AWS's."""
    for strategy in strategies(stack, deployment):
        bake = strategy.get("finalBakeTimeInMinutes")
        return Pace(
            f"strategy '{strategy.name}'",
            strategy.get("growthFactor"),
            strategy.get("deploymentDurationInMinutes"),
            0 if bake is None else bake,
        )
    given = deployment.get("deploymentStrategyId")
    return PREDEFINED.get(given) if isinstance(given, str) else None
