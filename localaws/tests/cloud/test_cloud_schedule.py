"""EventBridge Scheduler in cloud time.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from localaws.cloud.clock import Clock
from localaws.cloud.functions.schedule import Scheduler, rate_s

ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/tick"


class Target:
    """Schedules, and what they invoked."""

    def __init__(self, **more: Any) -> None:
        self.found = [
            {
                "Arn": ARN,
                "ScheduleExpression": "rate(1 minute)",
                "Target": {"Arn": "guard:live", "Input": '{"tick": true}'},
                **more,
            }
        ]
        self.invoked: list[tuple[str, dict[str, Any]]] = []
        self.scheduler = Scheduler(Clock(60), self, self)  # type: ignore[arg-type]

    def schedules(self) -> list[dict[str, Any]]:
        return self.found

    async def invoke_arn(self, arn: str, event: dict[str, Any]) -> None:
        self.invoked.append((arn, event))

    def at(self, *seconds: float) -> int:
        """Let these cloud seconds come; returns how often it was invoked so far."""
        for second in seconds:
            asyncio.run(self.scheduler.tick(second))
        return len(self.invoked)


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200), ("rate(1 day)", 86400)],
)
def test_a_rate_is_a_number_of_seconds(expression: str, seconds: float) -> None:
    """GIVEN the documented rates WHEN read THEN their length is known."""
    assert rate_s(expression) == seconds


def test_counting_begins_when_the_schedule_does() -> None:
    """GIVEN a rate of a minute WHEN seen at 100 s THEN it first runs at 160 s, with its input."""
    target = Target()
    assert target.at(100, 130, 159) == 0
    assert target.at(160) == 1
    assert target.invoked == [("guard:live", {"tick": True})]


def test_it_runs_once_a_period_however_often_it_is_looked_at() -> None:
    """GIVEN a rate of a minute WHEN looked at every 15 s for ten minutes THEN it ran ten times."""
    target = Target()
    assert target.at(*range(0, 601, 15)) == 10


def test_what_was_missed_is_not_made_up_for() -> None:
    """GIVEN a stall of ten minutes WHEN looked at again THEN it runs once, and next a minute later."""
    target = Target()
    assert target.at(0, 600) == 1
    assert target.at(659) == 1
    assert target.at(660) == 2


def test_a_disabled_schedule_does_not_run() -> None:
    """GIVEN a schedule that is disabled WHEN its time comes THEN nothing is invoked."""
    assert Target(State="DISABLED").at(0, 60, 120) == 0


def test_a_schedule_made_again_counts_anew() -> None:
    """GIVEN a schedule that was deleted WHEN one of its name is made later THEN it begins to count then."""
    target = Target()
    assert target.at(0, 60) == 1
    gone, target.found = target.found, []
    target.at(90)
    target.found = gone
    assert target.at(500, 559) == 1
    assert target.at(560) == 2
