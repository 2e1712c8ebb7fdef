"""The benchmark's rules are what they are called: ours is the judge's, the others do what they document."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.rollback_rules import alarms, kayenta, ours, z_score
from benchmarks.rollback_rules.streams import Streams, make
from canary.verdict import Counts, Thresholds, judge


def minutes(canary: list[int], failed: list[int], mock: int = 0) -> Streams:
    """One stream, minute by minute; every mock request succeeds."""
    shape = (1, len(canary))
    return Streams(np.array([canary]), np.array([failed]), np.full(shape, mock), np.zeros(shape, dtype=int))


@pytest.mark.parametrize("rate", [0.02, 0.1, 1.0])
def test_our_rule_says_no_go_when_the_judge_does(rate: float) -> None:
    """On seeded streams the minute is the first in which the whole verdict is NO-GO."""
    streams = make(np.random.default_rng(5), rate, 3, 20, 60)
    for index, fired in enumerate(ours.verdict(streams)):
        sums = [
            np.cumsum(counts[index])
            for counts in (streams.canary, streams.canary_failed, streams.mock, streams.mock_failed)
        ]
        said = 0
        for minute, (n, k, mock, mock_k) in enumerate(zip(*sums, strict=True), start=1):
            counts = Counts(
                requests=int(n + mock), errors=int(k + mock_k), canary_requests=int(n), canary_errors=int(k)
            )
            row = judge(counts, Thresholds(), 1).row("errors")
            if row is not None and row.decision == "NO-GO":
                said = minute
                break
        assert fired == said


def test_the_sheets_alarm_is_blind_to_a_failing_canary() -> None:
    """GIVEN a 1 % canary that always fails THEN the overall rate is 1 %; the canary's alarm fires."""
    streams = minutes([1] * 10, [1] * 10, mock=99)
    assert alarms.sheet(streams)[0] == 0
    assert alarms.canary_rate(streams)[0] == 1


def test_the_deployed_alarm_waits_for_five_errors_in_five_minutes() -> None:
    """One failure a minute reaches five in the fifth minute, one in two minutes never does."""
    assert alarms.deployed(minutes([1] * 10, [1] * 10))[0] == 5
    assert alarms.deployed(minutes([1] * 10, [1, 0] * 5))[0] == 0


def test_m_of_n_needs_three_of_five_minutes_and_a_floor_needs_traffic() -> None:
    """Two breaching minutes are not enough; with a floor, thin minutes do not breach."""
    assert alarms.m_of_n(minutes([5] * 6, [1, 0, 1, 0, 1, 0]))[0] == 5
    assert alarms.m_of_n(minutes([5] * 6, [1, 0, 0, 0, 1, 0]))[0] == 0
    assert alarms.m_of_n_with_floor(minutes([5] * 6, [1, 1, 1, 1, 1, 1]))[0] == 0


def test_the_z_test_is_scipys() -> None:
    """It fires where the normal approximation of the binomial test does at 1 %."""
    streams = minutes([300], [14])
    z = (14 - 6) / np.sqrt(300 * 0.02 * 0.98)
    assert bool(z_score.from_enough(streams)[0] == 1) is bool(stats.norm.sf(z) < 0.01)
    assert z_score.from_enough(minutes([249], [200]))[0] == 0


def test_kayentas_rule_needs_most_minutes_to_be_worse() -> None:
    """A rate that is higher in every minute is High; all failing in one minute of four is not."""
    random = np.random.default_rng(3)
    control = random.uniform(0, 0.01, 60)
    assert kayenta.is_high(control + 0.5, control)
    sparse = np.where(np.arange(60) % 4 == 0, 1.0, 0.0)
    assert not kayenta.is_high(sparse, np.zeros(60))
    assert stats.mannwhitneyu(sparse, np.zeros(60)).pvalue < 0.02
    assert not kayenta.is_high(np.array([]), control)
