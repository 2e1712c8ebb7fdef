"""How much of the differences is noise: what one side differs from itself when it is read twice (A/A)."""

from __future__ import annotations

from dataclasses import dataclass

from canary.verdict import rate_test
from canary.verdict.rate_test import ALPHA_TOO_HIGH

_STEPS = 24
"""Bisections: a rate that people read in percent, to six digits."""


@dataclass(frozen=True)
class Noise:
    """A side's own noise.

    Attributes:
        compared: Answers compared with the same side's second answer.
        differed: Those of them that differed.
        seen: The rate observed, 0 without a comparison.
        shown: The highest rate that the noise is shown to exceed, with the sequential test at 1 %, so it
            may be looked at as often as the verdict is. 0 until something is shown.
    """

    compared: int
    differed: int
    seen: float
    shown: float

    @property
    def told(self) -> str:
        """For a sentence about differences; nothing without noise."""
        if not self.seen:
            return ""
        return f" (noise {100 * self.seen:.3g} %, of which {100 * self.shown:.3g} % is shown)"

    @property
    def missing(self) -> str:
        """What to know when nothing was ever compared with itself."""
        return "" if self.compared else "No side was read twice: no noise is subtracted."


def measure(compared: int, differed: int) -> Noise:
    """Noise of so many comparisons of a side with itself.

    `shown` inverts the test: every rate that the evidence is too weak against is one that the noise may
    have, which is a confidence sequence: S. Howard and others, *Time-uniform, nonparametric, nonasymptotic
    confidence sequences*, Ann. Statist. 49 (2021).
    """
    if not differed:
        return Noise(compared, differed, 0.0, 0.0)
    seen = differed / compared
    low, high = 0.0, rate_test.as_rate(seen)
    for _ in range(_STEPS):
        middle = rate_test.as_rate((low + high) / 2)
        exceeded = rate_test.weigh(compared, differed, middle, "above", ALPHA_TOO_HIGH).decided
        low, high = (middle, high) if exceeded else (low, middle)
    return Noise(compared, differed, seen, low)
