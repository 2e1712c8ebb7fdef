"""Evidence made by hand, in the form that a run leaves: log, client's ledger, what the local AWS lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from canary.verdict import Counts, Thresholds, Verdict, judge, rolled_back
from rehearsal.evidence import Deployment, EngineEvidence, Evidence, Traces, Transition
from rehearsal.ledger import Entry, Ledger
from rehearsal.log_lines import Lines, Read
from rehearsal.timeline import Clock

if TYPE_CHECKING:
    from rehearsal.timeline import Scenario

CLOCK = Clock(1_795_600_800.0, 60.0)
DONE_S = 6.0
"""Cloud seconds that a step takes, unless it takes longer."""

ERROR_RATE = "huntaze-canary-error-rate-gt-2pct"
LAMBDA_ERROR_RATE = "huntaze-lambda-error-rate-gt-2pct"
GUARD_SILENT = "huntaze-guard-silent"
TOLD = {"Subject": "huntaze: rolled back", "Message": "{}"}


def at(cloud_s: float) -> float:
    """Return the wall clock time of a cloud second."""
    return CLOCK.wall(cloud_s)


def read(
    cloud_s: float, user: str, *, canary: bool = False, error: str | None = None, version: str = "1"
) -> Read:
    """Return one request in the entry function's log."""
    served = "prisma" if canary and error is None else "mock"
    sandbox = f"2026/11/25/[{version}]sandbox-{len(user) % 4}"
    return Read(at(cloud_s), canary, served, error, user, sandbox, 3.0, f"r-{cloud_s:g}-{user}")


def ramp(number: int, cloud_s: float, state: str = "COMPLETE", *, on: bool, ended: float = 0.0) -> Deployment:
    """Return a deployment of the ramp flag. ``ended`` is a cloud second, by default that of its start."""
    content = {"prismaAdapter": {"enabled": on}}
    return Deployment(number, state, at(cloud_s), at(ended or cloud_s), content, ("APPCONFIG", "USER"))


def kill(number: int, cloud_s: float, *, on: bool) -> Deployment:
    """Return a deployment of the kill switch."""
    content = {"prismaKill": {"enabled": on}}
    return Deployment(number, "COMPLETE", at(cloud_s), at(cloud_s), content, ("APPCONFIG", "USER"))


def went_off(alarm: str, cloud_s: float) -> Transition:
    """Return the transition of an alarm into ALARM."""
    return Transition(alarm, at(cloud_s), "ALARM", "Threshold Crossed: 1 out of the last 1 datapoints")


def no_go(percent: float) -> Verdict:
    """Return the verdict on a step that was rolled back."""
    return rolled_back(judge(Counts(), Thresholds(), percent), "canaryErrorRate", "5 errors of 6")


def evidence(scenario: Scenario, reads: list[Read], **changes: Any) -> Evidence:
    """Return evidence of a scenario with only these requests, each answered as the mock answers."""
    entries = [Entry(one.at, one.user, 200, 0.01, "mock") for one in reads]
    judged = scenario.judged
    nothing = Evidence(
        scenario=scenario,
        clock=CLOCK,
        done={step.name: at(step.at + DONE_S) for step in scenario.steps},
        ended=at(scenario.seconds),
        noted={},
        aliases={step.name: "1" for step in scenario.steps},
        ledger=Ledger(entries=entries, sent=len(entries)),
        lines=Lines(reads=reads),
        sums={"ShadowSent": 0.0, "ShadowCompared": 0.0, "ShadowLost": 0.0, "ShadowDiffs": 0.0},
        transitions=[],
        ramp=[ramp(1, -900, on=False), ramp(2, -600, on=False)],
        kill=[kill(1, -900, on=False)],
        decisions=[],
        releases=[],
        alias_before="1",
        alias_after="1",
        traces=Traces(mock=1147, prisma=41, canary_errors=4, joined=5, functions=("mock", "prisma")),
        verdict=None,
        engine=EngineEvidence(
            created=98, packs={"canary-rollback": "0.1.0"}, changed_on_second_up=0, left_after_destroy=[]
        ),
        configured_percent=(judged.value or 0.0) if judged else 0.0,
        peak_memory_mb=1043.0,
        told=[],
        left_behind=[],
    )
    return replace(nothing, **changes)
