"""The run as one JSON document, and as what is printed at its end."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from canary.cli.verdict import table
from canary.unit.visible import ascii_json, visible
from rehearsal.claims.always import AFTER_THE_END, WITHOUT_TRAFFIC
from rehearsal.claims.moments import canary_reads, rollback_seconds, users_by_side
from rehearsal.progress import GREEN, RED, YELLOW

if TYPE_CHECKING:
    from pathlib import Path

    from rehearsal.claims.claim import Claim
    from rehearsal.evidence import Evidence
    from rehearsal.progress import Progress

FORMAT = 1
"""Raised when a field changes its meaning or goes; new fields do not raise it."""


class Outcome(StrEnum):
    """What a run comes to."""

    OBSERVED = "observed"
    NOT_OBSERVED = "not observed"
    CANNOT_BE_JUDGED = "cannot be judged"


def outcome(seen: Evidence, found: list[Claim]) -> Outcome:
    """What the claims come to, with how much of the traffic there was.

    Where the machine was too busy to send even half of the planned requests, a claim about them that is not
    met says nothing about the product. What needs no request is a failure all the same.
    """
    missing = [claim for claim in found if not claim.ok]
    if not missing:
        return Outcome.OBSERVED
    return Outcome.CANNOT_BE_JUDGED if excused(seen, found) == missing else Outcome.NOT_OBSERVED


def excused(seen: Evidence, found: list[Claim]) -> list[Claim]:
    """Claims about requests that are not met although they may hold: most of the requests were never sent."""
    if seen.ledger.held_back <= seen.ledger.sent:
        return []
    needs_none = {claim(seen).claim for claim in WITHOUT_TRAFFIC}
    return [claim for claim in found if not claim.ok and claim.claim not in needs_none]


def build(
    seen: Evidence, claims: list[Claim], wall_s: float, replayed: dict[str, Any] | None
) -> dict[str, Any]:
    """Everything a run showed, with its evidence."""
    outcomes = seen.ledger.outcomes()
    return {
        "format": FORMAT,
        "scenario": seen.scenario.name,
        "clock_factor": seen.clock.factor,
        "requests": {
            "sent": seen.ledger.sent,
            "held_back": seen.ledger.held_back,
            "answered": sum(entry.status > 0 for entry in seen.ledger.entries),
            "errors": outcomes["error"] + outcomes["unanswered"] + outcomes["other"],
            "p95_ms": round(seen.ledger.p95_ms(), 2),
        },
        "shadow": {
            "sent": int(seen.sums["ShadowSent"]),
            "compared": int(seen.sums["ShadowCompared"]),
            "lost": int(seen.sums["ShadowLost"]),
            "diffs": int(seen.sums["ShadowDiffs"]),
        },
        "canary": _canary(seen),
        "rollback": rollback_seconds(seen) if seen.scenario.breaks else None,
        "engine": {
            "created": seen.engine.created,
            "packs": seen.engine.packs,
            "changed_on_second_up": seen.engine.changed_on_second_up,
            "left_after_destroy": None
            if seen.engine.left_after_destroy is None
            else len(seen.engine.left_after_destroy),
        },
        "traces": {"mock": seen.traces.mock, "prisma": seen.traces.prisma, "joined": seen.traces.joined},
        "traffic": replayed or {"kind": "steady"},
        "peak_memory_mb": round(seen.peak_memory_mb),
        "wall_s": round(wall_s, 1),
        "verdict": seen.verdict.as_dict() if seen.verdict else None,
        "outcome": outcome(seen, claims).value,
        "observed": [claim.as_dict() for claim in claims],
    }


def _canary(seen: Evidence) -> dict[str, Any] | None:
    """The judged step while it was on everywhere; ``None`` where nobody turned a canary on by a step."""
    if seen.scenario.judged is None:
        return None
    reads = canary_reads(seen)
    inside, outside = users_by_side(reads)
    return {
        "configured_percent": seen.configured_percent,
        "observed_percent": round(100 * len(inside) / len(inside | outside), 3) if reads else 0.0,
        "users": len(inside),
        "requests": sum(read.canary for read in reads),
        "users_who_changed_side": len(inside & outside),
    }


def judge(seen: Evidence, *, kept: bool) -> list[Claim]:
    """All claims, in order; with the cloud kept up there is no destroy to claim anything about."""
    return [claim(seen) for claim in seen.scenario.claims if not (kept and claim in AFTER_THE_END)]


def write(path: Path, summary: dict[str, Any]) -> None:
    """Write the document whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(summary, indent=2) + "\n")
    partial.replace(path)


def lines(seen: Evidence, found: list[Claim], progress: Progress) -> list[str]:
    """What is printed at the end: what was observed, the go/no-go table, one sentence of verdict."""
    shown = ["", *_traffic_lines(seen), "", "Observed", *_claim_lines(seen, found, progress)]
    if seen.verdict is not None:
        shown += [
            "",
            "Go/no-go",
            *(f"  {visible(line)}" for line in table(seen.verdict)[2:]),
            "",
            visible(seen.verdict.summary),
        ]
    return [*shown, "", *_last_lines(seen, found, progress)]


def _last_lines(seen: Evidence, found: list[Claim], progress: Progress) -> list[str]:
    """What it comes to, and what to do where it comes to nothing."""
    missing, held = sum(not claim.ok for claim in found), seen.ledger.held_back
    match outcome(seen, found):
        case Outcome.OBSERVED:
            return [progress.colour(GREEN, f"Rehearsal: all {len(found)} observed.")]
        case Outcome.NOT_OBSERVED:
            return [progress.colour(RED, f"Rehearsal: {missing} of {len(found)} were NOT observed.")]
    return [
        progress.colour(YELLOW, "Rehearsal: it CANNOT BE JUDGED."),
        (
            f"The machine was too busy to send {held} of {seen.ledger.sent + held} planned requests, so "
            f"{missing} of {len(found)} were not seen, and may well hold. Run it again when less else runs."
        ),
    ]


def _traffic_lines(seen: Evidence) -> list[str]:
    """How much there was to observe, what was held back included."""
    sums, ledger = seen.sums, seen.ledger
    planned = ledger.sent + ledger.held_back
    held = (
        f", {ledger.held_back} of {planned} planned held back: the machine was busy"
        if ledger.held_back
        else ""
    )
    return [
        f"Traffic: {ledger.sent} requests sent{held}; users waited {ledger.p95_ms():.0f} ms at P95",
        (
            f"Shadow: {int(sums['ShadowSent'])} sent, {int(sums['ShadowCompared'])} compared, "
            f"{int(sums['ShadowLost'])} lost, each counted by its cause"
        ),
    ]


def _claim_lines(seen: Evidence, found: list[Claim], progress: Progress) -> list[str]:
    """One line a claim, its evidence after it where it is not met."""
    unseen = excused(seen, found)
    shown = []
    for claim in found:
        if claim.ok:
            mark = progress.colour(GREEN, "ok  ")
        elif claim in unseen:
            mark = progress.colour(YELLOW, "?   ")
        else:
            mark = progress.colour(RED, "FAIL")
        shown.append(f"  {mark} {claim.claim}")
        if not claim.ok:
            shown.append(f"       {ascii_json(claim.evidence)}")
    return shown
