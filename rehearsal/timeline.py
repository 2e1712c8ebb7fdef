"""The beta's three hours as data: what happens when, and which window a claim is judged on.

All times are cloud seconds from the first request. The local cloud's own loops run faster than the
wall clock by the clock factor; everything a process measures for itself stays real.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3600.0
MINUTE = 60.0

Action = Literal[
    "shadow-on", "seed-difference", "mend-difference", "canary-on", "stop-database", "start-database"
]


@dataclass(frozen=True)
class Phase:
    """A named stretch of the beta."""

    name: str
    start: float
    end: float
    purpose: str


@dataclass(frozen=True)
class Step:
    """One thing done to the system, by an operator or by bad luck."""

    at: float
    action: Action
    says: str


@dataclass(frozen=True)
class Scenario:
    """Phases, and the steps played in them."""

    name: str
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> float:
        """Length of the whole, cloud seconds."""
        return self.phases[-1].end

    def phase_at(self, cloud_s: float) -> Phase:
        """The phase of a moment; the last one for any moment after the end."""
        return next((phase for phase in self.phases if cloud_s < phase.end), self.phases[-1])

    def at(self, action: Action) -> float:
        """When an action happens.

        Raises:
            KeyError: The scenario has no such step.
        """
        for step in self.steps:
            if step.action == action:
                return step.at
        raise KeyError(action)


BETA = Scenario(
    name="beta",
    phases=(
        Phase(
            "H+0-1 shadow",
            0,
            HOUR,
            "everybody gets the mock's answer; every request is shadowed and compared",
        ),
        Phase("H+1-2 canary 1 %", HOUR, 2 * HOUR, "1 % of users read from Prisma"),
        Phase("H+2-3 decide", 2 * HOUR, 3 * HOUR, "the backend breaks; nobody touches anything"),
    ),
    steps=(
        Step(40 * MINUTE, "seed-difference", "one price in PostgreSQL is changed: the shadow must find it"),
        Step(45 * MINUTE, "mend-difference", "the price is put back"),
        Step(HOUR, "canary-on", "prismaAdapter goes to 1 % by an AppConfig deployment"),
        Step(2 * HOUR + 5 * MINUTE, "stop-database", "PostgreSQL is stopped"),
        Step(2 * HOUR + 40 * MINUTE, "start-database", "PostgreSQL is started again"),
    ),
)

SCENARIOS = {BETA.name: BETA}


@dataclass
class Clock:
    """Cloud seconds since the first request, from the wall clock and the factor."""

    started: float
    factor: float

    def cloud(self, wall: float) -> float:
        """Cloud seconds of a wall clock moment."""
        return (wall - self.started) * self.factor

    def wall(self, cloud_s: float) -> float:
        """Wall clock moment of a cloud second."""
        return self.started + cloud_s / self.factor


def play(
    scenario: Scenario,
    clock: Clock,
    act: Callable[[Step], None],
    tick: Callable[[float], None],
    tick_every: float = MINUTE,
) -> dict[Action, float]:
    """Play the steps at their times and tick once a cloud minute in between.

    Returns:
        The wall clock at which each action had been done, which is when its effect may be looked for.
    """
    done: dict[Action, float] = {}
    pending = sorted(scenario.steps, key=lambda step: step.at)
    next_tick = 0.0
    while True:
        due = min(next_tick, pending[0].at if pending else scenario.seconds)
        if due >= scenario.seconds:
            break
        time.sleep(max(0.0, clock.wall(due) - time.time()))
        if pending and pending[0].at <= due:
            step = pending.pop(0)
            act(step)
            done[step.action] = time.time()
        else:
            tick(due)
            next_tick += tick_every
    time.sleep(max(0.0, clock.wall(scenario.seconds) - time.time()))
    return done


def stamp(cloud_s: float) -> str:
    """A cloud moment as the playbook writes it: ``H+1:05:30``; before the first request ``H-0:01:00``."""
    sign, whole = "-" if cloud_s < 0 else "+", int(abs(cloud_s))
    return f"H{sign}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
