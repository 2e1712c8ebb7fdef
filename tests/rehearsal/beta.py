"""The evidence of a beta that went as it should, made by hand: what each claim has to find in order."""

from __future__ import annotations

from rehearsal.evidence import Deployment, EngineEvidence, Evidence, Traces, Transition
from rehearsal.ledger import Entry, Ledger
from rehearsal.log_lines import Comparison, Lines, Loss, Read
from rehearsal.timeline import BETA, HOUR, Clock
from verdict import Counts, judge, rolled_back
from verdict import Thresholds as Limits

CLOCK = Clock(1_795_600_800.0, 60.0)
FAILED_AT, RED_AT, KILLED_AT, OFF_AT, LAST_AT = 7560.0, 7700.0, 7760.0, 7770.0, 7780.0
"""Cloud seconds of the first failure and of what followed."""


def at(cloud_s: float) -> float:
    """Wall clock of a cloud second."""
    return CLOCK.wall(cloud_s)


def read(cloud_s: float, user: str, *, canary: bool = False, error: str | None = None) -> Read:
    """One request in the entry function's log."""
    served = "prisma" if canary and error is None else "mock"
    return Read(at(cloud_s), canary, served, error, user, f"sandbox-{len(user) % 4}", 3.0, f"r-{cloud_s:g}")


def _reads() -> list[Read]:
    shadow_hour = [read(60.0 * n, f"u-{n}") for n in range(1, 60)]
    canary_hour = [read(4000.0 + 10 * n, f"u-{n}", canary=n < 2) for n in range(200)]
    outage = [read(FAILED_AT + 20 * n, "u-1", canary=True, error="timeout") for n in range(12)]
    return [*shadow_hour, *canary_hour, *outage, *(read(8000.0 + n, f"u-{n}") for n in range(20))]


def _lines() -> Lines:
    reads = _reads()
    compared = [
        Comparison(one.at, ("creator.subscriptionPrice",) if one.at == at(2520.0) else (), one.request_id)
        for one in reads[1:]
    ]
    return Lines(reads=reads, comparisons=compared, lost=[Loss(reads[0].at, "frozen", reads[0].request_id)])


def _ledger(lines: Lines) -> Ledger:
    entries = [Entry(one.at, one.user, 200, 0.01, "mock") for one in lines.reads]
    return Ledger(entries=entries, sent=len(entries))


def _flags(number: int, state: str, cloud_s: float, *, on: bool, kill: bool = False) -> Deployment:
    content = {"prismaKill": {"enabled": on}} if kill else {"prismaAdapter": {"enabled": on}}
    return Deployment(number, state, at(cloud_s), at(cloud_s), content)


def healthy() -> Evidence:
    """Everything that must happen, once."""
    lines = _lines()
    done = {step.action: at(step.at) + 0.1 for step in BETA.steps}
    verdict = judge(Counts(), Limits(), 1.0)
    return Evidence(
        scenario=BETA,
        clock=CLOCK,
        done=done,
        ledger=_ledger(lines),
        lines=lines,
        sums={
            "ShadowSent": len(lines.reads),
            "ShadowCompared": len(lines.comparisons),
            "ShadowLost": 1,
            "ShadowDiffs": 1,
        },
        transitions=[Transition("huntaze-canary-error-rate-gt-2pct", at(RED_AT), "ALARM", "5 errors")],
        ramp=[
            _flags(1, "COMPLETE", -600, on=False),
            _flags(2, "ROLLED_BACK", HOUR, on=True),
            _flags(3, "COMPLETE", OFF_AT, on=False),
        ],
        kill=[
            _flags(1, "COMPLETE", -600, on=False, kill=True),
            _flags(2, "COMPLETE", KILLED_AT, on=True, kill=True),
        ],
        canary_live_state="BAKING",
        alias_before="1",
        alias_after="1",
        traces=Traces(mock=9, prisma=5, canary_errors=3, joined=5, functions=("mock", "prisma")),
        verdict=rolled_back(verdict, "canaryErrorRate", "5 errors of 6"),
        engine=EngineEvidence(
            created=98, packs={"canary-migration": "1.0.0"}, changed_on_second_up=0, left_after_destroy=[]
        ),
        configured_percent=1.0,
        peak_memory_mb=900.0,
        told=[{"Subject": "huntaze: rolled back", "Message": "{}"}],
        left_behind=[],
    )
