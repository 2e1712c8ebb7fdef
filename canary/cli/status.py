"""`status`: what is in force, and what needs attention. Only looks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from canary.cli.drift.drift import DriftReport, drift
from canary.cli.latched import author
from canary.cli.verdict import Judged, judged, table
from canary.stored import UnreadableError
from canary.unit.act.act import kill_environment, ramp_environment
from canary.unit.alarm_states import states
from canary.unit.current_step import CurrentStep, current
from canary.unit.flags import documents
from canary.unit.latch.latch import Latch, Latches
from canary.unit.patience import FAULTS
from canary.unit.release.take_back import Alias, read_alias

if TYPE_CHECKING:
    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.flags.documents import RampState
    from canary.unit.flags.environment import FlagEnvironment


@dataclass(frozen=True)
class StatusReport:
    """The unit at one moment.

    Attributes:
        phase: ``off``, ``shadow``, ``canary N %`` or ``rolled back``.
        ramp: The ramp's flags as served.
        killed: Whether the kill switch is on, ``None`` when it cannot be read, which counts as on.
        latch: Who rolled back and why.
        step: The step in force and since when.
        alarms: State by alarm name.
        drift: What is not as stack, operators and CodeDeploy left it.
        unreadable: What is stored and cannot be read, one sentence each.
        attention: What needs a person, one sentence each; empty when all is well.
    """

    phase: str
    ramp: RampState
    killed: bool | None
    latch: Latch | None
    step: CurrentStep | None
    alias: Alias
    alarms: dict[str, str]
    judged: Judged | None
    drift: DriftReport
    unreadable: tuple[str, ...] = ()
    attention: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        """Whether nothing needs attention."""
        return not self.attention

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        step = None if self.step is None else {**asdict(self.step), "began": self.step.began.isoformat()}
        return {
            "phase": self.phase,
            "healthy": self.healthy,
            "attention": self.attention,
            "unreadable": list(self.unreadable),
            "ramp": asdict(self.ramp),
            "killed": self.killed,
            "latch": self.latch.as_dict() if self.latch else None,
            "step": step,
            "alias": asdict(self.alias),
            "alarms": self.alarms,
            "drift": self.drift.as_dict()["findings"],
            "verdict": self.judged.as_dict() if self.judged else None,
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        weights = ", ".join(
            f"{version} at {100 * weight:g} %" for version, weight in self.alias.weights.items()
        )
        killed = {True: "on", False: "off", None: "unreadable, which counts as on"}[self.killed]
        shown = [
            f"phase        {self.phase}",
            f"ramp         canary {self.ramp.percentage:g} %, shadow {self.ramp.shadow:g} %",
            f"kill switch  {killed}",
            f"alias        version {self.alias.version}" + (f", {weights}" if weights else ""),
            *(f"alarm        {state:<17} {name}" for name, state in self.alarms.items()),
        ]
        if self.step:
            shown.append(
                f"step         deployment {self.step.deployment}, since {self.step.began.isoformat()}"
            )
        if self.latch:
            done = "finished" if self.latch.finished else "not finished"
            done = f"unreadable ({self.latch.unreadable})" if self.latch.unreadable else done
            shown.append(f"latch        {author(self.latch)}, {done}: {self.latch.reason}")
            shown += [
                f"  {name}: {step['status']} ({step['detail']})" for name, step in self.latch.steps.items()
            ]
        if self.judged:
            shown += ["", *table(self.judged.verdict)]
        if self.attention:
            shown += ["", *(f"! {sentence}" for sentence in self.attention)]
        return shown


def status(clients: Clients, target: Target) -> StatusReport:
    """Look at everything that decides who reads from where."""
    settings = target.settings()
    ramp = ramp_environment(settings, clients)
    state, unreadable = _ramp(ramp)
    killed = _killed(clients, target)
    latch = Latches(clients.ssm, target.latch_parameter).read()
    step = current(settings, clients, ramp)
    alarms = states(clients.cloudwatch, list(target.alarms.values()))
    on = step is not None and (step.percentage > 0 or step.shadow > 0)
    judgement = judged(clients, target, step=step) if on and step is not None else None
    if step is not None and step.unreadable:
        unreadable = (*unreadable, step.unreadable)
    report = StatusReport(
        _phase(state, latch, killed=killed),
        state,
        killed,
        latch,
        step,
        read_alias(settings, clients),
        alarms,
        judgement,
        drift(clients, target),
        unreadable,
    )
    report.attention.extend(_attention(report))
    return report


def _ramp(ramp: FlagEnvironment) -> tuple[RampState, tuple[str, ...]]:
    """The ramp's flags as served; what cannot be read is off, as the functions take it, and said."""
    try:
        return documents.ramp_state(ramp.served()), ()
    except UnreadableError as error:
        return documents.RampState(0.0, 0.0), (f"The ramp's flags: {error}",)


def _killed(clients: Clients, target: Target) -> bool | None:
    try:
        served = kill_environment(target.settings(), clients).served()
    except (*FAULTS, UnreadableError):
        return None
    return True if documents.is_killed(served) else False if documents.is_not_killed(served) else None


def _phase(ramp: RampState, latch: Latch | None, *, killed: bool | None) -> str:
    if latch is not None or killed is not False:
        return "rolled back"
    if ramp.percentage > 0:
        return f"canary {ramp.percentage:g} %"
    return "shadow" if ramp.shadow > 0 else "off"


def _attention(report: StatusReport) -> list[str]:
    found = []
    if report.latch is not None:
        found.append("Rolled back. When it is mended: `canary resume --reason …`.")
        if report.latch.unreadable:
            found.append(
                f"The latch cannot be read: {report.latch.unreadable}. It keeps the canary off all the "
                "same: the guard writes it again within a minute, and `canary resume --reason …` clears it."
            )
        if not report.latch.finished:
            found.append(
                "The rollback is not finished: the guard goes on every minute, or `canary rollback`."
            )
    elif report.killed is not False:
        found.append("The kill switch is on, or unreadable, without a latch: somebody turned it by hand.")
    found += [
        f"{sentence} The functions take it for off. `canary rollback --reason …` deploys them again, off."
        for sentence in report.unreadable
    ]
    found += [f"{name} is ALARM." for name, state in report.alarms.items() if state == "ALARM"]
    found += report.drift.lines()
    if report.judged and report.judged.verdict.decision in {"NO-GO", "INVESTIGATE"}:
        found.append(report.judged.verdict.summary)
    return found
