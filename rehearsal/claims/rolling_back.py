"""Claims about a failing canary: unseen by users, noticed, turned off automatically, and off permanently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehearsal.claims.claim import Claim
from rehearsal.claims.moments import SETTLE_S, alarms, moments, rollback_seconds, window

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence

TWO_MINUTES_S = 120.0


def failure_unseen(seen: Evidence) -> Claim:
    """Users saw only the mock's answers, according to the ledger, while a fallback hid canary errors."""
    start, end = window(seen)
    outcomes = seen.ledger.outcomes(start, end)
    hidden = sum(1 for read in seen.lines.reads if read.canary_error and start - 1 <= read.at < end)
    return Claim(
        "while the canary failed, users saw no error and no answer other than the mock's",
        set(outcomes) == {"mock"} and hidden > 0,
        {**outcomes, "canary_errors_hidden": hidden},
    )


def alarm_went_off(seen: Evidence) -> Claim:
    """The canary's alarm went off, and none before the failure, according to the alarms' own history."""
    start, end = window(seen)
    first = moments(seen).first_failure
    red = alarms(seen, first, end) if first is not None else []
    early = alarms(seen, seen.clock.wall(0), start)
    return Claim(
        "the canary path's alarm went off, and no alarm before the failure",
        any("canary-error-rate" in t.alarm for t in red) and not early,
        {
            "alarms": [{"alarm": t.alarm, "reason": t.reason} for t in red],
            "before_the_failure": [t.alarm for t in early],
        },
    )


def switched_off_alone(seen: Evidence) -> Claim:
    """The canary was turned off by deployments that the rehearsal did not make, and people were told once."""
    seconds = rollback_seconds(seen)
    return Claim(
        "the kill switch came on and the flag went off without a person",
        seconds["kill_on_s"] is not None and seconds["flag_off_s"] is not None and len(seen.told) == 1,
        {**seconds, "told": len(seen.told)},
    )


def off_in_two_minutes(seen: Evidence) -> Claim:
    """A breaker opened, and the guard decided and turned the kill switch on within two cloud minutes.

    The time starts with the first failed canary request. It is in cloud seconds, and AWS promises no bound on
    the delay of metrics.
    """
    seconds = rollback_seconds(seen)
    decided, kill = seconds["verdict_s"], seconds["kill_on_s"]
    return Claim(
        "a breaker opened, the guard decided, then the kill switch came on, within two minutes of a failure",
        None not in seconds.values()
        and decided is not None
        and kill is not None
        and decided <= kill <= TWO_MINUTES_S,
        dict(seconds),
    )


def off_stays_off(seen: Evidence) -> Claim:
    """No canary request came once the kill switch had reached every sandbox, according to their logs."""
    at, (_, end) = moments(seen), window(seen)
    reads = [read for read in seen.lines.reads if read.at < end]
    after = [read for read in reads if at.last_canary is not None and read.at > at.last_canary]
    quiet_s = (end - at.last_canary) * seen.clock.factor if at.last_canary is not None else 0.0
    settled = (
        at.kill_on is not None
        and at.last_canary is not None
        and at.last_canary <= (at.kill_on + SETTLE_S / seen.clock.factor)
    )
    return Claim(
        f"{SETTLE_S:.0f} cloud seconds after the kill switch no request went to the canary any more",
        settled and bool(after),
        {"requests_after_the_last_canary": len(after), "cloud_seconds_without_canary": round(quiet_s, 1)},
    )


def alias_stayed(seen: Evidence) -> Claim:
    """The alias pointed to the same version before, after each step, and at the end."""
    versions = {seen.alias_before, *seen.aliases.values(), seen.alias_after}
    return Claim(
        "the alias stayed where it was: no code was at fault",
        len(versions) == 1 and "" not in versions,
        {"before": seen.alias_before, "after": seen.alias_after},
    )


def verdict_no_go(seen: Evidence) -> Claim:
    """The verdict on the step, as `canary verdict` gives it, is NO-GO with a reason."""
    decision = seen.verdict.decision if seen.verdict else None
    why = seen.verdict.summary if seen.verdict else ""
    return Claim(
        "the verdict is NO-GO and says why",
        decision == "NO-GO" and bool(why),
        {"verdict": decision, "why": why},
    )
