"""A beta that ended well: an hour of shadow, an hour of canary, and an outage that no one noticed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.claims import shadowing, splitting
from rehearsal.log_lines import Comparison, Lines, Loss
from rehearsal.scenarios.beta import BETA
from rehearsal.timeline import HOUR
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import ERROR_RATE, TOLD, at, evidence, kill, no_go, ramp, read, went_off
from tests.rehearsal.spoiling import answers, notes, sets

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from rehearsal.log_lines import Read
    from tests.rehearsal.spoiling import Spoil, Spoiling

FAILED_AT, RED_AT, KILLED_AT, OFF_AT, LAST_AT = 7560.0, 7700.0, 7760.0, 7770.0, 7780.0
"""Cloud seconds of the first failure and of what followed."""

PRICE = "creator.subscriptionPrice"


def _reads() -> list[Read]:
    shadow_hour = [read(60.0 * n, f"u-{n}") for n in range(1, 60)]
    canary_hour = [read(4000.0 + 10 * n, f"u-{n}", canary=n < 2) for n in range(200)]
    outage = [read(FAILED_AT + 20 * n, "u-1", canary=True, error="timeout") for n in range(12)]
    return [*shadow_hour, *canary_hour, *outage, *(read(8000.0 + n, f"u-{n}") for n in range(20))]


def right() -> Evidence:
    """Return evidence in which everything that must happen happened once."""
    reads = _reads()
    compared = [
        Comparison(one.at, (PRICE,) if one.at == at(2520.0) else (), one.request_id) for one in reads[1:]
    ]
    lost = [Loss(reads[0].at, "frozen", reads[0].request_id)]
    return evidence(
        BETA,
        reads,
        noted={"canary-on": {"deployment": 3, "state": "BAKING", "percent": 1.0, "served_at": at(HOUR)}},
        lines=Lines(reads=reads, comparisons=compared, lost=lost, breakers=[at(FAILED_AT + 90)]),
        sums={
            "ShadowSent": float(len(reads)),
            "ShadowCompared": float(len(compared)),
            "ShadowLost": 1.0,
            "ShadowDiffs": 1.0,
        },
        transitions=[went_off(ERROR_RATE, RED_AT)],
        decisions=[at(RED_AT + 10)],
        ramp=[
            ramp(1, -900, on=False),
            ramp(2, -600, on=False),
            ramp(3, HOUR, on=True, ended=HOUR + 1200),
            ramp(4, OFF_AT, on=False),
        ],
        kill=[kill(1, -900, on=False), kill(2, KILLED_AT, on=True)],
        verdict=no_go(1.0),
        told=[TOLD],
    )


def _compared(cloud_s: float, *paths: str) -> Spoil:
    return lambda seen: seen.lines.comparisons.append(Comparison(at(cloud_s), paths, "r-x"))


def _no_differences(seen: Evidence) -> None:
    seen.lines.comparisons = [replace(one, paths=()) for one in seen.lines.comparisons]


def _sums(**changes: float) -> Spoil:
    return lambda seen: setattr(seen, "sums", {**seen.sums, **changes})


SPOILED: list[Spoiling] = [
    (shadowing.shadow_hour_mock_only, "another answer", answers("other", 60)),
    (shadowing.shadow_hour_mock_only, "a canary request", spoiling.adds_read(60, "u-x", canary=True)),
    (shadowing.shadow_hour_mock_only, "nothing was sent", spoiling.nothing_was_sent),
    (shadowing.every_request_shadowed, "one was not", spoiling.adds_read(61, "u-x")),
    (shadowing.every_request_shadowed, "the sums do not add up", _sums(ShadowSent=9)),
    (shadowing.every_request_shadowed, "a loss without a cause", _sums(ShadowSent=292, ShadowLost=2)),
    (shadowing.every_request_shadowed, "no request came", spoiling.without(lambda one: one.at > at(HOUR))),
    (shadowing.equal_data_no_diff, "a difference", _compared(100, "creator.bio")),
    (shadowing.equal_data_no_diff, "nothing compared", sets("lines.comparisons", [])),
    (shadowing.seeded_difference_named, "not found", _no_differences),
    (shadowing.seeded_difference_named, "another path too", _compared(2520, "creator.bio")),
    (shadowing.seeded_difference_named, "still there", _compared(3000, PRICE)),
    (splitting.flag_by_deployment, "no deployment", lambda seen: seen.ramp.pop(2)),
    (splitting.flag_by_deployment, "two of them", lambda seen: seen.ramp.append(seen.ramp[2])),
    (splitting.flag_by_deployment, "it was not baking", notes("canary-on", state="COMPLETE")),
    (splitting.flag_by_deployment, "nobody was in it", spoiling.canary_reads(canary=False)),
    (
        splitting.flag_by_deployment,
        "not live for a quarter of an hour",
        spoiling.without(lambda one: not one.canary or one.at > at(HOUR + 900)),
    ),
]
