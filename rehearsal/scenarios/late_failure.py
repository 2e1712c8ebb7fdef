"""A canary starts to fail long after every deployment and bake has ended, with the guard and without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.claims import always, rolling_back
from rehearsal.claims.claim import Claim
from rehearsal.claims.moments import alarms
from rehearsal.timeline import MINUTE, Phase, Scenario, Step

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence

LONG_OVER_S = 40 * MINUTE
WATCHED_S = 15 * MINUTE
"""Minimum cloud seconds to watch the failing canary without a guard: three periods of its alarm."""


def everything_long_over(seen: Evidence) -> Claim:
    """Every deployment and bake had ended long before the failure.

    The evidence is AppConfig's and CodeDeploy's own lists.
    """
    broken = seen.done["stop-database"]
    ended = [d.completed for d in seen.ramp if d.started < broken]
    last = max((at for at in ended if at is not None), default=None)
    over_s = None if last is None else (broken - last) * seen.clock.factor
    return Claim(
        "the canary failed 40 minutes after every deployment and bake had ended",
        None not in ended and over_s is not None and over_s >= LONG_OVER_S and not seen.releases,
        {
            "since_the_last_bake_s": over_s and round(over_s, 1),
            "codedeploy_deployments": [release["deploymentId"] for release in seen.releases],
        },
    )


def nobody_else_would_have(seen: Evidence) -> Claim:
    """Without the guard the alarm went off, but neither AppConfig nor CodeDeploy acted on the failure."""
    broken, end = seen.done["stop-database-again"], seen.ended
    red = [t.alarm for t in alarms(seen, broken, end)]
    failing = [read.at for read in seen.lines.reads if read.canary_error and broken <= read.at < end]
    acted = [d.number for d in (*seen.ramp, *seen.kill) if broken <= d.started < end]
    states = {d.number: d.state for d in seen.ramp if d.number == seen.noted["canary-on-again"]["deployment"]}
    failed_s = (max(failing) - min(failing)) * seen.clock.factor if failing else 0.0
    return Claim(
        "without the guard the alarm went off and nobody acted: AppConfig's deployment and the alias stayed",
        any("canary-error-rate" in name for name in red)
        and failed_s >= WATCHED_S
        and not acted
        and not seen.releases
        and set(states.values()) == {"COMPLETE"}
        and seen.alias_after == seen.alias_before,
        {
            "alarms": red,
            "canary_failures": len(failing),
            "failing_for_s": round(failed_s, 1),
            "deployments_since": acted,
            "ramp_deployment": states,
        },
    )


def missing_guard_noticed(seen: Evidence) -> Claim:
    """The alarm on the guard's own ticks went off."""
    red = [t.alarm for t in alarms(seen, seen.done["remove-guard"], seen.ended)]
    return Claim(
        "a guard that does not run is an alarm of its own",
        any("guard-silent" in name for name in red),
        {"alarms": red},
    )


LATE_FAILURE = Scenario(
    name="late-failure",
    shows="the canary fails 40 minutes after every deployment and bake; with the guard, then without it",
    phases=(
        Phase("25 %", 0, 62 * MINUTE, "the flag is deployed, baked and long over"),
        Phase("failing, guarded", 62 * MINUTE, 82 * MINUTE, "PostgreSQL is gone; nobody touches anything"),
        Phase("again, unguarded", 82 * MINUTE, 138 * MINUTE, "the same canary, the guard removed"),
        Phase("failing, alone", 138 * MINUTE, 160 * MINUTE, "what AppConfig and CodeDeploy do by themselves"),
    ),
    steps=(
        Step(0, "canary-on", "prismaAdapter goes to 25 % by an AppConfig deployment", value=25.0),
        Step(62 * MINUTE, "stop-database", "PostgreSQL is stopped"),
        Step(72 * MINUTE, "start-database", "PostgreSQL is started again"),
        Step(77 * MINUTE, "verdict", "`canary verdict` on what happened"),
        Step(82 * MINUTE, "resume", "the backend is back"),
        Step(82 * MINUTE, "remove-guard", "the guard is removed: it cannot be invoked any more"),
        Step(
            83 * MINUTE, "canary-on", "prismaAdapter goes to 25 % again", value=25.0, label="canary-on-again"
        ),
        Step(138 * MINUTE, "stop-database", "PostgreSQL is stopped again", label="stop-database-again"),
    ),
    breaks="stop-database",
    mended="resume",
    shadow=None,
    rate=40.0,
    factor=48.0,
    claims=(
        *always.BEFORE,
        always.every_request_answered,
        everything_long_over,
        rolling_back.failure_unseen,
        rolling_back.alarm_went_off,
        rolling_back.switched_off_alone,
        rolling_back.off_in_two_minutes,
        rolling_back.off_stays_off,
        rolling_back.verdict_no_go,
        nobody_else_would_have,
        missing_guard_noticed,
        *always.AFTER,
    ),
)
