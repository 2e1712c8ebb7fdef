"""One run of the guard: what woke it decides whether the act begins, goes on, or is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rollback_guard import events
from rollback_guard.act import Report, Trigger, World, act, kill_environment, proceed, ramp_environment
from rollback_guard.counts import read_counts
from rollback_guard.documents import is_killed
from rollback_guard.latch import Latches
from rollback_guard.step import current
from verdict import Thresholds, judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from rollback_guard.observing import Observer
    from rollback_guard.step import CurrentStep
    from verdict import Verdict


@dataclass
class Guard:
    """The guard of one unit.

    Attributes:
        world: Makes the world of a run, given the seconds that it may take.
    """

    world: Callable[[float], World]
    observer: Observer

    def run(self, event: Any, seconds: float) -> dict[str, Any]:
        """React to one event; what it did is returned, for the log and for tests.

        Args:
            event: As Lambda hands it over.
            seconds: How long this run may go on.
        """
        world = self.world(seconds)
        reports = []
        for happened in events.parse(event):
            match happened:
                case events.Tick():
                    reports.append(self.tick(world))
                case events.AlarmChange():
                    reports.append(self.alarm(world, happened))
                case events.Other(why):
                    self.observer.log("IGNORED", why=why)
        # Counted at the end: a run that failed is one that did not watch.
        self.observer.count(GuardTicks=1)
        return {"acts": [report.as_dict() for report in reports if report is not None]}

    def alarm(self, world: World, change: events.AlarmChange) -> Report | None:
        """An alarm that rolls back has gone off."""
        if change.state != "ALARM" or change.name not in world.settings.rollback_alarms:
            self.observer.log("IGNORED", why=f"{change.name} is {change.state}")
            return None
        return self._began(act(world, Trigger(f"alarm {change.name}", change.reason, {"alarm": change.name})))

    def tick(self, world: World) -> Report | None:
        """Go on with an act that is not finished; without one, judge the step in force."""
        latch = Latches(world.clients.ssm, world.settings.latch_parameter).read()
        if latch is not None:
            return None if latch.finished else proceed(world, latch)
        step = current(world.settings, world.clients, ramp_environment(world.settings, world.clients))
        if step is None or (step.percentage == 0 and step.shadow == 0) or self._killed(world):
            return None
        verdict = _verdict(world, step)
        self.observer.log(
            "VERDICT", decision=verdict.decision, summary=verdict.summary, percent=step.percentage
        )
        errors = verdict.row("errors")
        # An unbelievable split is reported, not acted on: what it counts may not be what it says.
        if errors is None or errors.decision != "NO-GO" or not verdict.sample_ratio.believable:
            return None
        evidence = {"row": errors.as_dict(), "began": step.began, "percentage": step.percentage}
        return self._began(
            act(world, Trigger("verdict", errors.why, {**evidence, "began": step.began.isoformat()}))
        )

    def _killed(self, world: World) -> bool:
        try:
            return is_killed(kill_environment(world.settings, world.clients).served())
        except Exception as error:  # noqa: BLE001 - one more look costs nothing, one too few may
            self.observer.log("KILL-SWITCH-UNREADABLE", error=str(error))
            return False

    def _began(self, report: Report) -> Report:
        if report.claimed:
            self.observer.count(Rollbacks=1)
        return report


def _verdict(world: World, step: CurrentStep) -> Verdict:
    settings = world.settings
    limits = Thresholds.from_settings(settings.thresholds)
    now = datetime.fromtimestamp(world.now(), UTC)
    counts = read_counts(
        world.clients.cloudwatch, settings.metrics_namespace, settings.function_name, step.began, now, limits
    )
    return judge(counts, limits, step.percentage)
