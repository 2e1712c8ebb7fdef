"""Whether the counts fit together: a measurement that contradicts itself says nothing about health.

The metrics of a request are written in one record, so counts that are no longer on their way and still
differ mean that the measurement has failed: a metric or a dimension that is gone, a record that is cut short.
A canary that nobody can see failing is as bad as one that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.verdict.row import Row

if TYPE_CHECKING:
    from canary.verdict.counts import Counts
    from canary.verdict.row import Decision

LEAST = 10
"""Contradicted requests from which the canary is switched off; fewer are for a person to look at."""


def measured(counts: Counts) -> Row | None:
    """The row of a measurement that contradicts itself; ``None`` where everything fits together."""
    said = []
    if counts.uncounted:
        said.append(
            f"Prisma was invoked for {counts.invoked} canary requests, and {counts.uncounted} of them were "
            "counted nowhere."
        )
    if counts.contradicted:
        said.append(
            f"The metrics of {counts.contradicted} requests contradict each other: some are missing, or a "
            "part is larger than its whole."
        )
    if counts.shadow_contradicted:
        said.append(f"The metrics of {counts.shadow_contradicted} shadow reads contradict each other.")
    if not said:
        return None
    decision: Decision = "NO-GO" if counts.uncounted or counts.contradicted >= LEAST else "INVESTIGATE"
    wrong = counts.uncounted + counts.contradicted + counts.shadow_contradicted
    return Row(
        name="measured",
        decision=decision,
        unit="requests",
        n=max(wrong, counts.requests),
        k=wrong,
        observed_percent=None,
        limit_percent=0.0,
        e_bad=float(counts.uncounted or counts.contradicted),
        bad_needed=float(1 if counts.uncounted else LEAST),
        good_n=0.0,
        good_k=0.0,
        good_limit_percent=0.0,
        e_good=0.0,
        good_needed=1.0,
        more=0,
        minutes=None,
        why=" ".join(said),
    )
