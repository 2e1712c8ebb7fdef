"""When the canary failed and what followed, found in evidence: in the scenario's window and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.claims.moments import canary_reads, moments, rollback_seconds, users_by_side, window
from rehearsal.timeline import HOUR, MINUTE
from tests.rehearsal.handmade import at, kill, ramp, read
from tests.rehearsal.played import bad_flag, bad_release, beta, healthy, late_failure
from tests.rehearsal.spoiling import canary_reads as canary_reads_otherwise


def test_a_failure_lasts_until_it_is_mended_or_until_the_end() -> None:
    """Its window is where consequences are looked for."""
    mended, lasting = late_failure.right(), beta.right()
    assert window(mended) == (mended.done["stop-database"], mended.done["resume"])
    assert window(lasting) == (lasting.done["stop-database"], lasting.ended)


def test_rollback_is_measured_in_cloud_seconds_from_the_first_failure() -> None:
    """Not from when the database was stopped, which users cannot know."""
    assert rollback_seconds(beta.right()) == {
        "breaker_s": pytest.approx(90, abs=0.2),
        "verdict_s": pytest.approx(150, abs=0.2),
        "alarm_s": pytest.approx(beta.RED_AT - beta.FAILED_AT, abs=0.2),
        "kill_on_s": pytest.approx(200, abs=0.2),
        "flag_off_s": pytest.approx(210, abs=0.2),
        "last_canary_s": pytest.approx(220, abs=0.2),
    }


def test_what_comes_after_the_mending_is_another_matter() -> None:
    """GIVEN the same canary failing again, unguarded THEN it has no part in the first rollback."""
    seconds = rollback_seconds(late_failure.right())
    assert max(second for second in seconds.values() if second is not None) == pytest.approx(140, abs=0.2)


def test_a_deployment_that_appconfig_took_back_is_off_when_it_had_been_taken_back() -> None:
    """Nobody deployed the flag as off."""
    seen = bad_flag.right()
    assert moments(seen).flag_off == at(bad_flag.TAKEN_BACK)
    seen.ramp = [one for one in seen.ramp if one.state != "ROLLED_BACK"]
    assert moments(seen).flag_off is None


def test_a_deployment_taken_back_nobody_knows_when_is_off_nobody_knows_when() -> None:
    """Nothing is made up for it."""
    seen = bad_flag.right()
    seen.ramp = [replace(one, completed=None) if one.state == "ROLLED_BACK" else one for one in seen.ramp]
    assert moments(seen).flag_off is None


@pytest.mark.parametrize("state", ["BAKING", "DEPLOYING", "ROLLING_BACK"])
def test_a_deployment_under_way_is_not_off_yet(state: str) -> None:
    """Only what AppConfig has come to the end of."""
    seen = beta.right()
    seen.ramp = [*seen.ramp[:-1], ramp(4, beta.OFF_AT, state, on=False)]
    assert moments(seen).flag_off is None


def test_the_first_of_several_offs_counts() -> None:
    """Taken back by AppConfig, then deployed as off by the guard, or the other way round."""
    seen = bad_flag.right()
    seen.ramp.append(ramp(4, bad_flag.TAKEN_BACK + 60, on=False))
    assert moments(seen).flag_off == at(bad_flag.TAKEN_BACK)
    seen.ramp.append(ramp(5, bad_flag.TAKEN_BACK - 60, on=False))
    assert moments(seen).flag_off == at(bad_flag.TAKEN_BACK - 60)


def test_what_went_off_before_the_failure_is_no_consequence_of_it() -> None:
    """A switch, a decision or a breaker of long ago."""
    seen = beta.right()
    found = moments(seen)
    seen.kill.insert(1, kill(9, HOUR, on=True))
    seen.ramp.insert(1, ramp(9, HOUR, on=False))
    seen.decisions.insert(0, at(HOUR))
    seen.lines.breakers.insert(0, at(HOUR))
    assert moments(seen) == found


def test_a_canary_that_failed_before_it_was_broken_failed_for_another_reason() -> None:
    """One failure of an hour before is not the first of these."""
    seen = beta.right()
    found = moments(seen)
    seen.lines.reads.insert(0, read(5000, "u-1", canary=True, error="timeout"))
    assert moments(seen) == found


def test_without_a_failure_nothing_followed_but_the_last_canary_is_known() -> None:
    """Nobody can be late to what never happened."""
    seen = beta.right()
    canary_reads_otherwise(canary_error=None)(seen)
    found = moments(seen)
    assert found.last_canary == at(beta.LAST_AT)
    assert {value for name, value in vars(found).items() if name != "last_canary"} == {None}
    assert set(rollback_seconds(seen).values()) == {None}


@given(st.permutations(range(12)))
def test_the_order_of_the_log_does_not_matter(order: list[int]) -> None:
    """Streams are read one after the other, not by time."""
    seen = beta.right()
    found = moments(seen)
    size = len(seen.lines.reads) // len(order) + 1
    parts = [seen.lines.reads[n * size : (n + 1) * size] for n in order]
    seen.lines.reads = [one for part in parts for one in part]
    assert moments(seen) == found


def test_the_canary_is_looked_at_from_settled_until_the_kill_switch() -> None:
    """GIVEN reads at the edges THEN sandboxes that have not heard of the flag yet are not held to it."""
    seen = healthy.right()
    begun = seen.clock.cloud(seen.done["canary-on"])
    seen.lines.reads = [read(begun + late, "u-1") for late in (0, 89, 91, 600)]
    assert [round(seen.clock.cloud(one.at) - begun) for one in canary_reads(seen)] == [91, 600]
    rolled_back = beta.right()
    assert max(one.at for one in canary_reads(rolled_back)) < at(beta.KILLED_AT)


def test_without_a_canary_there_is_nothing_to_look_at() -> None:
    """A release has its own claims."""
    assert canary_reads(bad_release.right()) == []


def test_users_are_told_apart_by_side_and_may_be_on_both() -> None:
    """Pseudonyms, not requests."""
    mine = read(5 * MINUTE, "u-1", canary=True)
    inside, outside = users_by_side([mine, mine, replace(mine, canary=False), read(60, "u-2")])
    assert (inside, outside) == ({"u-1"}, {"u-1", "u-2"})
