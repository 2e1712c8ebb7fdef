"""EventBridge Scheduler: invokes the Lambda targets of schedules at their rate in cloud time.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: the interval of a rate-based
schedule starts when the schedule is created. Only ``rate(…)`` expressions run here, without the schedule's
own retries. MiniStack keeps the schedules.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.functions.lambda_service import LambdaService
    from localaws.cloud.seams.seams import Seams

_RATE = re.compile(r"^rate\((?P<n>\d+) (?P<unit>minute|hour|day)s?\)$")
_SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
LOOKED_AT_EVERY_S = 15.0


def rate_s(expression: str) -> float | None:
    """Return the cloud seconds between two runs; ``None`` if the expression is not a rate."""
    found = _RATE.match(expression)
    return int(found["n"]) * _SECONDS[found["unit"]] if found else None


class Scheduler:
    """Invokes the targets of schedules when they are due."""

    def __init__(self, clock: Clock, seams: Seams, functions: LambdaService) -> None:
        self._clock = clock
        self._seams = seams
        self._functions = functions
        self._due: dict[str, float] = {}

    async def run(self) -> None:
        """Look for due schedules until cancelled."""
        while True:
            await self._clock.sleep(LOOKED_AT_EVERY_S)
            await self.tick(self._clock.cloud_s())

    async def tick(self, now: float) -> None:
        """Invoke the targets of the schedules that are due.

        Args:
            now: Cloud seconds since the cloud started.
        """
        schedules = self._seams.schedules()
        self._due = {one["Arn"]: self._due[one["Arn"]] for one in schedules if one["Arn"] in self._due}
        for schedule in schedules:
            every = rate_s(schedule["ScheduleExpression"])
            if every is None or schedule.get("State") == "DISABLED":
                continue
            arn = schedule["Arn"]
            due = self._due.setdefault(arn, now + every)
            if now < due:
                continue
            self._due[arn] = due + every if due + every > now else now + every
            target = schedule["Target"]
            await self._functions.invoke_arn(target["Arn"], json.loads(target.get("Input") or "{}"))
