"""A metric that is missing is no zero: no failure that is added to the inputs makes a verdict better."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canary.unit.metrics.tally import UNSETTLED
from tests.fuzzing import fuzz
from tests.guard.traffic import HEALTHY_HOURS, LONG, SETTLING, Key, Minute, Traffic

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from canary.verdict import Verdict

    Gone = Callable[[Key, int], bool]

WORSE = ("GO", "INCONCLUSIVE", "INVESTIGATE", "NO-GO")
PATHLESS = ("Requests", "Errors", "ShadowSent", "ShadowCompared", "ShadowDiffs", "ShadowLost")
NOISE = ("NoiseCompared", "NoiseDiffs")
KEYS: tuple[Key, ...] = (
    *((metric, None) for metric in (*PATHLESS, *NOISE)),
    *((metric, path) for metric in ("Requests", "Errors", "Duration") for path in ("mock", "prisma")),
)


def rank(verdict: Verdict) -> int:
    """From GO upwards."""
    return WORSE.index(verdict.decision)


def a_canary_error(minute: Minute) -> Minute:
    """One canary request fails that did not."""
    return replace(minute, canary_failed=min(minute.canary, minute.canary_failed + 1))


def a_mock_error(minute: Minute) -> Minute:
    """One of the mock's fails that did not."""
    return replace(minute, mock_failed=min(minute.mock, minute.mock_failed + 1))


def a_difference(minute: Minute) -> Minute:
    """One answer more differs."""
    return replace(minute, differed=min(minute.compared, minute.differed + 1))


def a_slow_one(minute: Minute) -> Minute:
    """One canary request more is slow."""
    return replace(minute, slow=min(minute.canary, minute.slow + 1))


def a_loss(minute: Minute) -> Minute:
    """A shadow read is lost that was compared and equal."""
    if minute.compared == minute.differed:
        return minute
    return replace(minute, compared=minute.compared - 1, lost=minute.lost + 1)


def one_who_tries_again(minute: Minute) -> Minute:
    """A user's reads from Prisma fail, and are tried 200 times: more requests than the split has room for."""
    more = 200
    return replace(
        minute,
        canary=minute.canary + more,
        canary_failed=minute.canary_failed + more,
        slow=minute.slow + more,
    )


FAILURES = (a_canary_error, a_mock_error, a_difference, a_slow_one, a_loss, one_who_tries_again)
LOST = st.one_of(
    # Totals under another set of dimensions, as a default of Powertools' for all functions makes them.
    st.just(lambda key, _at: key[1] is None),
    st.sampled_from(KEYS).map(lambda lost: lambda key, _at: key == lost),
    st.tuples(st.sampled_from(KEYS), st.integers(0, 30)).map(
        lambda lost: lambda key, at: key == lost[0] and at >= lost[1]
    ),
    st.tuples(st.sampled_from(KEYS), st.integers(0, 30)).map(
        lambda lost: lambda key, at: key == lost[0] and at == lost[1]
    ),
)


def traffic(minutes: list[Minute], gone: Gone | None = None) -> Traffic:
    """Minutes with Prisma's own count of what it was asked."""
    asked = [float(minute.canary) for minute in minutes]
    made = Traffic(minutes, invoked=asked, by_lambda=asked)
    return made if gone is None else replace(made, gone=gone)


@fuzz(2_000)
@given(
    HEALTHY_HOURS,
    LONG,
    st.lists(st.tuples(st.sampled_from(FAILURES), st.integers(0, 10**6)), max_size=4),
    LOST,
    st.randoms(use_true_random=False),
)
def test_no_failure_makes_a_verdict_better(
    healthy: list[Minute],
    drawn: list[Minute],
    failures: list[tuple[Callable[[Minute], Minute], int]],
    gone: Gone,
    order: random.Random,
) -> None:
    """GIVEN any traffic WHEN failures are added and a metric gets lost THEN each step is as bad or worse.

    And the order of reading does not matter.
    """
    before = [*healthy, *drawn, *SETTLING]
    settled = len(before) - len(SETTLING)
    worst = rank(traffic(before).verdict())
    for failure, where in failures:
        at = where % settled
        before = [*before[:at], failure(before[at]), *before[at + 1 :]]
        now = rank(traffic(before).verdict())
        assert now >= worst, failure.__name__
        worst = now
    lost = traffic(before, gone)
    found = lost.verdict()
    assert rank(found) >= worst, found.summary
    keys = {at: order.random() for at in range(len(before))}
    assert replace(lost, shuffled=keys.__getitem__).verdict() == found


@fuzz(1_000)
@example(
    [Minute(mock=1200, canary=60, compared=1000)] * 30,
    [Minute(), Minute(canary=3, canary_failed=2), Minute(canary=3, canary_failed=2)],
    ("Errors", "prisma"),
    1,
)
@given(HEALTHY_HOURS, LONG, st.sampled_from(KEYS), st.integers(1, UNSETTLED))
def test_a_late_minute_is_never_a_reason_for_go(
    healthy: list[Minute], drawn: list[Minute], key: Key, late: int
) -> None:
    """GIVEN any traffic WHEN a metric's newest values are on their way THEN what was not GO is not GO.

    A NO-GO may be later by those minutes, and no more.
    """
    minutes = [*healthy, *drawn]
    from_ = len(minutes) - late
    base = rank(traffic(minutes).verdict())
    found = traffic(minutes, lambda one, at: one == key and at >= from_).verdict()
    assert rank(found) >= min(base, WORSE.index("INCONCLUSIVE")), found.summary


FAILING = [Minute(mock=60, compared=50)] * 3 + [Minute(mock=60, canary=4, canary_failed=4, compared=50)] * 10


def test_a_canary_that_always_fails_is_no_go_without_the_totals() -> None:
    """GIVEN 40 of 40 failed and a stack-wide POWERTOOLS_SERVICE_NAME THEN NO-GO, and why is said."""
    found = traffic(FAILING, lambda key, _at: key[1] is None).verdict()
    assert found.decision == "NO-GO"
    assert "40 of 40 canary requests failed" in found.summary
    assert "contradict each other" in found.summary
    assert found.switches_off is not None


@pytest.mark.parametrize("metric", ["Requests", "Errors", "Duration"])
@pytest.mark.parametrize("path", ["prisma", None])
def test_a_healthy_canary_of_which_a_metric_is_missing_is_switched_off_after_the_patience(
    metric: str, path: str | None
) -> None:
    """GIVEN one metric gone WHEN the newest four minutes are all there is THEN nothing, and later NO-GO."""
    healthy = [Minute(mock=60, canary=4, compared=50)] * (UNSETTLED + 3)

    def gone(key: Key, _at: int) -> bool:
        return key == (metric, path)

    early = traffic(healthy[:UNSETTLED], gone).verdict()
    assert early.switches_off is None
    late = traffic(healthy, gone).verdict()
    if (metric, path) == ("Duration", None):
        assert late.row("measured") is None  # there is no such metric
        return
    assert late.switches_off is not None


def test_everything_of_the_canary_lost_is_unmeasured_by_prismas_own_count() -> None:
    """GIVEN a failing canary whose metrics are all gone THEN Prisma's own count gives it away."""
    found = traffic(FAILING, lambda key, _at: key[1] == "prisma").verdict()
    assert found.decision == "NO-GO"
    row = found.row("measured")
    assert row is not None
    assert "Prisma was invoked for" in row.why


def test_prismas_silence_is_no_zero() -> None:
    """GIVEN neither Prisma's nor the entry's counts, and Lambda's invocations, THEN NO-GO."""
    lost = traffic(FAILING, lambda _key, _at: True)
    assert replace(lost, invoked=[]).verdict().decision == "NO-GO"
    assert replace(lost, invoked=[], by_lambda=[]).verdict().decision == "INCONCLUSIVE"


def test_other_peoples_invocations_are_nobodys_requests() -> None:
    """GIVEN a health check of Prisma each second, which it counts as none, THEN nothing is missing."""
    quiet = [Minute(mock=60, compared=50)] * 30
    checked = Traffic(quiet, invoked=[0.0] * 30, by_lambda=[60.0] * 30)
    found = checked.verdict()
    assert (found.row("measured"), found.switches_off) == (None, None)


def test_two_unmeasured_requests_are_enough() -> None:
    """GIVEN Prisma counts one canary request a minute and nobody else does THEN NO-GO after the patience."""
    quiet = [Minute(mock=60, compared=50)] * (UNSETTLED + 2)
    unseen = Traffic(quiet, invoked=[1.0] * (UNSETTLED + 2), by_lambda=[1.0] * (UNSETTLED + 2))
    assert unseen.verdict().decision == "NO-GO"
    early = Traffic(quiet[:-1], invoked=[1.0] * (UNSETTLED + 1), by_lambda=[1.0] * (UNSETTLED + 1))
    assert early.verdict().decision != "NO-GO"


def test_lost_shadow_reads_are_a_row() -> None:
    """GIVEN a third of the shadow reads lost THEN INVESTIGATE; a few are no reason."""
    hour = [Minute(mock=60, canary=3, compared=40, lost=20)] * 30
    found = traffic(hour).verdict()
    row = found.row("lost")
    assert row is not None
    assert (row.decision, row.k, row.n) == ("INVESTIGATE", 600, 1800)
    few = traffic([replace(minute, compared=60, lost=1) for minute in hour]).verdict().row("lost")
    assert few is not None
    assert few.decision == "GO"


@pytest.mark.parametrize("gone", ["ShadowSent", "ShadowCompared", "ShadowLost"])
def test_a_lost_read_is_known_from_any_two_of_three_metrics(gone: str) -> None:
    """GIVEN sent, compared or lost missing THEN the losses are still there."""
    hour = [Minute(mock=60, canary=3, compared=40, lost=20)] * 30
    row = traffic(hour, lambda key, _at: key[0] == gone).verdict().row("lost")
    assert row is not None
    assert row.k >= 600
    assert row.decision == "INVESTIGATE"


@pytest.mark.parametrize(
    ("late", "row"),
    [
        ({("Errors", "prisma")}, "errors"),
        ({("Duration", "prisma")}, "p95"),
        ({("ShadowDiffs", None)}, "diffs"),
    ],
)
def test_what_is_still_on_its_way_counts_against_go(late: set[Key], row: str) -> None:
    """GIVEN hours that are GO and newest minutes of which an outcome is late THEN its row is GO no longer."""
    hours = [Minute(mock=1200, canary=60, compared=200)] * 20
    newest = [Minute(mock=1200, canary=60, compared=200)] * 3
    now = traffic([*hours, *newest])
    before, after = (
        one.verdict().row(row) for one in (now, replace(now, gone=lambda key, at: key in late and at >= 20))
    )
    assert before is not None
    assert after is not None
    assert (before.decision, after.decision) == ("GO", "INCONCLUSIVE")
