"""What goes on after a run of the guard: minutes pass, and ticks and alarm notifications arrive."""

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
"""Later than what the fake CloudWatch shows: an alarm's description lags behind its notification."""
ALARM = {
    "alarmData": {
        "alarmName": "canary-alarm",
        "state": {"value": "ALARM", "reason": "5 of 5 fail", "timestamp": WHEN},
    }
}
TICK = {"tick": True}
SECONDS = 57.0
"""Seconds that the guard's timeout leaves for a run."""


def through_topic(name: str = "canary-alarm", state: str = "ALARM") -> dict[str, Any]:
    """Return the alarm's notification as SNS delivers it to a Lambda function."""
    message = {
        "AlarmName": name,
        "NewStateValue": state,
        "NewStateReason": "5 of 5 fail",
        "StateChangeTime": WHEN,
    }
    return {"Records": [{"EventSource": "aws:sns", "Sns": {"Message": json.dumps(message)}}]}


class Watch:
    """The guard of a unit, run as its events arrive.

    Args:
        unit: Unit that it watches.
        settle_s: Settling time in seconds, as the stack sets it for the guard.

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
        """Run one invocation."""
        return self._guard.run(event, SECONDS)

    def tick(self) -> dict[str, Any]:
        """Let a minute pass, then run the clock's tick."""
        self._unit.clock.sleep(60)
        return self.run(TICK)

    def until_finished(self, minutes: int = 8) -> Latch:
        """Let minutes pass and return the latch, which must be finished by then."""
        for _ in range(minutes):
            self.tick()
        latch = self.latch
        assert latch is not None, "no latch"
        assert latch.finished, latch.steps
        return latch

    @property
    def latch(self) -> Latch | None:
        """The current latch."""
        return Latches(self._unit.ssm, "/latch").read()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Log lines, parsed."""
        return [json.loads(line) for line in self.out.getvalue().splitlines()]

    def said(self, message: str) -> list[dict[str, Any]]:
        """Return the lines with this message."""
        return [line for line in self.lines if line.get("message") == message]

    def counted(self, metric: str) -> int:
        """Return the sum of a metric."""
        return sum(int(line[metric]) for line in self.lines if metric in line)

    def _world(self, seconds: float) -> Any:
        world = self._unit.world(seconds)
        return replace(world, settings=replace(world.settings, settle_s=self._settle_s))
