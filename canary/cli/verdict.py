"""`verdict`: judge the step in force, or a past window again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from canary.cli.configured import Configured, configured
from canary.cli.control_group import against_the_mock_before
from canary.cli.errors import OpsError
from canary.cli.small_file import json_of, text_of
from canary.cli.users import with_users
from canary.unit.act.act import ramp_environment
from canary.unit.current_step import CurrentStep, current
from canary.unit.latch.latch import Latches
from canary.unit.metrics.counts import Window, lost_by_cause, read_counts
from canary.unit.metrics.unmeasured import unmeasured, with_invoked
from canary.verdict import Counts, Verdict, judge, rolled_back
from canary.verdict.counts import number

if TYPE_CHECKING:
    from pathlib import Path

    from canary.cli.clients import Clients
    from canary.cli.target import Target
    from canary.unit.patience import Patience
    from canary.verdict import Thresholds

ALL = 100.0


@dataclass(frozen=True)
class Judged:
    """A verdict and the window that it is about.

    Attributes:
        steps: What was configured in the course of the window.
    """

    since: datetime
    until: datetime
    verdict: Verdict
    steps: tuple[Configured, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "steps": [step.as_dict() for step in self.steps],
            **self.verdict.as_dict(),
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        window = (
            f"From {self.since.isoformat(timespec='seconds')} to {self.until.isoformat(timespec='seconds')}"
        )
        if self.verdict.configured_percent is not None:
            return [*table(self.verdict), "", f"{window}, {self.verdict.configured_percent:g} % configured."]
        steps = ", ".join(
            f"{step.percentage:g} % from {step.since.isoformat(timespec='seconds')}" for step in self.steps
        )
        return [
            *table(self.verdict),
            "",
            f"{window}, which spans several steps: {steps}.",
            "Choose a window within one step, or say by which percentage to judge: --percentage.",
        ]


@dataclass(frozen=True)
class Judgement:
    """A verdict on counts that were kept, without a window to ask for again."""

    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return self.verdict.as_dict()

    def lines(self) -> list[str]:
        """The same for a person."""
        return table(self.verdict)


def judged(  # noqa: PLR0913 - a window is given by name
    clients: Clients,
    target: Target,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    percentage: float | None = None,
    step: CurrentStep | None = None,
    counting: Patience | None = None,
) -> Judged:
    """Judge a window.

    Args:
        clients: Of the account.
        target: The unit.
        since: Start, with a time zone; the step in force by default.
        until: End; now by default.
        percentage: What was configured then; by default what the ramp said in the course of the window. Where
            it said several percentages, the split and the share are not judged, and it is never GO.
        step: The step in force, where it is known already.
        counting: How long to wait for users to be counted; ``None`` judges requests alone.

    Raises:
        OpsError: No window, or an empty one.
    """
    ramp = ramp_environment(target.settings(), clients)
    if since is None:
        step = step or current(target.settings(), clients, ramp)
        if step is None:
            raise OpsError("The ramp was never deployed: there is nothing to judge. Run `pulumi up` first.")
        start = step.began
    else:
        start = since
    end = until or datetime.now(UTC)
    if start >= end:
        raise OpsError(f"The window from {start} to {end} is empty.")
    if percentage is None and step is not None:
        percentage = step.percentage
    steps = (
        configured(target.settings(), clients, ramp, start, end)
        if percentage is None
        else (Configured(start, percentage),)
    )
    percent = steps[0].percentage if len(steps) == 1 else None
    counts = read_counts(
        clients.cloudwatch, target.metrics_namespace, target.mock_function, start, end, target.limits
    )
    if any(each.percentage > 0 for each in steps):
        counts = with_invoked(counts, unmeasured(target.settings(), clients, start, end))
    if counts.lost:
        where = (clients.cloudwatch, target.metrics_namespace, target.mock_function)
        counts = replace(counts, lost_by_cause=lost_by_cause(Window(*where, start, end)))
    if percent == ALL and counts.mock_p95_ms is None:
        counts = against_the_mock_before(clients, target, counts, start, end)
    if counting is not None:
        counts = with_users(clients, target, counts, (start, end), counting)
    found = judge(counts, target.limits, percent)
    latch = Latches(clients.ssm, target.latch_parameter).read()
    if latch is not None and _within(latch.when, start, end):
        found = rolled_back(found, latch.by, latch.reason)
    return Judged(start, end, found, steps)


def _within(when: str, start: datetime, end: datetime) -> bool:
    """Whether a latch's moment, written by the second, lies in a window; one made by hand says none."""
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        return False
    return moment.tzinfo is not None and start.replace(microsecond=0) <= moment <= end


def judged_again(path: Path, limits: Thresholds, percentage: float | None = None) -> Judgement:
    """Judge counts that were kept: a rehearsal's ``summary.json``, or what `canary verdict --json` printed.

    Args:
        path: The file.
        limits: The go/no-go numbers to judge by, which may be others than then.
        percentage: What was configured; what the file says by default.

    Raises:
        OpsError: The file cannot be read, or holds no counts.
    """
    document = json_of(text_of(path), str(path))
    inner = document.get("verdict", document)
    if not isinstance(inner, dict) or not isinstance(inner.get("counts"), dict):
        raise OpsError(
            f"{path} holds no counts: give a rehearsal's summary.json, or what `canary verdict --json` "
            "printed."
        )
    try:
        counts = Counts.from_dict(inner["counts"])
        kept = inner["configured_percent"] if percentage is None else percentage
        return Judgement(judge(counts, limits, None if kept is None else number("configured_percent", kept)))
    except KeyError as error:
        raise OpsError(f"{path} does not say {error}: give --percentage.") from error
    except (ArithmeticError, TypeError, ValueError) as error:
        raise OpsError(f"{path} cannot be judged: {error}") from error


LEGEND = (
    "bad: evidence that a row's limit is broken, good: that it is kept; each decides at the number behind it"
)


def table(verdict: Verdict) -> list[str]:
    """The go/no-go table as lines: the sentence, the split, rows with their evidence, and how to read it."""
    lines = [verdict.summary, "", f"  split    {verdict.sample_ratio.why}"]
    for row in verdict.rows:
        evidence = f"bad {row.e_bad:.3g} of {row.bad_needed:g}, good {row.e_good:.3g} of {row.good_needed:g}"
        lines.append(f"  {row.name:<8} {row.decision:<12} {row.why} [{evidence}]")
    return [*lines, f"  [{LEGEND}]"] if verdict.rows else lines
