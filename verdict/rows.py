"""The rows of the go/no-go table. Each judges one rate and says what is still missing."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from verdict import rate_test
from verdict.rate_test import ALPHA_LOW_ENOUGH, ALPHA_TOO_HIGH

if TYPE_CHECKING:
    from verdict.counts import Counts, Thresholds

Decision = Literal["GO", "NO-GO", "INVESTIGATE", "INCONCLUSIVE"]


@dataclass(frozen=True)
class Row:
    """One row of the go/no-go table.

    Attributes:
        name: ``errors``, ``p95``, ``diffs`` or ``share``.
        unit: What ``n`` counts: ``canary requests``, ``shadow answers`` and so on.
        n: Events judged.
        k: Those of them that count.
        observed_percent: ``100 k / n``, ``None`` without events.
        limit_percent: The rate that must not be exceeded.
        e_bad: Evidence that the limit is exceeded; decides at 100.
        e_good: Evidence that the rate is under the go limit; decides at 20.
        good_n: Independent events that `e_good` was weighed on, fewer than ``n`` where users are counted.
        more: About how many more events decide, ``None`` when this rate never would.
        minutes: About how long they take at the traffic seen, ``None`` when not known.
        why: One sentence.
    """

    name: str
    decision: Decision
    unit: str
    n: float
    k: float
    observed_percent: float | None
    limit_percent: float
    e_bad: float
    e_good: float
    good_n: float
    more: int | None
    minutes: float | None
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; infinite evidence becomes the largest float."""
        plain = asdict(self)
        return {
            key: 1.7976931348623157e308 if isinstance(value, float) and math.isinf(value) else value
            for key, value in plain.items()
        }


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


def answer(question: Question) -> Row:
    """Judge one rate: too high, low enough, or not yet known."""
    q = question
    good_n, good_k = q.n * q.effective, q.k_good * q.effective
    bad = rate_test.weigh(q.n, q.k, q.bad_limit, "above", ALPHA_TOO_HIGH)
    good = rate_test.weigh(good_n, good_k, q.good_limit, "below", ALPHA_LOW_ENOUGH)
    # Too high goes first: both can hold only when a healthy start was followed by a failure.
    decision: Decision = q.bad if bad.decided else "GO" if good.decided else "INCONCLUSIVE"
    more: int | None = 0
    if decision == "INCONCLUSIVE":
        more = _more(q, good_n, good_k)
    minutes = more / q.per_minute if more is not None and q.per_minute > 0 else None
    observed = 100 * q.k / q.n if q.n else None
    return Row(
        q.name,
        decision,
        q.unit,
        q.n,
        q.k,
        observed,
        100 * q.bad_limit,
        bad.e,
        good.e,
        good_n,
        more,
        minutes,
        _why(q, decision, more, minutes),
    )


def _more(q: Question, good_n: float, good_k: float) -> int | None:
    for_good = rate_test.events_to_decide(good_n, good_k, q.good_limit, "below", ALPHA_LOW_ENOUGH)
    for_bad = rate_test.events_to_decide(q.n, q.k, q.bad_limit, "above", ALPHA_TOO_HIGH) if q.n else None
    found = [for_bad] if for_bad is not None else []
    if for_good is not None:
        found.append(math.ceil(for_good / q.effective))
    return min(found, default=None)


def _why(q: Question, decision: Decision, more: int | None, minutes: float | None) -> str:
    seen = f"{q.k} of {q.n} {q.unit} {q.verb}" + (f" ({100 * q.k / q.n:.2g} %)" if q.n else "")
    limit = f"{100 * q.bad_limit:.3g} %"
    note = f" {q.note}" if q.note else ""
    if decision == "GO":
        return f"{seen}: shown to be under {100 * q.good_limit:.3g} %.{note}"
    if decision != "INCONCLUSIVE":
        return f"{seen}: shown to be over {limit}."
    return f"{seen}: {_missing(more, minutes)}.{note}"


def _missing(more: int | None, minutes: float | None) -> str:
    if more is None:
        return "a rate so close to the limit cannot be told from it"
    time = f", about {duration(minutes)}" if minutes is not None else ""
    return f"needs about {more} more{time}"


def duration(minutes: float) -> str:
    """Minutes as a person says them."""
    if minutes < 1:
        return "a minute"
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"{minutes:.0f} minutes"
    hours = minutes / 60
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"  # noqa: PLR2004 - two days


def errors(counts: Counts, limits: Thresholds, effective: float, note: str, *, canary: bool) -> Row:
    """Failed requests against the error rate: the canary's own, and those of all paths together.

    All requests can only make it worse: a canary that has not been seen is not a healthy one.
    """
    n, k = counts.requests, counts.errors
    every = answer(_errors("requests", n, k, limits, counts, 1.0, ""))
    if not canary:
        return every
    n, k = counts.canary_requests, counts.canary_errors
    own = answer(_errors("canary requests", n, k, limits, counts, effective, note))
    return every if every.decision == "NO-GO" and own.decision != "NO-GO" else own


def _errors(  # noqa: PLR0913, PLR0917 - one question's numbers
    unit: str, n: int, k: int, limits: Thresholds, counts: Counts, effective: float, note: str
) -> Question:
    limit = limits.error_rate / 100
    per_minute = _per_minute(n, counts)
    return Question("errors", unit, "failed", "NO-GO", n, k, k, limit, limit, effective, per_minute, note)


def p95(counts: Counts, limits: Thresholds, effective: float, note: str) -> Row:
    """Slow canary requests: a P95 is over a limit exactly when more than 5 % of the requests are.

    The mock's P95 is taken as known; it comes from about a hundred times as many requests.
    """
    n = counts.canary_requests if counts.mock_p95_ms is not None else 0
    told = note
    verb = "were slow"
    if counts.mock_p95_ms is None:
        told = "The mock's P95 is not known yet."
    else:
        go, investigate = limits.slow_limits_ms(counts.mock_p95_ms)
        verb = f"took over {investigate:.0f} ms" + (f" (GO: {go:.0f} ms)" if go < investigate else "")
    return answer(
        Question(
            "p95",
            "canary requests",
            verb,
            "INVESTIGATE",
            n,
            counts.slow_investigate if n else 0,
            counts.slow_go if n else 0,
            0.05,
            0.05,
            effective,
            _per_minute(n, counts),
            told,
        )
    )


def diffs(counts: Counts, limits: Thresholds) -> Row:
    """Differing shadow answers, beyond what one side differs from itself (A/A).

    Noise is subtracted by raising both limits by its observed rate, so the counts stay whole.
    """
    noise = counts.noise_diffs / counts.noise_compared if counts.noise_compared else 0.0
    verb = f"differed (beyond a noise of {100 * noise:.2g} %)" if noise else "differed"
    return answer(
        Question(
            "diffs",
            "shadow answers",
            verb,
            "INVESTIGATE",
            counts.compared,
            counts.diffs,
            counts.diffs,
            rate_test.as_rate(limits.diffs_investigate / 100 + noise),
            rate_test.as_rate(limits.diffs_go / 100 + noise),
            1.0,
            _per_minute(counts.compared, counts),
        )
    )


def _per_minute(n: int, counts: Counts) -> float:
    return n / counts.minutes if counts.minutes > 0 else 0.0
