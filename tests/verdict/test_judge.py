"""The verdict: rows, what comes first, what is said, and that a person can redo it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canary.verdict import Counts, Thresholds, judge, rolled_back
from canary.verdict.workings import terms, workings

if TYPE_CHECKING:
    from canary.verdict.judge import Verdict

LIMITS = Thresholds()
HEALTHY = Counts(
    minutes=60,
    requests=40_000,
    errors=3,
    canary_requests=400,
    canary_errors=0,
    mock_p95_ms=60.0,
    compared=39_000,
    lost=0,
)


def judged(percent: float = 1, **changes: object) -> Verdict:
    """The verdict on a healthy hour with changes."""
    return judge(replace(HEALTHY, **changes), LIMITS, percent)  # type: ignore[arg-type]


def decision(verdict: Verdict, name: str) -> str:
    """What one row decided."""
    row = verdict.row(name)
    assert row is not None
    return row.decision


def test_a_healthy_hour_is_go() -> None:
    """GIVEN enough healthy requests on every row THEN GO, in one plain sentence."""
    verdict = judged()
    assert verdict.decision == "GO"
    assert (
        verdict.summary == "GO: errors, latency, differences and traffic share are all within their limits."
    )
    assert [row.name for row in verdict.rows] == ["errors", "p95", "diffs", "lost", "share"]


def test_the_sheets_own_beta_is_inconclusive_and_says_what_is_missing() -> None:
    """GIVEN 30 canary requests without an error THEN no green light by luck, but what is missing."""
    verdict = judged(requests=3000, errors=0, canary_requests=30, compared=2900, minutes=180)
    row = verdict.row("errors")
    assert verdict.decision == "INCONCLUSIVE"
    assert row is not None
    assert row.more == 135
    assert row.minutes == pytest.approx(135 * 6)
    assert "errors" in verdict.summary
    assert "about 135 more of canary requests, about 14 hours" in verdict.summary


def test_a_failing_canary_is_no_go_although_the_overall_rate_is_fine() -> None:
    """GIVEN a 1 % canary that always fails THEN NO-GO, while all requests together fail by 1 %."""
    verdict = judged(canary_errors=400, errors=403)
    assert verdict.decision == "NO-GO"
    assert verdict.summary == "NO-GO: 400 of 400 canary requests failed (100 %): shown to be over 2 %."


def test_failing_mock_requests_are_no_go_too() -> None:
    """GIVEN a healthy canary and a function that fails by 5 % THEN NO-GO on all requests."""
    verdict = judged(errors=2000)
    assert verdict.decision == "NO-GO"
    assert "2000 of 40000 requests failed" in verdict.summary
    row = verdict.row("errors")
    assert row is not None
    assert row.bad_needed == 1000


def test_a_canary_that_was_not_seen_is_not_healthy() -> None:
    """GIVEN a configured canary without one request THEN errors are not decided, however fine the rest is."""
    verdict = judged(canary_requests=0, requests=900)
    assert decision(verdict, "errors") == "INCONCLUSIVE"
    assert verdict.decision == "INCONCLUSIVE"


def test_the_shadow_hour_has_no_canary_rows() -> None:
    """GIVEN no canary THEN errors of all requests and diffs are judged, and nothing else."""
    verdict = judged(percent=0, canary_requests=0)
    assert [row.name for row in verdict.rows] == ["errors", "diffs", "lost"]
    assert verdict.decision == "GO"


def test_slow_requests_are_investigated_not_rolled_back() -> None:
    """GIVEN a tenth of the canary over 1.3 times the mock's P95 THEN INVESTIGATE."""
    verdict = judged(slow_go=50, slow_investigate=40)
    assert decision(verdict, "p95") == verdict.decision == "INVESTIGATE"
    assert "over 78 ms" in verdict.summary


def test_between_15_and_30_percent_slower_is_neither() -> None:
    """GIVEN a tenth over 1.15 but none over 1.3 times the mock's P95 THEN neither GO nor INVESTIGATE."""
    assert decision(judged(slow_go=40, slow_investigate=0), "p95") == "INCONCLUSIVE"


def test_no_request_under_the_floor_is_slow() -> None:
    """GIVEN a mock that answers in a millisecond THEN slow means over the floor, not over 1.3 ms."""
    assert LIMITS.slow_limits_ms(1.0) == (50.0, 50.0)
    assert LIMITS.slow_limits_ms(100.0) == pytest.approx((115.0, 130.0))


def test_diffs_have_two_limits() -> None:
    """0.2 % of diffs is GO, 3 % is INVESTIGATE, 0.8 % lies between the limits and is neither."""
    assert decision(judged(diffs=78), "diffs") == "GO"
    assert decision(judged(diffs=1170), "diffs") == "INVESTIGATE"
    assert decision(judged(diffs=312), "diffs") == "INCONCLUSIVE"


def test_what_a_side_differs_from_itself_is_subtracted() -> None:
    """GIVEN 0.6 % of diffs and 0.6 % of well-known noise THEN the diffs are no news."""
    assert decision(judged(diffs=234), "diffs") == "INCONCLUSIVE"
    assert decision(judged(diffs=234, noise_compared=39_000, noise_diffs=234), "diffs") == "GO"


def test_noise_that_is_hardly_known_is_never_a_reason_for_go() -> None:
    """GIVEN 3 % of diffs and 3 of 100 noisy answers THEN neither GO nor INVESTIGATE, and both are told."""
    row = judged(diffs=1170, noise_compared=100, noise_diffs=3).row("diffs")
    assert row is not None
    assert row.decision == "INCONCLUSIVE"
    assert "1170 of 39000 shadow answers differed (noise 3 %, of which 0." in row.why


def test_without_a_second_reading_no_noise_is_subtracted_and_that_is_said() -> None:
    """GIVEN no A/A comparison THEN the limits stand as they are, and the row says so."""
    row = judged(diffs=1170).row("diffs")
    assert row is not None
    assert row.decision == "INVESTIGATE"
    assert row.limit_percent == pytest.approx(1)
    assert "no noise is subtracted" in (judged().row("diffs") or row).why


def test_a_share_outside_its_band_is_a_matter_of_configuration() -> None:
    """GIVEN 4 % of the requests at a configured 1 % THEN check the configuration; 1 % is within the band."""
    verdict = judged(canary_requests=1600)
    row = verdict.row("share")
    assert row is not None
    assert row.decision == "INVESTIGATE"
    assert row.why.endswith("outside 0.5 to 2 %, check the configuration.")
    assert decision(judged(canary_requests=20), "share") == "INVESTIGATE"
    assert decision(judged(), "share") == "GO"


def test_an_unbelievable_split_excuses_no_failure() -> None:
    """GIVEN a third of the users in a 1 % canary, all failing, THEN it is NO-GO and switched off."""
    verdict = judged(users=2000, canary_users=660, canary_errors=400, errors=400)
    assert (verdict.decision, verdict.sample_ratio.believable) == ("NO-GO", False)
    assert verdict.switches_off == verdict.row("errors")
    assert verdict.summary.startswith("NO-GO: 400 of 400 canary requests failed")


def test_an_unbelievable_split_comes_before_everything_else() -> None:
    """GIVEN a third of the users in a 1 % canary that does not fail THEN the split is to be explained."""
    verdict = judged(users=2000, canary_users=660)
    assert verdict.decision == "INVESTIGATE"
    assert not verdict.sample_ratio.believable
    assert verdict.summary.startswith("INVESTIGATE: 660 of 2000 users are in the canary")
    assert "Nothing else is believed" in verdict.summary


@pytest.mark.parametrize("canary_users", [8, 20, 34])
def test_an_ordinary_split_of_users_is_believed(canary_users: int) -> None:
    """GIVEN 2,000 users and 1 % THEN from 8 to 34 in the canary, chance does that, is believed."""
    assert judged(users=2000, canary_users=canary_users).sample_ratio.believable


def test_one_busy_user_does_not_make_the_split_unbelievable() -> None:
    """GIVEN users were not counted and one of 50 makes a tenth of the requests THEN it is believed."""
    assert judged(canary_requests=3200).sample_ratio.believable
    assert not judged(canary_requests=20_000).sample_ratio.believable


def test_go_counts_users_where_they_are_known_and_no_go_requests() -> None:
    """GIVEN 400 requests of 20 users THEN 20 are too few for GO; the same requests failing are NO-GO."""
    many = {"users": 2000, "canary_users": 20}
    assert decision(judged(**many), "errors") == "INCONCLUSIVE"
    assert decision(judged(**many, canary_errors=80, errors=80), "errors") == "NO-GO"
    row = judged(**many).row("errors")
    assert row is not None
    assert row.good_n == pytest.approx(20)
    assert "GO counts 20 users" in row.why
    independent = judge(replace(HEALTHY, users=2000, canary_users=20), LIMITS, 1, within_user_correlation=0)
    assert decision(independent, "errors") == "GO"


def test_a_person_can_redo_it_by_hand() -> None:
    """The evidence printed follows from n, k, the limit and the published grid."""
    row = judged(canary_errors=10, errors=10).row("errors")
    assert row is not None
    bad = sum(term.after(row.n, row.k) for term in terms(row.limit_percent / 100, "above"))
    good = sum(term.after(row.good_n, row.good_k) for term in terms(row.good_limit_percent / 100, "below"))
    assert (row.e_bad, row.e_good) == pytest.approx((bad, good))
    assert workings(row)[0] == f"above 2 %: 10 of 400, evidence {row.e_bad:.4g}, decides at 100"


def test_a_verdict_is_json_and_its_counts_can_be_judged_again() -> None:
    """GIVEN evidence too large for a float THEN its JSON is valid, and its counts give the same verdict."""
    verdict = judge(replace(HEALTHY, errors=40_000, canary_errors=400), LIMITS, 1)
    document = json.loads(json.dumps(verdict.as_dict(), allow_nan=False))
    assert judge(Counts.from_dict(document["counts"]), LIMITS, document["configured_percent"]) == verdict


whole = st.integers(0, 10**6)


counted = st.fixed_dictionaries(dict.fromkeys(("requests", "canary", "errors", "compared", "diffs"), whole))


NOTHING = dict.fromkeys(("requests", "canary", "errors", "compared", "diffs"), 0)


@example(counted=NOTHING, percent=1e-313, users=None)
@given(counted=counted, percent=st.floats(0, 100), users=st.none() | whole)
def test_any_counts_get_a_verdict(counted: dict[str, int], percent: float, users: int | None) -> None:
    """Whatever is counted, at whatever percentage, there is a decision and a sentence, and no NaN."""
    requests, errors, compared, diffs = (
        counted[name] for name in ("requests", "errors", "compared", "diffs")
    )
    canary = counted["canary"]
    canary = min(canary, requests)
    counts = Counts(
        requests=requests,
        errors=min(errors, requests),
        canary_requests=canary,
        canary_errors=min(errors, canary),
        slow_go=min(errors, canary),
        mock_p95_ms=5.0,
        compared=compared,
        diffs=min(diffs, compared),
        noise_compared=diffs,
        noise_diffs=min(errors, diffs),
        users=users,
        canary_users=None if users is None else min(canary, users),
    )
    verdict = judge(counts, LIMITS, percent)
    assert verdict.summary.startswith(verdict.decision)
    assert not any(math.isnan(row.e_bad) or math.isnan(row.e_good) for row in verdict.rows)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"errors": 2, "requests": 1}, "errors = 2"),
        ({"canary_requests": 2, "requests": 1}, "canary_requests = 2"),
        ({"diffs": -1}, "diffs = -1"),
        ({"canary_users": 3, "users": 2}, "canary_users = 3"),
    ],
)
def test_impossible_counts_are_named(changes: dict[str, Any], named: str) -> None:
    """A part that exceeds its whole is an error that names both."""
    with pytest.raises(ValueError, match=named):
        Counts(**changes)


def test_thresholds_are_read_in_either_spelling() -> None:
    """The stack's output and the guard's environment spell the keys differently; numbers may be texts."""
    assert Thresholds.from_settings({"errorRatePct": "3", "shadowLossPct": 20}).error_rate == 3
    assert Thresholds.from_settings({"p95_go_pct": 120, "p95_floor_ms": 9}) == Thresholds(
        p95_go=120, p95_floor_ms=9
    )


@pytest.mark.parametrize(
    ("percent", "low", "high"), [(1, 0.5, 2), (5, 2.55, 9.6), (25, 14.2, 40.2), (75, 59.9, 85.8)]
)
def test_the_band_of_shares_follows_the_percentage(percent: float, low: float, high: float) -> None:
    """The sheet's 0.5 to 2 % at 1 % scales in odds, so it stays a rate at any percentage."""
    assert [100 * edge for edge in LIMITS.share_band(percent)] == pytest.approx([low, high], rel=0.005)


def test_a_step_that_was_rolled_back_is_no_go_whatever_its_counts_alone_say() -> None:
    """An alarm looks at five minutes, the test at the whole step: one healthy hour must not hide the end."""
    # GIVEN three failures after an hour without any: not enough for the test alone
    counts = Counts(
        requests=3386, canary_requests=30, canary_errors=3, compared=2975, minutes=66.0, mock_p95_ms=2.0
    )
    undecided = judge(counts, Thresholds(), 1.0)
    assert undecided.decision == "INCONCLUSIVE"
    # WHEN an alarm has rolled it back
    verdict = rolled_back(undecided, "alarm canary-errors", "2 of 5 requests failed.")
    # THEN nobody goes on with it, and its own evidence is still there
    assert verdict.decision == "NO-GO"
    assert verdict.summary.startswith(
        "NO-GO: rolled back by alarm canary-errors: 2 of 5 requests failed. By its"
    )
    assert undecided.summary in verdict.summary
    assert verdict.rows == undecided.rows


def test_a_no_go_of_its_own_keeps_its_own_reason() -> None:
    """What the counts show is the better reason."""
    counts = Counts(
        requests=1000, canary_requests=10, canary_errors=9, compared=900, minutes=10.0, mock_p95_ms=2.0
    )
    own = judge(counts, Thresholds(), 1.0)
    assert rolled_back(own, "alarm x", "y") == own
