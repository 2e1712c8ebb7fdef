"""Time in a rehearsal: a scenario as data, and the clock that it is played by.

All times are cloud seconds since the first request. The local cloud's own loops run faster than the wall
clock by the clock factor; everything that a process measures itself stays in real time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rehearsal.claims.claim import Claim
    from rehearsal.evidence import Evidence

HOUR = 3600.0
MINUTE = 60.0
CANARY_ON = "canary-on"


@dataclass(frozen=True)
class Phase:
    """A named part of a scenario, in cloud seconds."""

    name: str
    start: float
    end: float
    purpose: str


@dataclass(frozen=True)
class Step:
    """One thing done to the system, by an operator or by bad luck.

    Attributes:
        at: Cloud second at which it is done.
        action: Name of the act, a key of `rehearsal.acts.ACTS`.
        says: What a reader is told.
        value: Argument of the act: a percentage, a rate or a share; ``None`` for an act without one.
        label: Name in the evidence if an action occurs twice. Defaults to the action.
        wait_until: Cloud second at which a step that only waits for the rollback ends at the latest. All
            later steps move forward by the time that it saves.
    """

    at: float
    action: str
    says: str
    value: float | None = None
    label: str = ""
    wait_until: float | None = None

    @property
    def name(self) -> str:
        """The step's name in the evidence."""
        return self.label or self.action


@dataclass(frozen=True)
class Scenario:
    """Phases, the steps played in them, and what must be observed.

    Attributes:
        name: Name on the command line.
        shows: One sentence for the person who chooses a scenario.
        phases: The phases in order.
        steps: The steps.
        claims: What must have happened, in order.
        breaks: Name of the step from which the canary fails; empty if it never does.
        mended: Name of the step that ends the failure; empty if it lasts to the end.
        shadow: Percentage of requests that are shadowed; ``None`` for none.
        factor: Cloud seconds per real second.
        rate: Requests per real second.
        config: Stack configuration that overrides ``Pulumi.rehearsal.yaml``.
    """

    name: str
    shows: str
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    claims: tuple[Callable[[Evidence], Claim], ...]
    breaks: str = ""
    mended: str = ""
    shadow: float | None = 100.0
    factor: float = 72.0
    rate: float = 100.0
    config: Mapping[str, str] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Length of the scenario in cloud seconds."""
        return self.phases[-1].end

    def phase_at(self, cloud_s: float) -> Phase:
        """Return the phase at a moment; after the end, the last phase."""
        return next((phase for phase in self.phases if cloud_s < phase.end), self.phases[-1])

    def step(self, name: str) -> Step:
        """Return a step by its name in the evidence.

        Raises:
            KeyError: The scenario has no such step.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    @property
    def judged(self) -> Step | None:
        """The canary step that the verdict is about: the last one before the canary breaks."""
        until = self.step(self.breaks).at if self.breaks else self.seconds
        on = [step for step in self.steps if step.action == CANARY_ON and step.at <= until]
        return on[-1] if on else None


@dataclass
class Clock:
    """Converts between the wall clock and cloud seconds since the first request.

    Attributes:
        started: Wall clock time of the first request, in seconds since the epoch.
        factor: Cloud seconds per real second.
        saved: Cloud seconds by which the run is ahead of the scenario's timeline.
    """

    started: float
    factor: float
    saved: float = 0.0

    def cloud(self, wall: float) -> float:
        """Return the cloud second of a wall clock time."""
        return (wall - self.started) * self.factor

    def wall(self, cloud_s: float) -> float:
        """Return the wall clock time of a cloud second."""
        return self.started + cloud_s / self.factor


@dataclass(frozen=True)
class Player:
    """Plays a scenario.

    Attributes:
        clock: The clock to play by.
        act: Performs a step.
        tick: Observes the system; called with the current cloud second.
        rolled_back: Whether the canary has been turned off, which is what a waiting step waits for.
        tick_every: Cloud seconds between two ticks. Default 60.
        now: Returns the wall clock time in seconds since the epoch.
        sleep: Waits for the given number of real seconds.
    """

    clock: Clock
    act: Callable[[Step], None]
    tick: Callable[[float], None]
    rolled_back: Callable[[], bool]
    tick_every: float = MINUTE
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def play(self, scenario: Scenario) -> dict[str, float]:
        """Play the steps at their times.

        Returns:
            Wall clock time at which each step was done, from which on its effect can be looked for.
        """
        done: dict[str, float] = {}
        for step in sorted(scenario.steps, key=lambda one: one.at):
            self._watch_until(step.at)
            if step.wait_until is not None:
                self._watch_until(step.wait_until, self.rolled_back)
                self.clock.saved = max(self.clock.saved, step.wait_until - self.clock.cloud(self.now()))
            self.act(step)
            done[step.name] = self.now()
        self._watch_until(scenario.seconds)
        return done

    def _watch_until(self, at: float, over: Callable[[], bool] = lambda: False) -> None:
        """Tick once a cloud minute until a moment of the timeline, or until `over` returns true."""
        until = at - self.clock.saved
        while (now := self.clock.cloud(self.now())) < until and not over():
            self.tick(now)
            self.sleep(max(0.0, self.clock.wall(min(until, now + self.tick_every)) - self.now()))


def stamp(cloud_s: float) -> str:
    """Format a cloud second as the playbook does: ``H+1:05:30``; before the first request ``H-0:01:00``."""
    sign, whole = "-" if cloud_s < 0 else "+", int(abs(cloud_s))
    return f"H{sign}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
