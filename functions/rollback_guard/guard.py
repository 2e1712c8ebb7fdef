"""One run of the guard: by what woke it, decides whether the act begins, resumes, or is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from canary.stored import UnreadableError
from canary.unit.act.act import MARK, Report, Trigger, World, act, kill_environment, proceed, ramp_environment
from canary.unit.alarm_states import state
from canary.unit.current_step import current
from canary.unit.flags.documents import is_killed
from canary.unit.latch.latch import Latches
from canary.unit.metrics.counts import read_counts
from canary.unit.metrics.unmeasured import unmeasured
from canary.verdict import Thresholds, judge
from rollback_guard import events
from rollback_guard.clock_off import on_services_clock
from rollback_guard.self_check import self_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.unit.current_step import CurrentStep
    from canary.unit.latch.latch import Latch
    from canary.verdict import Verdict
    from rollback_guard.observing import Observer


@dataclass
class Guard:
    """The guard of one unit.

    Attributes:
        world: Makes the world of a run, given the seconds that the run may take.
        observer: Writes the guard's log lines and metrics.
    """

    world: Callable[[float], World]
    observer: Observer

    def run(self, event: Any, seconds: float) -> dict[str, Any]:
        """React to one event.

        Args:
            event: The event as Lambda passes it.
            seconds: How long this run may take.

        Returns:
            What the run did, for the log and for tests.
        """
        world = self.world(seconds)
        acts: list[dict[str, Any]] = []
        result: dict[str, Any] = {}
        faults: list[Exception] = []
        for happened in events.parse(event):
            try:
                report = self._react(world, happened, result)
            except Exception as error:  # noqa: BLE001 - raised again after all other messages were looked at
                faults.append(error)
            else:
                acts += [] if report is None else [report.as_dict()]
        if faults:
            raise faults[0]
        return {"acts": acts, **result}

    def _react(self, world: World, happened: events.Event, result: dict[str, Any]) -> Report | None:
        match happened:
            case events.Tick():
                report = self.tick(world)
                # Counted last, and only for ticks: a run that failed did not watch anything.
                self.observer.count(GuardTicks=1)
                return report
            case events.AlarmChange():
                return self.alarm(world, happened)
            case events.SelfTest():
                result["selfTest"] = self_test(world)
                self.observer.log("SELF-TEST", **result["selfTest"])
            case events.Other(why):
                self.observer.log("IGNORED", why=why)
        return None

    def alarm(self, world: World, change: events.AlarmChange) -> Report | None:
        """Begin the act if the alarm is one that rolls back, has gone off, and is not over."""
        if change.state != "ALARM" or change.name not in world.settings.rollback_alarms:
            self.observer.log("IGNORED", why=f"{change.name} is {change.state}")
            return None
        if over := self._over(world, change):
            self.observer.log("STALE-ALARM", alarm=change.name, why=over)
            return None
        self.observer.log("ALARM", decision="NO-GO", alarm=change.name, why=change.reason)
        return self._began(act(world, Trigger(f"alarm {change.name}", change.reason, {"alarm": change.name})))

    def _over(self, world: World, change: events.AlarmChange) -> str:
        """Say why a message is about an alarm that is over; empty if the alarm is not over, or may not be.

        SNS and Lambda may deliver a message again, even hours later. The alarm is over only if it is OK now
        and has been since after the message. A look that fails, or that shows less than the message knows, is
        no reason not to act.
        """
        try:
            found = state(world.clients.cloudwatch, change.name)
        except Exception as error:  # noqa: BLE001 - a look that fails is no reason not to act
            self.observer.log("ALARM-NOT-SEEN", alarm=change.name, error=str(error))
            return ""
        if found is None or found.value != "OK":
            return ""
        if change.when is not None and found.since is not None and found.since < change.when:
            return ""
        return f"{change.name} is OK" + (f" since {found.since.isoformat()}" if found.since else "")

    def tick(self, world: World) -> Report | None:
        """Resume an act that is not finished; without one, judge the step in force."""
        fault: Exception | None = None
        latch = None
        try:
            latch = Latches(world.clients.ssm, world.settings.latch_parameter).read()
        except Exception as error:  # noqa: BLE001 - raised again after the step was judged without it
            self.observer.log("LATCH-UNREADABLE", error=str(error))
            fault = error
        if latch is not None:
            return self._latched(world, latch)
        report = self._unlatched(world, known=fault is None)
        if fault is not None:
            raise fault
        return report

    def _unlatched(self, world: World, *, known: bool) -> Report | None:
        """Judge the step in force.

        Args:
            world: The world of this run.
            known: Whether it is known that there is no latch; false if SSM did not say.
        """
        ramp = ramp_environment(world.settings, world.clients)
        step = current(world.settings, world.clients, ramp)
        if step is None or (not step.unreadable and step.percentage == 0 and step.shadow == 0):
            return None
        world = on_services_clock(world, ramp.moment, step.began)
        if step.unreadable:
            self.observer.log("FLAGS-UNREADABLE", why=step.unreadable, **_step(step))
        if self._killed(world):
            trigger = _lost(world) if known else None
        elif world.now() <= _settled(world, step).timestamp():
            # Alarms still act meanwhile. A split that mixes two steps would be reported to people as one that
            # cannot be judged.
            self.observer.log("SETTLING", **_step(step))
            trigger = None
        else:
            trigger = self._found(world, step)
        return None if trigger is None else self._began(act(world, trigger))

    def _found(self, world: World, step: CurrentStep) -> Trigger | None:
        """Find what speaks against the step. If one of the two looks fails, the other is still taken."""
        faults: list[Exception] = []
        for look in (self._unmeasured, self._judged):
            try:
                if (trigger := look(world, step)) is not None:
                    return trigger
            except Exception as error:  # noqa: BLE001 - raised again if nothing else was found
                faults.append(error)
        if faults:
            raise faults[0]
        return None

    def _latched(self, world: World, latch: Latch) -> Report | None:
        """Resume an unfinished act; after a finished one, keep the kill switch on while the latch stands."""
        if latch.resuming:
            self.observer.log("RESUMING", by=latch.resuming)
            return None
        if not latch.finished:
            return proceed(world, latch)
        try:
            on = is_killed(kill_environment(world.settings, world.clients).served())
        except UnreadableError as error:
            # Functions treat an unreadable kill switch as on, but some may remember an older document.
            self.observer.log("KILL-SWITCH-UNREADABLE", error=str(error))
            on = False
        # A person who resumes first says so in the latch, so the latch is read again before anything is done.
        latches = Latches(world.clients.ssm, world.settings.latch_parameter)
        if on or (standing := latches.read()) is None or standing.resuming:
            return None
        self.observer.log("KILL-SWITCH-OFF-UNDER-LATCH", by=standing.by, when=standing.when)
        return proceed(world, standing)

    def _unmeasured(self, world: World, step: CurrentStep) -> Trigger | None:
        """Find whether the canary is unmeasured: if no one can see it failing, that is as bad as failing."""
        if step.percentage == 0 and not step.unreadable:
            return None
        now = datetime.fromtimestamp(world.now(), UTC)
        found = unmeasured(world.settings, world.clients, step.began, now)
        if found is None:
            return None
        self.observer.log("UNMEASURED", why=found.why, **found.as_dict())
        return Trigger("verdict", found.why, {"unmeasured": found.as_dict(), **_step(step)})

    def _judged(self, world: World, step: CurrentStep) -> Trigger | None:
        verdict = _verdict(world, step)
        # Without a percentage there is no split to check.
        believable = bool(step.unreadable) or verdict.sample_ratio.believable
        errors = verdict.row("errors")
        self.observer.log(
            "VERDICT",
            decision=verdict.decision,
            summary=verdict.summary,
            percent=step.percentage,
            began=step.began.isoformat(),
            believable=believable,
            errors=None if errors is None else {"decision": errors.decision, "why": errors.why},
        )
        self.observer.count(GuardCannotJudge=int(not believable))
        row = verdict.switches_off
        if row is None:
            return None
        self.observer.log("EVIDENCE", verdict=verdict.as_dict(), **_step(step))
        return Trigger("verdict", row.why, {"row": row.as_dict(), **_step(step)})

    def _killed(self, world: World) -> bool:
        """Whether the kill switch is on, both as served and as deployed."""
        environment = kill_environment(world.settings, world.clients)
        try:
            if not is_killed(environment.served()):
                return False
            newest = next(iter(environment.deployments()), None)
            if newest is None or newest.state != "COMPLETE":
                return True
            return is_killed(environment.document(newest.version)["values"])
        except Exception as error:  # noqa: BLE001 - one look too many costs nothing, one too few may
            self.observer.log("KILL-SWITCH-UNREADABLE", error=str(error))
            return False

    def _began(self, report: Report) -> Report:
        if report.claimed:
            self.observer.count(Rollbacks=1)
        latch = report.latch
        self.observer.log(
            "ROLLBACK", by=latch.by, why=latch.reason, claimed=report.claimed, finished=report.finished
        )
        return report


def _lost(world: World) -> Trigger | None:
    """Find an act that turned the kill switch on but could not keep its latch; it must be resumed.

    A kill switch that a person turned on by hand is left to that person.
    """
    environment = kill_environment(world.settings, world.clients)
    newest = next(iter(environment.deployments()), None)
    if newest is None or not (why := environment.description(newest.number)).startswith(MARK):
        return None
    return Trigger("guard", f"Goes on with an act without a latch. {why}", {"deployment": newest.number})


def _step(step: CurrentStep) -> dict[str, Any]:
    return {"began": step.began.isoformat(), "percentage": step.percentage}


def _settled(world: World, step: CurrentStep) -> datetime:
    """When every execution environment serves a step: counts from then on belong to this step alone."""
    return step.began + timedelta(seconds=world.settings.settle_s)


def _verdict(world: World, step: CurrentStep) -> Verdict:
    settings = world.settings
    limits = Thresholds.from_settings(settings.thresholds)
    now = datetime.fromtimestamp(world.now(), UTC)
    start = _settled(world, step)
    counts = read_counts(
        world.clients.cloudwatch, settings.metrics_namespace, settings.function_name, start, now, limits
    )
    return judge(counts, limits, step.percentage)
