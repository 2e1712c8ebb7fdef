"""Claims of every scenario, about the engine, the users, the traces, and that nothing is left behind."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rehearsal.claims.claim import Claim

if TYPE_CHECKING:
    from rehearsal.evidence import Evidence


MEMORY_LIMIT_MB = 1536.0


def engine_created(seen: Evidence) -> Claim:
    """The engine created the stack without a mandatory violation, according to its own summary."""
    engine = seen.engine
    return Claim(
        "the real engine created the stack under the mandatory policy pack",
        engine.created > 0 and bool(engine.packs) and not engine.violations,
        {"created": engine.created, "packs": engine.packs, "violations": engine.violations},
    )


def second_up_changes_nothing(seen: Evidence) -> Claim:
    """The second run changed nothing, according to the engine's summary."""
    changed = seen.engine.changed_on_second_up
    return Claim(
        "a second up changes nothing", changed == 0, {"changed": changed, "what": seen.engine.changed}
    )


def every_request_answered(seen: Evidence) -> Claim:
    """Every request was answered without an error, according to the client's own ledger."""
    outcomes = seen.ledger.outcomes()
    return Claim(
        "every request was answered, without an error",
        0 < seen.ledger.sent == len(seen.ledger.entries) and outcomes["error"] + outcomes["unanswered"] == 0,
        {"sent": seen.ledger.sent, **outcomes},
    )


def traced(seen: Evidence) -> Claim:
    """Both paths and both functions were traced, according to the X-Ray API."""
    found = seen.traces
    return Claim(
        "X-Ray received annotated segments for both paths, from both functions joined in one trace",
        min(found.mock, found.prisma, found.joined, found.canary_errors) > 0,
        asdict(found),
    )


def memory_bounded(seen: Evidence) -> Claim:
    """The run stayed below the memory limit, as measured from outside."""
    return Claim(
        f"the whole run stayed under {MEMORY_LIMIT_MB:.0f} MB of memory",
        0 < seen.peak_memory_mb < MEMORY_LIMIT_MB,
        {"peak_mb": round(seen.peak_memory_mb)},
    )


def nothing_left(seen: Evidence) -> Claim:
    """Nothing is left, according to the state and to every service of the local cloud."""
    left = seen.engine.left_after_destroy
    return Claim("after teardown and destroy nothing is left", left == [], {"left": left})


def machine_clean(seen: Evidence) -> Claim:
    """The processes that were started and the work folder are gone."""
    left = seen.left_behind
    return Claim("no process and no temporary folder is left", left == [], {"left": left})


BEFORE = (engine_created, second_up_changes_nothing)
AFTER_THE_END = (nothing_left, machine_clean)
"""Claims that can be judged only after everything has been destroyed."""

WITHOUT_TRAFFIC = (*BEFORE, memory_bounded, *AFTER_THE_END)
"""What does not depend on how many requests were sent."""

AFTER = (traced, memory_bounded, *AFTER_THE_END)
