"""The metric store: identity, resolution, periods on the cloud's clock, retention."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.cloud.clock import Clock
from localaws.cloud.metrics.metrics import HIGH_S, KEPT_S, STANDARD_S, Datum, MetricStore, Query, key
from localaws.cloud.metrics.statistics import parse

START = 1_800_000_000.0
METRIC = key("N", "M", {"F": "f"})


def store_at(factor: float) -> MetricStore:
    """An empty store at a clock factor."""
    return MetricStore(Clock(factor, now=lambda: START))


def put(store: MetricStore, value: float, after: float, **more: object) -> None:
    """One value, ``after`` real seconds after the start."""
    store.put(Datum("N", "M", (("F", "f"),), value, START + after, **more))  # type: ignore[arg-type]


def series(
    store: MetricStore, statistic: str = "Sum", period: int = 60, length: float = 10.0
) -> dict[float, float]:
    """By real seconds after the start."""
    begin, end = store.cloud(START), store.cloud(START + length)
    found = store.series(Query(METRIC, period, parse(statistic)), begin, end)
    return {round(store.wall(at) - START, 6): value for at, value in found.items()}


def test_a_period_is_cloud_time() -> None:
    """GIVEN a factor of 60 WHEN values come in one real second THEN they share a minute."""
    store = store_at(60)
    for value, after in ((1, 0.0), (2, 0.99), (4, 1.0), (8, 2.5)):
        put(store, value, after)
    assert series(store) == {0: 3, 1: 4, 2: 8}
    assert series(store, period=300) == {0: 15}


def test_periods_begin_where_the_question_begins() -> None:
    """GIVEN a window that starts at minute 1 WHEN its period is 2 THEN minutes 1 and 2 are one."""
    store = store_at(60)
    for minute in range(4):
        put(store, 10.0**minute, minute)
    begin = store.cloud(START + 1)
    found = store.series(Query(METRIC, 120, parse("Sum")), begin, begin + 240)
    assert found == {begin: 110, begin + 120: 1000}


def test_dimensions_are_part_of_a_metric_and_their_order_is_not() -> None:
    """GIVEN two dimensions THEN neither alone finds the metric, both in any order do."""
    store = store_at(1)
    store.put(Datum("N", "M", (("F", "f"), ("P", "p")), 1, START))
    query = Query(key("N", "M", [("P", "p"), ("F", "f")]), 60, parse("Sum"))
    minute = store.cloud(START)
    assert store.series(query, minute, minute + 60) == {minute: 1}
    assert store.series(Query(METRIC, 60, parse("Sum")), minute, minute + 60) == {}


def test_standard_resolution_is_kept_by_the_minute_and_high_resolution_by_the_second() -> None:
    """GIVEN values 20 s into a minute THEN only the high-resolution one has its own 10 s."""
    store = store_at(1)
    put(store, 1, 20)
    assert series(store, period=10, length=60) == {0: 1}
    put(store, 5, 20, resolution=HIGH_S)
    assert series(store, period=10, length=60) == {0: 1, 20: 5}


def test_a_unit_nobody_published_in_finds_nothing() -> None:
    """GIVEN milliseconds WHEN asked for seconds THEN there is no data."""
    store = store_at(1)
    put(store, 3, 0, unit="Milliseconds")
    minute = store.cloud(START)
    for unit, expected in (("Milliseconds", {minute: 3.0}), (None, {minute: 3.0}), ("Seconds", {})):
        assert store.series(Query(METRIC, 60, parse("Sum"), unit), minute, minute + 60) == expected


@pytest.mark.parametrize("resolution", [STANDARD_S, HIGH_S])
def test_old_data_is_forgotten(resolution: int) -> None:
    """GIVEN data older than its retention WHEN something new comes THEN the old is gone."""
    store = store_at(60)
    put(store, 1, 0, resolution=resolution)
    put(store, 2, KEPT_S[resolution] / 60 + 2, resolution=resolution)
    assert series(store, length=KEPT_S[resolution]) == {KEPT_S[resolution] / 60 + 2: 2}


@given(
    st.lists(st.tuples(st.integers(0, 599), st.integers(0, 9)), max_size=80),
    st.sampled_from([60, 120, 300, 600]),
    st.sampled_from([1.0, 7.0, 60.0, 97.3]),
)
def test_every_value_is_counted_in_exactly_one_period(
    values: list[tuple[int, int]], period: int, factor: float
) -> None:
    """For all data, periods and clock factors: the sums add up, and each period has its own values."""
    store = store_at(factor)
    origin = store.cloud(START)
    origin -= origin % 60
    for second, value in values:
        store.put(Datum("N", "M", (("F", "f"),), value, store.wall(origin + second + 0.5)))
    found = store.series(Query(METRIC, period, parse("Sum")), origin, origin + 600)
    expected: dict[int, int] = {}
    for second, value in values:
        expected[origin + second // period * period] = (
            expected.get(origin + second // period * period, 0) + value
        )
    assert found == expected
