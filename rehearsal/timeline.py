"""Time in a rehearsal: what happens when, as data, and the clock it is played by.

All times are cloud seconds from the first request. The local cloud's own loops run faster than the
wall clock by the clock factor; everything a process measures for itself stays real.
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
    """A named stretch of a scenario."""

    name: str
    start: float
    end: float
    purpose: str


@dataclass(frozen=True)
class Step:
    """One thing done to the system, by an operator or by bad luck.

    Attributes:
        action: Which of `rehearsal.acts.ACTS`.
        says: What a reader is told.
        value: What the act takes: a percentage, a rate, a share; ``None`` for an act that takes nothing.
        label: Its name in the evidence, where an action comes twice; the action's by default.
        wait_until: A step that only waits for the rollback ends by then at the latest. What it saves is
            taken off the times of everything after it.
    """

    at: float
    action: str
    says: str
    value: float | None = None
    label: str = ""
    wait_until: float | None = None

    @property
    def name(self) -> str:
        """What evidence calls it."""
        return self.label or self.action


@dataclass(frozen=True)
class Scenario:
    """Phases, the steps played in them, and what must be seen.

    Attributes:
        shows: One sentence for who chooses.
        claims: What must have happened, in order.
        breaks: Name of the step from which on the canary fails; empty where it never does.
        mended: Name of the step that ends that failure; empty where it lasts to the end.
        shadow: Percent of requests that are shadowed, ``None`` for none.
        factor: Cloud seconds in a real one.
        rate: Requests a real second.
        config: Stack configuration on top of ``Pulumi.rehearsal.yaml``.
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
        """Length of the whole, cloud seconds."""
        return self.phases[-1].end

    def phase_at(self, cloud_s: float) -> Phase:
        """The phase of a moment; the last one for any moment after the end."""
        return next((phase for phase in self.phases if cloud_s < phase.end), self.phases[-1])

    def step(self, name: str) -> Step:
        """A step by its name in the evidence.

        Raises:
            KeyError: The scenario has no such step.
        """
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    @property
    def judged(self) -> Step | None:
        """The canary step that the verdict is about: the last one before it breaks."""
        until = self.step(self.breaks).at if self.breaks else self.seconds
        on = [step for step in self.steps if step.action == CANARY_ON and step.at <= until]
        return on[-1] if on else None


@dataclass
class Clock:
    """Cloud seconds since the first request, from the wall clock and the factor.

    Attributes:
        saved: Cloud seconds by which the scenario is ahead of its timeline.
    """

    started: float
    factor: float
    saved: float = 0.0

    def cloud(self, wall: float) -> float:
        """Cloud seconds of a wall clock moment."""
        return (wall - self.started) * self.factor

    def wall(self, cloud_s: float) -> float:
        """Wall clock moment of a cloud second."""
        return self.started + cloud_s / self.factor


@dataclass(frozen=True)
class Player:
    """Plays a scenario.

    Attributes:
        act: Does a step.
        tick: Looks, once a cloud minute.
        rolled_back: Whether the canary has been taken off; what a waiting step waits for.
        tick_every: Cloud seconds between two looks.
        now: Wall clock, seconds since the epoch.
        sleep: Waits real seconds.
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
            The wall clock at which each step had been done, which is when its effect may be looked for.
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
        """Look once a cloud minute until a moment of the timeline, or until something is over."""
        until = at - self.clock.saved
        while (now := self.clock.cloud(self.now())) < until and not over():
            self.tick(now)
            self.sleep(max(0.0, self.clock.wall(min(until, now + self.tick_every)) - self.now()))


def stamp(cloud_s: float) -> str:
    """A cloud moment as the playbook writes it: ``H+1:05:30``; before the first request ``H-0:01:00``."""
    sign, whole = "-" if cloud_s < 0 else "+", int(abs(cloud_s))
    return f"H{sign}{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
