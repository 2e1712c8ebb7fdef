"""`verdict`: judge the step in force, or a past window again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rollback_guard.act import ramp_environment
from rollback_guard.counts import read_counts
from rollback_guard.step import CurrentStep, current

from ops.errors import OpsError
from verdict import Verdict, judge

if TYPE_CHECKING:
    from ops.clients import Clients
    from ops.target import Target


@dataclass(frozen=True)
class Judged:
    """A verdict and the window that it is about."""

    since: datetime
    until: datetime
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat(), **self.verdict.as_dict()}


def judged(  # noqa: PLR0913 - a window is given by name
    clients: Clients,
    target: Target,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    percentage: float | None = None,
    step: CurrentStep | None = None,
) -> Judged:
    """Judge a window.

    Args:
        clients: Of the account.
        target: The unit.
        since: Start, with a time zone; the step in force by default.
        until: End; now by default.
        percentage: What was configured then; what the ramp says now by default.
        step: The step in force, where it is known already.

    Raises:
        OpsError: No window, or an empty one.
    """
    if step is None and (since is None or percentage is None):
        step = current(target.settings(), clients, ramp_environment(target.settings(), clients))
        if step is None:
            raise OpsError("The ramp was never deployed: there is nothing to judge. Run `pulumi up` first.")
    start = since or (step.began if step else None)
    end = until or datetime.now(UTC)
    percent = percentage if percentage is not None else (step.percentage if step else 0.0)
    if start is None or start >= end:
        raise OpsError(f"The window from {start} to {end} is empty.")
    counts = read_counts(
        clients.cloudwatch, target.metrics_namespace, target.mock_function, start, end, target.limits
    )
    return Judged(start, end, judge(counts, target.limits, percent))


def table(verdict: Verdict) -> list[str]:
    """The go/no-go table as lines: the sentence, the split, then the rows with their evidence."""
    lines = [verdict.summary, "", f"  split    {verdict.sample_ratio.why}"]
    for row in verdict.rows:
        evidence = f"bad {row.e_bad:.3g} of {row.bad_needed:g}, good {row.e_good:.3g} of {row.good_needed:g}"
        lines.append(f"  {row.name:<8} {row.decision:<12} {row.why} [{evidence}]")
    return lines
