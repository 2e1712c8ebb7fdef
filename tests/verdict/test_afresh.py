"""A canary that fails late: the test begun afresh finds it, and false NO-GOs stay rare."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from canary.verdict import Counts, Thresholds, judge, rate_test
from canary.verdict.afresh import ALPHA_AFRESH, EVERY_MINUTES, alpha_of, first_decided
from canary.verdict.rate_test import ALPHA_ALL_TOO_HIGH, ALPHA_TOO_HIGH
from canary.verdict.workings import terms, workings
from tests.verdict.exactly import LIMIT, boundary, decided_by, failing_at

if TYPE_CHECKING:
    from canary.verdict.row import Row

HEALTHY, FAILED_BEFORE = 455, 2
"""An hour of about eight canary requests a minute before it begins to fail."""


def counts(since: int, failing: int, failed: int, *, known: bool = True) -> Counts:
    """An hour of health and then failures, which began as the fourth quarter of an hour ended.

    Args:
        since: Minutes since then, for the length of the window.
        failing: Canary requests since then.
        failed: Those of them that failed.
        known: Whether the counts say how many came since each quarter of an hour.
    """
    n, k = HEALTHY + failing, FAILED_BEFORE + failed
    hour = [(round(HEALTHY * (4 - quarter) / 4) + failing, failed) for quarter in (1, 2, 3, 4)]
    return Counts(
        minutes=60 + since,
        requests=20 * n,
        errors=k,
        canary_requests=n,
        canary_errors=k,
        canary_since=tuple(hour) if known else (),
    )


def errors(given: Counts) -> Row:
    """The verdict's row on errors, at a share of 5 %."""
    row = judge(given, Thresholds(), 5).row("errors")
    assert row is not None
    return row


def requests_to_no_go(rate: float, *, known: bool) -> int:
    """How many failing requests it takes, when exactly a share of them fails."""
    return next(
        n for n in range(1, 3000) if errors(counts(5, n, round(rate * n), known=known)).decision == "NO-GO"
    )


@pytest.mark.parametrize(
    ("rate", "afresh", "whole"), [(0.05, 670, 950), (0.1, 126, 286), (0.2, 33, 118), (0.5, 7, 43), (1, 4, 21)]
)
def test_a_late_failure_is_found_after_few_requests(rate: float, afresh: int, whole: int) -> None:
    """GIVEN an hour of health THEN these many failing requests are NO-GO; by the whole step alone, those."""
    assert requests_to_no_go(rate, known=True) == afresh
    assert requests_to_no_go(rate, known=False) == whole


def test_the_row_says_what_was_judged_and_can_be_redone_by_hand() -> None:
    """Its counts, its evidence and what that needed are those of the requests since then."""
    row = errors(counts(5, 10, 5))
    assert (row.n, row.k, row.bad_needed) == (10, 5, 20 / ALPHA_AFRESH)
    assert row.why == (
        "5 of 10 canary requests of the last 5 minutes failed (50 %): shown to be over 2 %, judged afresh "
        "from minute 60 of the step; 7 of 465 in all of it."
    )
    assert sum(term.after(10, 5) for term in terms(0.02, "above")) == pytest.approx(row.e_bad)
    assert workings(row)[0].startswith("above 2 %: 5 of 10, evidence")


def test_a_step_that_is_shown_as_a_whole_says_so_as_before() -> None:
    """What the whole step shows needs no other window."""
    row = errors(counts(30, 100, 60))
    assert (row.decision, row.unit, row.n) == ("NO-GO", "canary requests", HEALTHY + 100)


def test_a_healthy_stretch_changes_nothing() -> None:
    """GIVEN failures at the rate of health THEN the row is that of the whole step."""
    assert errors(counts(15, 120, 1)) == errors(counts(15, 120, 1, known=False))


def test_counts_keep_it_through_json() -> None:
    """A verdict that was kept can be judged again."""
    given = counts(5, 10, 5)
    assert Counts.from_dict(json.loads(json.dumps(given.as_dict()))) == given


@pytest.mark.parametrize("since", [(1, 2), (-1, -1), (HEALTHY + 11, 0)])
def test_a_part_larger_than_its_whole_is_refused(since: tuple[int, int]) -> None:
    """And named."""
    with pytest.raises(ValueError, match="canary_since"):
        Counts(requests=HEALTHY, canary_requests=HEALTHY, canary_since=(since,))


def test_all_false_no_gos_together_stay_under_one_percent() -> None:
    """Exactly for the whole step; at most its alpha for all requests and for all beginnings there can be."""
    assert sum(map(alpha_of, range(1, 100_000))) < ALPHA_AFRESH
    own = decided_by(LIMIT, "above", boundary("above", ALPHA_TOO_HIGH, 20_000))[-1]
    assert own + ALPHA_ALL_TOO_HIGH + ALPHA_AFRESH <= 0.01


def test_at_the_limit_a_beginning_hardly_ever_decides() -> None:
    """Of 400 seeded streams at 2 %, begun afresh each 400 of 8,000 requests, not more than alpha allows."""
    table = np.array([(math.log(t.weight), math.log(t.hit), math.log(t.miss)) for t in terms(LIMIT, "above")])
    false = 0
    for stream in failing_at(np.random.default_rng(20261126), LIMIT, 400, 8000):
        decided = False
        for beginning in range(1, 20):
            n = stream[stream > 400 * beginning] - 400 * beginning
            k = np.arange(1, len(n) + 1)
            logs = table[:, :1] + table[:, 1:2] * k + table[:, 2:] * (n - k)
            decided |= bool((np.logaddexp.reduce(logs, axis=0) >= -math.log(alpha_of(beginning))).any())
        false += decided
    # Twice in a hundred seeds a binomial of 400 at this alpha is above 3.
    assert false <= 3


def test_the_earliest_beginning_that_decides_is_told() -> None:
    """Each is weighed at its own alpha."""
    found = first_decided([(400, 6), (200, 6), (20, 6), (8, 6)], LIMIT)
    assert found is not None
    beginning, evidence = found
    assert beginning == 3
    assert evidence == rate_test.weigh(20, 6, LIMIT, "above", alpha_of(3))
    assert first_decided([], LIMIT) is None
    assert EVERY_MINUTES == 15
