"""The verdict on a step of the migration: rows, and what they come to together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from canary.verdict import rows, share
from canary.verdict.measured import measured
from canary.verdict.row import Decision, duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from canary.verdict.counts import Counts, Thresholds
    from canary.verdict.row import Row
    from canary.verdict.share import SampleRatio

WITHIN_USER_CORRELATION = 1.0
"""One user's requests fail together or not at all, as far as GO is concerned: the cautious end."""
_WORSE: tuple[Decision, ...] = ("GO", "INCONCLUSIVE", "INVESTIGATE", "NO-GO")


@dataclass(frozen=True)
class Verdict:
    """GO, NO-GO, INVESTIGATE or INCONCLUSIVE, and why.

    Attributes:
        summary: One plain sentence.
        more_requests: About how many more requests (of the slowest row) until every row has decided.
        minutes: About how long that takes.
    """

    decision: Decision
    summary: str
    sample_ratio: SampleRatio
    rows: tuple[Row, ...]
    counts: Counts
    configured_percent: float | None
    more_requests: int | None
    minutes: float | None

    def row(self, name: str) -> Row | None:
        """A row by name, ``None`` where this step has no such row."""
        return next((row for row in self.rows if row.name == name), None)

    @property
    def switches_off(self) -> Row | None:
        """The row that the canary is switched off for; ``None`` where nothing is to be done at once.

        Whatever the split is: requests that failed have failed, whoever sent them.
        """
        return _switching_off(self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON: enough to redo the verdict by hand."""
        return {
            "decision": self.decision,
            "summary": self.summary,
            "configured_percent": self.configured_percent,
            "more_requests": self.more_requests,
            "minutes": self.minutes,
            "sample_ratio": self.sample_ratio.as_dict(),
            "rows": [row.as_dict() for row in self.rows],
            "counts": self.counts.as_dict(),
        }


def rolled_back(verdict: Verdict, by: str, reason: str) -> Verdict:
    """A step that was rolled back is NO-GO, whatever its counts alone would come to.

    The sheet's own rule is that over the limit of an alarm it is rolled back: an alarm looks at five minutes,
    the test at the whole step, so a canary that was healthy for an hour can be rolled back long before its
    counts show it.
    """
    if verdict.decision == "NO-GO":
        return verdict
    return replace(
        verdict,
        decision="NO-GO",
        summary=f"NO-GO: rolled back by {by}: {reason.rstrip('.')}. By its counts alone: {verdict.summary}",
        more_requests=None,
        minutes=None,
    )


def judge(
    counts: Counts,
    thresholds: Thresholds,
    configured_percent: float | None,
    *,
    within_user_correlation: float = WITHIN_USER_CORRELATION,
) -> Verdict:
    """Judge the counts since a step began.

    Args:
        counts: Sums over the step so far.
        thresholds: The go/no-go table's numbers.
        configured_percent: Percentage of users in the canary; 0 while only shadowing. ``None`` where there
            were several: split and share are not judged then, and it is not GO, which is about one step.
        within_user_correlation: How alike one user's requests are, 0 to 1. NO-GO always counts requests,
            since one user's repeated failure is still failure. GO counts ``n / (1 + (m - 1) r)``
            independent ones, ``m`` requests a canary user at correlation ``r`` (the design effect of
            cluster sampling: L. Kish, *Survey Sampling*, 1965): at 1, the default, it counts users.
            Where users are not counted it counts requests, and says so.

    Raises:
        ValueError: A percentage or correlation out of range.
    """
    if configured_percent is not None and not 0 <= configured_percent <= 100:  # noqa: PLR2004 - percent
        raise ValueError(f"configured_percent = {configured_percent:g}: must be from 0 to 100.")
    if not 0 <= within_user_correlation <= 1:
        raise ValueError(f"within_user_correlation = {within_user_correlation:g}: must be from 0 to 1.")
    ratio = share.sample_ratio(counts, configured_percent)
    effective, note = _effective(counts, within_user_correlation)
    canary = configured_percent is None or configured_percent > 0 or counts.canary_requests > 0
    judged = [rows.errors(counts, thresholds, effective, note, canary=canary)]
    if canary:
        judged.append(rows.p95(counts, thresholds, effective, note))
    if configured_percent is None or configured_percent < 100 or counts.compared or counts.lost:  # noqa: PLR2004 - percent
        judged += [rows.diffs(counts, thresholds), rows.lost(counts, thresholds)]
    shared = share.share(counts, thresholds, configured_percent)
    judged += [row for row in (shared, measured(counts)) if row is not None]
    decision = _together(ratio, judged)
    slowest = _slowest(judged)
    summary = _summary(decision, ratio, judged, slowest)
    if configured_percent is None and decision in {"GO", "INCONCLUSIVE"}:
        decision, summary = "INCONCLUSIVE", _of_several_steps(judged)
    return Verdict(
        decision,
        summary,
        ratio,
        tuple(judged),
        counts,
        configured_percent,
        slowest.more if slowest else 0,
        slowest.minutes if slowest else 0.0,
    )


def _of_several_steps(judged: list[Row]) -> str:
    """What is said where nothing is wrong, and the window is the evidence of no one step."""
    undecided = ", ".join(row.name for row in judged if row.decision == "INCONCLUSIVE")
    rest = f"{undecided} not decided" if undecided else "all rows that can be judged are within their limits"
    return f"INCONCLUSIVE: several percentages were configured, so the share is not judged; {rest}."


def _effective(counts: Counts, correlation: float) -> tuple[float, str]:
    if counts.canary_users is None:
        return 1.0, "GO counts requests here: users were not counted." if counts.canary_requests else ""
    if not counts.canary_users or not counts.canary_requests:
        return 1.0, ""
    each = max(1.0, counts.canary_requests / counts.canary_users)
    effective = 1 / (1 + (each - 1) * correlation)
    return effective, f"GO counts {counts.canary_users} users." if correlation == 1 else ""


def _switching_off(judged: Iterable[Row]) -> Row | None:
    by_name = {row.name: row for row in judged if row.decision == "NO-GO"}
    return by_name.get("errors") or by_name.get("measured")


def _together(ratio: SampleRatio, judged: list[Row]) -> Decision:
    if _split_decides(ratio, judged):
        return "INVESTIGATE"
    return max((row.decision for row in judged), key=_WORSE.index)


def _split_decides(ratio: SampleRatio, judged: list[Row]) -> bool:
    """Whether an unbelievable split comes first: it takes GO away, but it excuses no failure.

    Nor does it where the metrics that it is made of do not fit.
    """
    contradicted = any(row.name == "measured" for row in judged)
    return not ratio.believable and not contradicted and _switching_off(judged) is None


def _slowest(judged: list[Row]) -> Row | None:
    """The undecided row that needs most; one that never decides counts as most of all."""
    undecided = [row for row in judged if row.decision == "INCONCLUSIVE"]
    if not undecided:
        return None
    return max(undecided, key=lambda row: (row.more is None, row.minutes or 0.0, row.more or 0))


def _summary(decision: Decision, ratio: SampleRatio, judged: list[Row], slowest: Row | None) -> str:
    if _split_decides(ratio, judged):
        return f"INVESTIGATE: {ratio.why} Nothing else is believed until that is explained."
    if decision == "GO":
        return "GO: errors, latency, differences and traffic share are all within their limits."
    if decision in {"NO-GO", "INVESTIGATE"}:
        return f"{decision}: " + " ".join(row.why for row in judged if row.decision == decision)
    assert slowest is not None  # noqa: S101 - INCONCLUSIVE is what an undecided row makes of the whole
    names = ", ".join(row.name for row in judged if row.decision == "INCONCLUSIVE")
    if slowest.more is None:
        return f"INCONCLUSIVE: {names} not decided; {slowest.name} is too close to its limit to tell."
    time = f", about {duration(slowest.minutes)}" if slowest.minutes is not None else ""
    return (
        f"INCONCLUSIVE: {names} not decided yet; {slowest.name} needs most, about {slowest.more} more "
        f"of {slowest.unit}{time}."
    )
