"""What must have happened, each judged on observed evidence and never on what was commanded."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.timeline import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable

    from rehearsal.evidence import Evidence
    from rehearsal.log_lines import Read

SETTLE_S = 90.0
"""Cloud seconds a flag may take to reach every sandbox: the rehearsal's poll interval of 60, and a look."""

SHARE_ALPHA = 0.001
"""The split is called wrong when a fair one would look like this less than once in a thousand runs."""

MEMORY_LIMIT_MB = 1536.0


@dataclass(frozen=True)
class Claim:
    """One thing that must happen, whether it did, and how that is known."""

    claim: str
    ok: bool
    evidence: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Moments:
    """Wall clock moments of the failure and of what followed; ``None`` where it never happened."""

    first_failure: float | None
    alarm: float | None
    kill_on: float | None
    flag_off: float | None
    last_canary: float | None


def binomial_two_sided(k: int, n: int, p: float) -> float:
    """Exact two-sided binomial p-value, the sum of all outcomes no likelier than the observed one.

    The definition is that of the exact binomial test (Clopper and Pearson 1934; ``scipy.stats.binomtest``).
    """
    if not 0 < p < 1:
        return 1.0 if k == round(n * p) else 0.0
    logs = [
        math.lgamma(n + 1)
        - math.lgamma(i + 1)
        - math.lgamma(n - i + 1)
        + i * math.log(p)
        + (n - i) * math.log1p(-p)
        for i in range(n + 1)
    ]
    return min(1.0, sum(math.exp(log) for log in logs if log <= logs[k] + 1e-7))


def moments(seen: Evidence) -> Moments:
    """Find the failure and what followed in logs, alarm history and deployments."""
    broken = seen.done["stop-database"]
    failed = [read.at for read in seen.lines.reads if read.canary_error and read.at >= broken - 1]
    first = min(failed, default=None)
    red = [t.at for t in seen.transitions if t.state == "ALARM" and first is not None and t.at >= first]
    # Their strategies take 0 minutes: what they deploy is served as soon as they start.
    kills = [d.started for d in seen.kill if d.content["prismaKill"]["enabled"]]
    offs = [
        d.started
        for d in seen.ramp
        if first is not None
        and d.started >= first
        and not d.content["prismaAdapter"]["enabled"]
        and d.state == "COMPLETE"
    ]
    return Moments(
        first,
        min(red, default=None),
        min(kills, default=None),
        min(offs, default=None),
        max((read.at for read in seen.lines.reads if read.canary), default=None),
    )


def rollback_seconds(seen: Evidence) -> dict[str, float | None]:
    """Cloud seconds from the first failing canary request to each consequence."""
    at = moments(seen)

    def since(moment: float | None) -> float | None:
        if moment is None or at.first_failure is None:
            return None
        return round((moment - at.first_failure) * seen.clock.factor, 1)

    return {
        "alarm_s": since(at.alarm),
        "kill_on_s": since(at.kill_on),
        "flag_off_s": since(at.flag_off),
        "last_canary_s": since(at.last_canary),
    }


def canary_reads(seen: Evidence) -> list[Read]:
    """Requests while the canary was on everywhere: from settled after enabling to the kill switch."""
    at = moments(seen)
    start = seen.done["canary-on"] + SETTLE_S / seen.clock.factor
    end = at.kill_on if at.kill_on is not None else seen.clock.wall(seen.scenario.seconds)
    return [read for read in seen.lines.reads if start <= read.at < end]


def users_by_side(reads: list[Read]) -> tuple[set[str], set[str]]:
    """Pseudonyms seen in the canary, and pseudonyms seen on the mock path."""
    sides: dict[bool, set[str]] = defaultdict(set)
    for read in reads:
        sides[read.canary].add(read.user)
    return sides[True], sides[False]


def engine_created(seen: Evidence) -> Claim:
    """The engine's own summary, and no violation of a mandatory policy."""
    engine = seen.engine
    return Claim(
        "the real engine created the stack under the mandatory policy pack",
        engine.created > 0 and bool(engine.packs) and not engine.violations,
        {"created": engine.created, "packs": engine.packs, "violations": engine.violations},
    )


def second_up_changes_nothing(seen: Evidence) -> Claim:
    """The engine's summary of the second run."""
    changed = seen.engine.changed_on_second_up
    return Claim(
        "a second up changes nothing", changed == 0, {"changed": changed, "what": seen.engine.changed}
    )


def nothing_left(seen: Evidence) -> Claim:
    """The state, and the local cloud asked service by service."""
    left = seen.engine.left_after_destroy
    return Claim("after teardown and destroy nothing is left", left == [], {"left": left})


def machine_clean(seen: Evidence) -> Claim:
    """Processes that were started, and the work folder."""
    left = seen.left_behind
    return Claim("no process and no temporary folder is left", left == [], {"left": left})


def every_request_answered(seen: Evidence) -> Claim:
    """The client's own ledger."""
    outcomes = seen.ledger.outcomes()
    return Claim(
        "every request was answered, without an error",
        0 < seen.ledger.sent == len(seen.ledger.entries) and outcomes["error"] + outcomes["unanswered"] == 0,
        {"sent": seen.ledger.sent, **outcomes},
    )


def shadow_hour_mock_only(seen: Evidence) -> Claim:
    """Every answer of the hour is compared with the mock's, and no log line says canary."""
    outcomes = seen.ledger.outcomes(seen.clock.wall(0), seen.clock.wall(HOUR))
    canary = sum(read.canary for read in seen.lines.reads if read.at < seen.done["canary-on"])
    return Claim(
        "H+0-1: every user got the mock's answer",
        set(outcomes) == {"mock"} and canary == 0,
        {**outcomes, "canary_requests": canary},
    )


def every_request_shadowed(seen: Evidence) -> Claim:
    """Request by request from the log; the sums from the metrics."""
    sent, compared, lost = (int(seen.sums[name]) for name in ("ShadowSent", "ShadowCompared", "ShadowLost"))
    hour = {read.request_id for read in seen.lines.reads if read.at < seen.done["canary-on"]}
    settled = {one.request_id for one in seen.lines.comparisons} | {one.request_id for one in seen.lines.lost}
    causes = dict(Counter(one.cause for one in seen.lines.lost))
    return Claim(
        "H+0-1: every request was shadowed, and sent = compared + counted losses",
        bool(hour) and hour <= settled and sent == compared + lost and sum(causes.values()) == lost,
        {
            "requests": len(hour),
            "never_shadowed": len(hour - settled),
            "sent": sent,
            "compared": compared,
            "lost": lost,
            "lost_by_cause": causes,
        },
    )


def equal_data_no_diff(seen: Evidence) -> Claim:
    """Comparisons logged before the seeded difference."""
    until = seen.done["seed-difference"] - 1
    compared = [one for one in seen.lines.comparisons if one.at < until]
    diffs = [one.paths for one in compared if one.paths]
    return Claim(
        "H+0-1: no difference on equal data",
        bool(compared) and not diffs,
        {"compared": len(compared), "diffs": len(diffs), "first": diffs[:1]},
    )


def seeded_difference_named(seen: Evidence) -> Claim:
    """Paths in the log while the difference was there, and after it was mended."""
    start, end = seen.done["seed-difference"] - 1, seen.done["mend-difference"] + 1
    paths = Counter(path for one in seen.lines.comparisons if start <= one.at <= end for path in one.paths)
    after = sum(bool(one.paths) for one in seen.lines.comparisons if one.at > end)
    return Claim(
        "the seeded difference was found and named by its path, and was gone when mended",
        bool(paths) and set(paths) == {"creator.subscriptionPrice"} and after == 0,
        {"paths": dict(paths), "diffs_after_mending": after},
    )


def flag_by_deployment(seen: Evidence) -> Claim:
    """AppConfig's own list, and the first canary request in the log."""
    ramped = [d for d in seen.ramp if d.content["prismaAdapter"]["enabled"]]
    first_read = min((read.at for read in seen.lines.reads if read.canary), default=None)
    live_s = (first_read - seen.done["canary-on"]) * seen.clock.factor if first_read is not None else None
    return Claim(
        "H+1: the flag came by an AppConfig deployment, live at once and baking under its monitors",
        len(ramped) == 1
        and seen.canary_live_state == "BAKING"
        and live_s is not None
        and live_s < 10 * SETTLE_S,
        {
            "deployments": [d.number for d in ramped],
            "state_while_live": seen.canary_live_state,
            "first_canary_request_after_s": None if live_s is None else round(live_s, 1),
        },
    )


def share_fits(seen: Evidence) -> Claim:
    """An exact binomial test over the users seen."""
    inside, outside = users_by_side(canary_reads(seen))
    n, k = len(inside | outside), len(inside)
    p_value = binomial_two_sided(k, n, seen.configured_percent / 100)
    return Claim(
        f"H+1-2: the observed share of users fits {seen.configured_percent:g} %",
        n > 0 and k > 0 and p_value >= SHARE_ALPHA,
        {
            "users": n,
            "canary_users": k,
            "test": "exact binomial over users, two-sided",
            "p_value": round(p_value, 4),
        },
    )


def nobody_changed_side(seen: Evidence) -> Claim:
    """Pseudonyms on both sides, over all sandboxes."""
    reads = canary_reads(seen)
    inside, outside = users_by_side(reads)
    return Claim(
        "no user changed side, whichever sandbox answered",
        bool(inside) and not inside & outside,
        {
            "users": len(inside | outside),
            "users_who_changed_side": len(inside & outside),
            "sandboxes": len({read.sandbox for read in reads}),
        },
    )


def outage_unseen(seen: Evidence) -> Claim:
    """The ledger while PostgreSQL was down, and canary errors that a fallback hid."""
    start = seen.done["stop-database"]
    outcomes = seen.ledger.outcomes(start, seen.done["start-database"])
    hidden = sum(1 for read in seen.lines.reads if read.canary_error and read.at >= start - 1)
    return Claim(
        "PostgreSQL stopped: users saw no error and no answer other than the mock's",
        set(outcomes) == {"mock"} and hidden > 0,
        {**outcomes, "canary_errors_hidden": hidden},
    )


def alarm_went_off(seen: Evidence) -> Claim:
    """The alarms' own history."""
    at = moments(seen)
    red = [
        t for t in seen.transitions if t.state == "ALARM" and at.first_failure and t.at >= at.first_failure
    ]
    start, broken = seen.clock.wall(0), seen.done["stop-database"]
    early = [t for t in seen.transitions if t.state == "ALARM" and start <= t.at < broken]
    return Claim(
        "the canary path's alarm went off, and no alarm before the failure",
        any("canary-error-rate" in t.alarm for t in red) and not early,
        {
            "alarms": [{"alarm": t.alarm, "reason": t.reason} for t in red],
            "before_the_failure": [t.alarm for t in early],
        },
    )


def switched_off_alone(seen: Evidence) -> Claim:
    """Deployments that nobody of the rehearsal made, and what people were told."""
    seconds = rollback_seconds(seen)
    return Claim(
        "the kill switch came on and the flag went off without a person",
        None not in seconds.values() and len(seen.told) == 1,
        {**seconds, "told": len(seen.told)},
    )


def off_stays_off(seen: Evidence) -> Claim:
    """The last canary request in any sandbox's log."""
    at = moments(seen)
    end = seen.clock.wall(seen.scenario.seconds)
    after = [read for read in seen.lines.reads if at.last_canary is not None and read.at > at.last_canary]
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
    """The alias before and after."""
    return Claim(
        "the alias stayed where it was: no code was at fault",
        seen.alias_before == seen.alias_after != "",
        {"before": seen.alias_before, "after": seen.alias_after},
    )


def verdict_no_go(seen: Evidence) -> Claim:
    """The verdict on the step, as `canary verdict` gives it."""
    decision = seen.verdict.decision if seen.verdict else None
    why = seen.verdict.summary if seen.verdict else ""
    return Claim(
        "the verdict is NO-GO and says why",
        decision == "NO-GO" and bool(why),
        {"verdict": decision, "why": why},
    )


def traced(seen: Evidence) -> Claim:
    """What the X-Ray API answers."""
    found = seen.traces
    return Claim(
        "X-Ray received annotated segments for both paths, from both functions joined in one trace",
        min(found.mock, found.prisma, found.joined, found.canary_errors) > 0,
        asdict(found),
    )


def memory_bounded(seen: Evidence) -> Claim:
    """Memory as measured from outside."""
    return Claim(
        f"the whole run stayed under {MEMORY_LIMIT_MB:.0f} MB of memory",
        0 < seen.peak_memory_mb < MEMORY_LIMIT_MB,
        {"peak_mb": round(seen.peak_memory_mb)},
    )


BETA_CLAIMS: tuple[Callable[[Evidence], Claim], ...] = (
    engine_created,
    second_up_changes_nothing,
    every_request_answered,
    shadow_hour_mock_only,
    every_request_shadowed,
    equal_data_no_diff,
    seeded_difference_named,
    flag_by_deployment,
    share_fits,
    nobody_changed_side,
    outage_unseen,
    alarm_went_off,
    switched_off_alone,
    off_stays_off,
    alias_stayed,
    verdict_no_go,
    traced,
    memory_bounded,
    nothing_left,
    machine_clean,
)
"""What the beta must show, in the order in which it happens."""

AFTER_THE_END = (nothing_left, machine_clean)
"""What can be claimed only once everything is down."""
