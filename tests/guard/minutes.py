"""What the world goes on doing after a run of the guard: minutes, ticks and the alarm's deliveries."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rollback_guard.guard import Guard
from rollback_guard.observing import Observer

from canary.unit.latch.latch import Latch, Latches

if TYPE_CHECKING:
    from tests.fakes.unit import Unit

WHEN = "2026-12-24T12:00:00.000+0000"
"""Later than what the fake CloudWatch shows: the description of an alarm lags behind its message."""
ALARM = {
    "alarmData": {
        "alarmName": "canary-alarm",
        "state": {"value": "ALARM", "reason": "5 of 5 fail", "timestamp": WHEN},
    }
}
TICK = {"tick": True}
SECONDS = 57.0
"""What the guard's time-out leaves for a run."""


def through_topic(name: str = "canary-alarm", state: str = "ALARM") -> dict[str, Any]:
    """The alarm's notification as SNS delivers it to a Lambda function."""
    message = {
        "AlarmName": name,
        "NewStateValue": state,
        "NewStateReason": "5 of 5 fail",
        "StateChangeTime": WHEN,
    }
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(message)}}]}


class Watch:
    """The guard of a unit, run as its events come.

    Args:
        unit: What it watches.
        settle_s: As the stack sets it for the guard.

    Attributes:
        out: What it printed.
    """

    def __init__(self, unit: Unit, settle_s: float = 0.0) -> None:
        self._unit = unit
        self._settle_s = settle_s
        self.out = io.StringIO()
        observer = Observer("guard", "N", unit.clock.now, self.out)
        self._guard = Guard(self._world, observer)

    def run(self, event: Any) -> dict[str, Any]:
        """One invocation."""
        return self._guard.run(event, SECONDS)

    def tick(self) -> dict[str, Any]:
        """A minute later the clock's tick comes."""
        self._unit.clock.sleep(60)
        return self.run(TICK)

    def until_finished(self, minutes: int = 8) -> Latch:
        """Minutes go by; returns the latch, which must be finished by then."""
        for _ in range(minutes):
            self.tick()
        latch = self.latch
        assert latch is not None, "no latch"
        assert latch.finished, latch.steps
        return latch

    @property
    def latch(self) -> Latch | None:
        """The latch as it stands."""
        return Latches(self._unit.ssm, "/latch").read()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """What was logged, parsed."""
        return [json.loads(line) for line in self.out.getvalue().splitlines()]

    def said(self, message: str) -> list[dict[str, Any]]:
        """Lines of one kind."""
        return [line for line in self.lines if line.get("message") == message]

    def counted(self, metric: str) -> int:
        """Sum of a metric."""
        return sum(int(line[metric]) for line in self.lines if metric in line)

    def _world(self, seconds: float) -> Any:
        world = self._unit.world(seconds)
        return replace(world, settings=replace(world.settings, settle_s=self._settle_s))
