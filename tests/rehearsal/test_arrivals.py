"""Who sends what when: seeded arrivals at a pace, or a log's in the time there is."""

from __future__ import annotations

import itertools
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rehearsal.traffic import Pace, Request, squeezed, steady

CREATORS = [f"c-{n:04d}" for n in range(20)]


def planned(seed: int = 7, seconds: float = 60.0) -> list[tuple[float, Request]]:
    """The rehearsal's own traffic: 2,000 users, 50 of them the beta's, 100 requests a second."""
    endless = steady(seed, 2000, 50, Pace(100.0), CREATORS)
    return list(itertools.takewhile(lambda one: one[0] < seconds, endless))


def test_the_same_seed_gives_the_same_traffic_and_another_one_another() -> None:
    """A run can be repeated."""
    assert planned() == planned()
    assert planned(seed=7) != planned(seed=8)


def test_the_betas_fifty_are_among_two_thousand_who_all_read() -> None:
    """Drawn evenly: about one request in forty is a beta user's."""
    sent = planned(seconds=300.0)
    users = {request.user for _, request in sent}
    assert {user for user in users if user.startswith("beta-")} == {f"beta-{n:03d}" for n in range(1, 51)}
    assert len(users) > 1990
    beta = sum(request.user.startswith("beta-") for _, request in sent)
    assert beta / len(sent) == pytest.approx(1 / 40, rel=0.15)


def test_arrivals_are_as_many_as_the_rate_and_as_irregular_as_people() -> None:
    """Poisson: the gaps' standard deviation is their mean."""
    offsets = [offset for offset, _ in planned()]
    assert len(offsets) == pytest.approx(6000, rel=0.05)
    assert offsets == sorted(offsets)
    assert offsets[-1] < 60.0
    gaps = [after - before for before, after in itertools.pairwise(offsets)]
    assert statistics.stdev(gaps) == pytest.approx(statistics.mean(gaps), rel=0.1)


def test_the_pace_may_be_changed_while_requests_come() -> None:
    """From the next one on, and without an end."""
    pace = Pace(10.0)
    endless = steady(7, 2000, 50, pace, CREATORS)
    slow = list(itertools.islice(endless, 2000))
    pace.rate = 1000.0
    quick = list(itertools.islice(endless, 2000))
    assert slow[-1][0] == pytest.approx(200, rel=0.1)
    assert quick[-1][0] - slow[-1][0] == pytest.approx(2, rel=0.1)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 1e4))
def test_a_log_is_pressed_into_the_time_there_is(offsets: list[float], seconds: float) -> None:
    """First to last, in proportion; a log of one moment is sent at once."""
    offsets = [offset - min(offsets) for offset in sorted(offsets)]
    request = Request("u", "c")
    out = [at for at, _ in squeezed([(offset, request) for offset in offsets], offsets[-1], seconds)]
    assert out[0] == 0
    assert out[-1] == pytest.approx(seconds if offsets[-1] else 0)
    assert out == sorted(out)
