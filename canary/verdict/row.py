"""A row of the go/no-go table: what was decided about one rate, on what evidence, and what is missing."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

Decision = Literal["GO", "NO-GO", "INVESTIGATE", "INCONCLUSIVE"]


@dataclass(frozen=True)
class Row:
    """One row of the go/no-go table.

    Evidence is what `rate_test.weigh` makes of four numbers that stand here too, so each can be
    redone by hand: `e_bad` of (``n``, ``k``, `limit_percent`), `e_good` of (`good_n`, `good_k`,
    `good_limit_percent`). Only the traffic-share row is two-sided: `share` says how.

    Attributes:
        name: ``errors``, ``p95``, ``diffs``, ``lost`` or ``share``; ``measured`` where counts do not fit.
        unit: What ``n`` counts: ``canary requests``, ``shadow answers`` and so on.
        n: Events judged.
        k: Those of them that count.
        observed_percent: ``100 k / n``, ``None`` without events.
        limit_percent: The rate that must not be exceeded.
        e_bad: Evidence that it is.
        bad_needed: What `e_bad` has to reach, ``1 / alpha``: 100, or 1,000 where all requests are judged
            beside the canary's.
        good_n: Independent events that `e_good` was weighed on, fewer than ``n`` where users are counted.
        good_k: Those of them that count against GO.
        good_limit_percent: The rate that GO has to be under.
        e_good: Evidence that it is.
        good_needed: What `e_good` has to reach: 20.
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
    bad_needed: float
    good_n: float
    good_k: float
    good_limit_percent: float
    e_good: float
    good_needed: float
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


def duration(minutes: float) -> str:
    """Minutes as a person says them."""
    if minutes < 1.5:  # noqa: PLR2004 - what rounds to one
        return "a minute"
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"{minutes:.0f} minutes"
    hours = minutes / 60
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"  # noqa: PLR2004 - two days


def percent(k: float, n: float) -> str:
    """A rate for people; nothing without events."""
    return f" ({100 * k / n:.3g} %)" if n else ""
