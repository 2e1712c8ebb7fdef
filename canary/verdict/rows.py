"""The rows of the go/no-go table that have one limit each way: errors, P95, shadow differences."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from canary.verdict import afresh, noise, rate_test
from canary.verdict.question import Question, answer
from canary.verdict.rate_test import ALPHA_ALL_TOO_HIGH
from canary.verdict.row import duration, percent

if TYPE_CHECKING:
    from canary.verdict.counts import Counts, Thresholds
    from canary.verdict.row import Row

SLOW_SHARE = 0.05
"""A P95 is over a limit exactly when more than this part of the requests is."""


def errors(counts: Counts, limits: Thresholds, effective: float, note: str, *, canary: bool) -> Row:
    """Failed requests against the error rate: the canary's own, and those of all paths together.

    A canary whose whole step shows nothing may still be failing lately: `canary.verdict.afresh`.

    All requests can only make it worse: a canary that has not been seen is not a healthy one. Beside a
    canary they are judged at a tenth of its alpha, which a hundred times as many requests can afford, so
    that two questions do not double the false rollbacks.

    Args:
        counts: What was counted.
        limits: The error rate.
        effective: Which part of the canary's requests is independent, for GO.
        note: What GO counts.
        canary: Whether there is one to be judged.
    """
    limit = limits.error_rate / 100
    everything = Question(
        name="errors",
        unit="requests",
        verb="failed",
        bad="NO-GO",
        n=counts.requests,
        k=counts.errors,
        k_good=min(counts.requests, counts.errors + counts.pending),
        bad_limit=limit,
        good_limit=limit,
        effective=1.0,
        per_minute=_per_minute(counts.requests, counts),
    )
    if not canary:
        return answer(everything)
    own = answer(
        replace(
            everything,
            unit="canary requests",
            n=counts.canary_requests,
            k=counts.canary_errors,
            k_good=min(counts.canary_requests, counts.canary_errors + counts.canary_pending),
            effective=effective,
            per_minute=_per_minute(counts.canary_requests, counts),
            note=" ".join(said for said in (note, _not_told(counts)) if said),
        )
    )
    every = answer(replace(everything, alpha=ALPHA_ALL_TOO_HIGH))
    if own.decision == "NO-GO":
        return own
    if every.decision == "NO-GO":
        return every
    return _failing_lately(own, counts, limit) or _not_known_lately(own, counts, limit)


def _not_told(counts: Counts) -> str:
    """What of the canary's outcomes is not known."""
    said = []
    if counts.canary_unknown:
        said.append(f"Of {counts.canary_unknown} no metric tells the outcome: they count as failed.")
    if counts.canary_pending:
        said.append(f"Of the newest {counts.canary_pending} it is not known yet: they count against GO.")
    return " ".join(said)


def _failing_lately(own: Row, counts: Counts, limit: float) -> Row | None:
    """The canary's row by its requests since some quarter of an hour, where those alone show too much."""
    found = afresh.first_decided(counts.canary_since, limit)
    if found is None:
        return None
    beginning, evidence = found
    n, k = round(evidence.n), round(evidence.k)
    minutes = max(0.0, counts.minutes - beginning * afresh.EVERY_MINUTES)
    unit = f"canary requests of the last {duration(minutes)}".replace("last a minute", "last minute")
    return replace(
        own,
        decision="NO-GO",
        unit=unit,
        n=n,
        k=k,
        observed_percent=100 * k / n,
        e_bad=evidence.e,
        bad_needed=evidence.needed,
        more=0,
        minutes=None,
        why=f"{k} of {n} {unit} failed{percent(k, n)}: shown to be over {100 * limit:.3g} %, "
        f"judged afresh from minute {beginning * afresh.EVERY_MINUTES} of the step; "
        f"{own.k:g} of {own.n:g} in all of it.",
    )


def _not_known_lately(own: Row, counts: Counts, limit: float) -> Row:
    """The canary's row, open instead of GO while the newest requests could show that it fails lately."""
    pending = counts.canary_pending
    worst = [(n, min(n, k + pending)) for n, k in counts.canary_since]
    if own.decision != "GO" or not pending or afresh.first_decided(worst, limit) is None:
        return own
    why = f"{own.why} They may show that it fails lately, so it is not GO before they are known."
    return replace(own, decision="INCONCLUSIVE", more=pending, minutes=None, why=why)


def p95(counts: Counts, limits: Thresholds, effective: float, note: str) -> Row:
    """Slow canary requests: a P95 is over a limit exactly when more than 5 % of the requests are.

    The sheet's "within 15 %" is one-sided here: a canary that is faster than the mock is no reason to
    stop, and one that is fast because it answers nothing shows in errors and differences. The mock's P95
    is taken as known; it comes from about a hundred times as many requests.
    """
    n = counts.canary_requests if counts.mock_p95_ms is not None else 0
    verb = "were slow"
    if counts.mock_p95_ms is None:
        note = "The mock's P95 is not known yet."
    else:
        go, investigate = limits.slow_limits_ms(counts.mock_p95_ms)
        verb = f"took over {investigate:.0f} ms" + (f" (GO: {go:.0f} ms)" if go < investigate else "")
    return answer(
        Question(
            name="p95",
            unit="canary requests",
            verb=verb,
            bad="INVESTIGATE",
            n=n,
            k=counts.slow_investigate if n else 0,
            k_good=min(n, counts.slow_go + counts.canary_untimed),
            bad_limit=SLOW_SHARE,
            good_limit=SLOW_SHARE,
            effective=effective,
            per_minute=_per_minute(n, counts),
            note=note,
        )
    )


def diffs(counts: Counts, limits: Thresholds) -> Row:
    """Differing shadow answers, beyond what one side differs from itself (A/A).

    Noise is subtracted by raising both limits by it, so the counts stay whole: by the noise as seen for
    INVESTIGATE, which calls a person who will see the noise too, and only by the noise that is *shown* for
    GO, which must hold (`noise`). A difference belongs to what was asked for rather than to who
    asked, so both count answers.
    """
    found = noise.measure(counts.noise_compared, counts.noise_diffs)
    return answer(
        Question(
            name="diffs",
            unit="shadow answers",
            verb="differed" + found.told,
            bad="INVESTIGATE",
            n=counts.compared,
            k=counts.diffs,
            k_good=min(counts.compared, counts.diffs + counts.diffs_pending),
            bad_limit=rate_test.as_rate(limits.diffs_investigate / 100 + found.seen),
            good_limit=rate_test.as_rate(limits.diffs_go / 100 + found.shown),
            effective=1.0,
            per_minute=_per_minute(counts.compared, counts),
            note=found.missing if counts.compared else "",
        )
    )


def lost(counts: Counts, limits: Thresholds) -> Row:
    """Shadow reads that came to nothing: what was not compared is not known to be equal.

    Losses are no random sample: a record that can never be read is lost each time, and only here.
    """
    n = 0 if counts.lost is None else counts.compared + counts.lost
    causes = ", ".join(f"{cause} {reads}" for cause, reads in counts.lost_by_cause if reads)
    limit = rate_test.as_rate(limits.shadow_loss / 100)
    return answer(
        Question(
            name="lost",
            unit="shadow reads",
            verb="were lost" + (f" ({causes})" if causes else ""),
            bad="INVESTIGATE",
            n=n,
            k=counts.lost or 0,
            k_good=counts.lost or 0,
            bad_limit=limit,
            good_limit=limit,
            effective=1.0,
            per_minute=_per_minute(n, counts),
            note="Lost reads were not counted." if counts.lost is None else "",
        )
    )


def _per_minute(n: int, counts: Counts) -> float:
    return n / counts.minutes if counts.minutes > 0 else 0.0
