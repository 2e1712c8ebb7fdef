"""What spoils the claims that several scenarios share, whatever their times are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rehearsal.claims import always, rolling_back, splitting
from rehearsal.claims.moments import canary_reads, moments, window
from tests.rehearsal import spoiling
from tests.rehearsal.handmade import GUARD_SILENT, at
from tests.rehearsal.spoiling import answers, flag_stayed_on, no_kill_switch, sets

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence
    from rehearsal.ledger import Outcome
    from tests.rehearsal.spoiling import Spoil, Spoiling

NEVER = spoiling.canary_reads(canary_error=None)
NOBODY = spoiling.canary_reads(canary=False)


def in_the_failure(outcome: Outcome) -> Spoil:
    """Add one more user with such an answer, a minute after the canary began to fail."""
    return lambda seen: answers(outcome, seen.clock.cloud(window(seen)[0]) + 60)(seen)


def not_traced(what: str) -> Spoil:
    """Remove one kind of trace from what X-Ray has."""
    return lambda seen: setattr(seen, "traces", replace(seen.traces, **{what: 0}))  # type: ignore[arg-type]


def on_both_sides(seen: Evidence) -> None:
    """Let the mock answer a user of the canary once."""
    one = next(read for read in canary_reads(seen) if read.canary)
    seen.lines.reads.append(replace(one, canary=False))


def late_canary(seen: Evidence) -> None:
    """Add a canary request a minute before the end of the window, and a mock request after it."""
    end = seen.clock.cloud(window(seen)[1])
    spoiling.adds_read(end - 60, "u-late", canary=True)(seen)
    spoiling.adds_read(end - 30, "u-late")(seen)


def failed_before(seen: Evidence) -> None:
    """Move every failure of the canary to before the canary was broken."""
    seen.lines.reads = [replace(one, at=at(30)) if one.canary_error else one for one in seen.lines.reads]


def calmed_down(seen: Evidence) -> None:
    """Make the alarms change to OK instead."""
    seen.transitions = [replace(one, state="OK") for one in seen.transitions]


def leads_nowhere(seen: Evidence) -> None:
    """Take the alias's version away everywhere."""
    seen.alias_before = seen.alias_after = ""
    seen.aliases = dict.fromkeys(seen.aliases, "")


def nothing_after(seen: Evidence) -> None:
    """Remove every request after the last canary request."""
    last = moments(seen).last_canary
    assert last is not None
    spoiling.without(lambda one: one.at <= last)(seen)


def only_the_guards(seen: Evidence) -> None:
    """Leave alarms, but none of the canary."""
    seen.transitions = [replace(one, alarm=GUARD_SILENT) for one in seen.transitions]


def late_kill(seen: Evidence) -> None:
    """Turn the kill switch on three cloud minutes later."""
    later = 180 / seen.clock.factor
    seen.kill = [
        replace(one, started=one.started + later) if one.content["prismaKill"]["enabled"] else one
        for one in seen.kill
    ]


def decided_after(seen: Evidence) -> None:
    """Make the guard decide a minute after the kill switch was turned on by someone else."""
    off = moments(seen).kill_on
    assert off is not None
    seen.decisions = [off + 60 / seen.clock.factor]


def said_go(seen: Evidence) -> None:
    """Make the verdict a GO."""
    assert seen.verdict is not None
    seen.verdict = replace(seen.verdict, decision="GO")


def said_no_more(seen: Evidence) -> None:
    """Keep the NO-GO, but without its reason."""
    assert seen.verdict is not None
    seen.verdict = replace(seen.verdict, summary="")


ALWAYS: list[Spoiling] = [
    (always.engine_created, "nothing was created", sets("engine.created", 0)),
    (always.engine_created, "no pack was enforced", sets("engine.packs", {})),
    (always.engine_created, "a policy was violated", sets("engine.violations", ["[mandatory] x"])),
    (always.second_up_changes_nothing, "something changed", sets("engine.changed_on_second_up", 1)),
    (always.second_up_changes_nothing, "there was no second up", sets("engine.changed_on_second_up", -1)),
    (always.nothing_left, "something is left", sets("engine.left_after_destroy", ["lambda huntaze-x"])),
    (always.nothing_left, "nobody looked", sets("engine.left_after_destroy", None)),
    (always.machine_clean, "a process is left", sets("left_behind", ["process 1"])),
    (always.machine_clean, "nobody looked", sets("left_behind", None)),
    (always.every_request_answered, "an error", answers("error", 60)),
    (always.every_request_answered, "no answer", answers("unanswered", 60)),
    (always.every_request_answered, "one is missing", lambda seen: seen.ledger.entries.pop()),
    (always.every_request_answered, "nothing was sent", spoiling.nothing_was_sent),
    (always.traced, "no mock path", not_traced("mock")),
    (always.traced, "no Prisma path", not_traced("prisma")),
    (always.traced, "no joined trace", not_traced("joined")),
    (always.traced, "no failed canary", not_traced("canary_errors")),
    (always.memory_bounded, "too much", sets("peak_memory_mb", 1600.0)),
    (always.memory_bounded, "not measured", sets("peak_memory_mb", 0.0)),
]

SPLITTING: list[Spoiling] = [
    (splitting.share_fits, "nobody was in it", NOBODY),
    (splitting.share_fits, "it is not what was configured", sets("configured_percent", 60.0)),
    (splitting.nobody_changed_side, "one user on both", on_both_sides),
    (splitting.nobody_changed_side, "nobody was in it", NOBODY),
]

ROLLING_BACK: list[Spoiling] = [
    (rolling_back.failure_unseen, "an error", in_the_failure("error")),
    (rolling_back.failure_unseen, "another answer", in_the_failure("other")),
    (rolling_back.failure_unseen, "nothing failed", NEVER),
    (rolling_back.failure_unseen, "nothing was sent", spoiling.nothing_was_sent),
    (rolling_back.failure_unseen, "it failed only before", failed_before),
    (rolling_back.alarm_went_off, "it went to OK", calmed_down),
    (rolling_back.alarm_went_off, "no alarm", sets("transitions", [])),
    (rolling_back.alarm_went_off, "only another one", only_the_guards),
    (rolling_back.alarm_went_off, "an early one", spoiling.adds_alarm("huntaze-canary-p95-gt-130pct", 60)),
    (rolling_back.alarm_went_off, "nothing failed", NEVER),
    (rolling_back.switched_off_alone, "no kill switch", no_kill_switch),
    (rolling_back.switched_off_alone, "the flag stayed on", flag_stayed_on),
    (rolling_back.switched_off_alone, "nobody was told", sets("told", [])),
    (rolling_back.switched_off_alone, "told twice", lambda seen: seen.told.append(seen.told[0])),
    (rolling_back.off_in_two_minutes, "no kill switch", no_kill_switch),
    (rolling_back.off_in_two_minutes, "three minutes later", late_kill),
    (rolling_back.off_in_two_minutes, "no breaker opened", sets("lines.breakers", [])),
    (rolling_back.off_in_two_minutes, "nobody decided", sets("decisions", [])),
    (rolling_back.off_in_two_minutes, "decided after the act", decided_after),
    (rolling_back.off_stays_off, "a late canary request", late_canary),
    (rolling_back.off_stays_off, "no kill switch", no_kill_switch),
    (rolling_back.off_stays_off, "no request came after it", nothing_after),
    (rolling_back.alias_stayed, "it moved", sets("alias_after", "2")),
    (
        rolling_back.alias_stayed,
        "it moved meanwhile",
        lambda seen: spoiling.leads_to(seen.scenario.breaks, "2")(seen),
    ),
    (rolling_back.alias_stayed, "it leads nowhere", leads_nowhere),
    (rolling_back.verdict_no_go, "no verdict", sets("verdict", None)),
    (rolling_back.verdict_no_go, "a GO", said_go),
    (rolling_back.verdict_no_go, "not a word why", said_no_more),
]

ANYWHERE = [*ALWAYS, *SPLITTING, *ROLLING_BACK]
