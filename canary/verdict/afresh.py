"""The same test begun afresh every quarter of an hour, for a canary that fails late.

Evidence over a whole step carries its healthy past: after an hour without a failure dozens are needed to
outweigh it. So beside it stand tests of the requests since each quarter of an hour of the step, one that
began after the failure did among them. The ``j``-th may call a rate at its limit too high with probability
``ALPHA_AFRESH / (j (j + 1))``, which sums to `ALPHA_AFRESH` over all that ever begin, so looking at all of
them after every request stays honest: a union bound over tests that each hold by Ville's inequality
(`rate_test`). The later one begins the more it asks for, by about ``2 ln j`` in logarithms. Testing
for a change by many sequential tests begun one after another: G. Lorden, *Procedures for reacting to a change
in distribution*, Ann. Math. Statist. 42 (1971); with evidence as here: J. Shin, A. Ramdas, A. Rinaldo,
*E-detectors*, New England J. Stat. Data Sci. 2 (2024).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from canary.verdict import rate_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from canary.verdict.rate_test import Evidence

EVERY_MINUTES = 15
"""Minutes between two beginnings: at low traffic few requests of the healthy past stand in the way."""
ALPHA_AFRESH = 0.0025
"""How often a rate exactly at its limit may ever be called too high by any of them; with the two tests of the
whole step it stays under one in a hundred, see `tests/verdict/test_promises.py`."""


def alpha_of(beginning: int) -> float:
    """The share of `ALPHA_AFRESH` that the test begun ``beginning`` quarters of an hour into a step has."""
    return ALPHA_AFRESH / (beginning * (beginning + 1))


def first_decided(since: Sequence[tuple[int, int]], limit: float) -> tuple[int, Evidence] | None:
    """The earliest beginning from which a rate is shown to be over a limit.

    Args:
        since: Events and those of them that count, since 1, 2, 3 … times `EVERY_MINUTES` into the step.
        limit: The rate under test, strictly between 0 and 1.

    Returns:
        Which beginning, from 1, and the evidence; ``None`` where none decides.
    """
    for beginning, (n, k) in enumerate(since, start=1):
        evidence = rate_test.weigh(n, k, limit, "above", alpha_of(beginning))
        if evidence.decided:
            return beginning, evidence
    return None
