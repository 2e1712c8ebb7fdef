"""One rate to be judged, and the answer: too high, low enough, or not yet known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.verdict import rate_test
from canary.verdict.rate_test import ALPHA_LOW_ENOUGH, ALPHA_TOO_HIGH
from canary.verdict.row import Row, duration, percent

if TYPE_CHECKING:
    from canary.verdict.row import Decision


@dataclass(frozen=True)
class Question:
    """One rate to be judged between a limit that must not be exceeded and one that must be kept.

    Attributes:
        name: The row's name.
        unit: What is counted: ``canary requests``.
        verb: What those that count did: ``failed``.
        bad: What exceeding the limit means.
        n: Events.
        k: Events over the limit `bad_limit` speaks of.
        k_good: Events over the limit `good_limit` speaks of; the same as ``k`` unless the row has two.
        bad_limit: Rate over which it is `bad`.
        good_limit: Rate under which it is GO.
        effective: Which part of the events is independent, for GO.
        per_minute: Events a minute, 0 when not known.
        note: What GO counts, where that needs a word.
        alpha: How often a rate exactly at `bad_limit` may ever be called `bad`.
    """

    name: str
    unit: str
    verb: str
    bad: Decision
    n: int
    k: int
    k_good: int
    bad_limit: float
    good_limit: float
    effective: float
    per_minute: float
    note: str = ""
    alpha: float = ALPHA_TOO_HIGH


def answer(question: Question) -> Row:
    """Judge one rate: too high, low enough, or not yet known."""
    q = question
    good_n, good_k = q.n * q.effective, q.k_good * q.effective
    bad = rate_test.weigh(q.n, q.k, q.bad_limit, "above", q.alpha)
    good = rate_test.weigh(good_n, good_k, q.good_limit, "below", ALPHA_LOW_ENOUGH)
    # Too high goes first: both can hold only when a healthy start was followed by a failure.
    decision: Decision = q.bad if bad.decided else "GO" if good.decided else "INCONCLUSIVE"
    more = _more(q, good_n, good_k) if decision == "INCONCLUSIVE" else 0
    minutes = more / q.per_minute if more is not None and q.per_minute > 0 else None
    return Row(
        name=q.name,
        decision=decision,
        unit=q.unit,
        n=q.n,
        k=q.k,
        observed_percent=100 * q.k / q.n if q.n else None,
        limit_percent=100 * q.bad_limit,
        e_bad=bad.e,
        bad_needed=bad.needed,
        good_n=good_n,
        good_k=good_k,
        good_limit_percent=100 * q.good_limit,
        e_good=good.e,
        good_needed=good.needed,
        more=more,
        minutes=minutes,
        why=_why(q, decision, more, minutes),
    )


def _more(q: Question, good_n: float, good_k: float) -> int | None:
    for_good = rate_test.events_to_decide(good_n, good_k, q.good_limit, "below", ALPHA_LOW_ENOUGH)
    for_bad = rate_test.events_to_decide(q.n, q.k, q.bad_limit, "above", q.alpha) if q.n else None
    found = [for_bad] if for_bad is not None else []
    if for_good is not None:
        found.append(math.ceil(for_good / q.effective))
    return min(found, default=None)


def _why(q: Question, decision: Decision, more: int | None, minutes: float | None) -> str:
    seen = f"{q.k} of {q.n} {q.unit} {q.verb}{percent(q.k, q.n)}"
    limit = f"{100 * q.bad_limit:.3g} %"
    note = f" {q.note}" if q.note else ""
    if decision == "GO":
        return f"{seen}: shown to be under {100 * q.good_limit:.3g} %.{note}"
    if decision != "INCONCLUSIVE":
        return f"{seen}: shown to be over {limit}."
    return f"{seen}: {missing(more, minutes)}.{note}"


def missing(more: int | None, minutes: float | None) -> str:
    """What an undecided row still needs."""
    if more is None:
        return "a rate so close to the limit cannot be told from it"
    time = f", about {duration(minutes)}" if minutes is not None else ""
    return f"needs about {more} more{time}"
