"""Statistics against the definitions page and against computing them from the values one by one."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.cloud.metrics.statistics import Distribution, StatisticError, compute, parse


def of(values: list[float], statistic: str) -> float | None:
    """A statistic of single values."""
    data = Distribution()
    for value in values:
        data.add(value)
    return compute(data, parse(statistic))


TEN = [float(value) for value in range(1, 11)]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("SampleCount", 10),
        ("Sum", 55),
        ("Average", 5.5),
        ("Minimum", 1),
        ("Maximum", 10),
        ("p0", 1),
        ("p50", 5),
        ("p90", 9),
        ("p95", 10),
        ("p99.9", 10),
        ("p100", 10),
        ("tm90", 5),  # the mean without the highest 10 %
        ("TM(:90%)", 5),
        ("TM(10%:90%)", 5.5),
        ("TM(2:4)", 3.5),  # 2 is outside, 4 is inside
        ("IQM", 5),  # 10 values: ranks 3 to 7
        ("tc90", 9),
        ("TC(80:500)", 0),
        ("TC(2:4)", 2),
        ("TC(:2)", 2),
        ("TC(8:)", 2),
        ("ts90", 45),
        ("TS(80%:)", 19),
        ("WM(10%:90%)", 5.5),
        ("wm90", 5.4),
        ("WM(2:9)", 5.5),
        ("PR(:3)", 30),
        ("PR(2:4)", 20),
        ("PR(7:)", 30),
    ],
)
def test_each_statistic_is_what_the_page_defines(statistic: str, expected: float) -> None:
    """Over the values 1 to 10."""
    assert of(TEN, statistic) == pytest.approx(expected)


@pytest.mark.parametrize(
    "statistic", ["", "p101", "P95", "sum", "tm", "TM()", "TM(:)", "TM(1:2%)", "PR(1%:2%)", "p-1"]
)
def test_what_is_no_statistic_is_refused_by_name(statistic: str) -> None:
    """It must not pass as missing data."""
    with pytest.raises(StatisticError, match=r"is no statistic|are percentages"):
        parse(statistic)


def test_no_values_have_no_statistic() -> None:
    """GIVEN an empty period THEN there is no datapoint, not a 0."""
    assert of([], "Sum") is None


@pytest.mark.parametrize("statistic", ["p50", "TM(1:2)", "TC(1:2)", "PR(1:2)", "wm90"])
def test_negative_values_have_no_percentiles(statistic: str) -> None:
    """Neither have they anything else that needs raw values; the five basic ones stay."""
    assert of([-1.0, 2.0], statistic) is None
    assert of([-1.0, 2.0], "Sum") == 1


def test_a_statistic_set_has_the_basic_statistics_only() -> None:
    """GIVEN a published set of 4 values summing to 10 THEN percentiles are unknown."""
    data = Distribution()
    data.add_set(4, 10, 1, 4)
    data.add(6)
    names = ("SampleCount", "Sum", "Average", "Minimum", "Maximum")
    assert [compute(data, parse(name)) for name in names] == [5, 16, 3.2, 1, 6]
    assert compute(data, parse("p50")) is None


def test_a_set_that_is_one_repeated_value_has_percentiles() -> None:
    """Minimum and maximum equal, sum their multiple: the page's exception."""
    data = Distribution()
    data.add_set(4, 8, 2, 2)
    assert compute(data, parse("p50")) == 2


VALUES = st.lists(st.floats(0, 1e6).map(lambda value: round(value, 2)), min_size=1, max_size=60)


@given(VALUES, st.integers(0, 100))
def test_a_percentile_is_the_largest_of_the_values_up_to_that_rank(values: list[float], rank: int) -> None:
    """For all data: what is left when the values above the rank are ignored, and always a value seen."""
    kept = sorted(values)[: max(1, math.ceil(len(values) * rank / 100))]
    assert of(values, f"p{rank}") == kept[-1]


@given(VALUES, st.floats(0, 1e6), st.floats(0, 1e6))
def test_trimmed_count_and_sum_are_those_of_the_values_between(
    values: list[float], a: float, b: float
) -> None:
    """For all data and bounds: lower exclusive, upper inclusive; mean times count is the sum."""
    low, high = sorted((round(a, 3), round(b, 3)))
    inside = [value for value in values if low < value <= high]
    bounds = f"({low:f}:{high:f})"
    assert of(values, f"TC{bounds}") == len(inside)
    assert of(values, f"TS{bounds}") == pytest.approx(sum(inside))
    assert of(values, f"PR{bounds}") == pytest.approx(100 * len(inside) / len(values))
    mean = of(values, f"TM{bounds}")
    assert mean == (pytest.approx(sum(inside) / len(inside)) if inside else None)


@given(VALUES)
def test_counting_a_value_twice_is_seeing_it_twice(values: list[float]) -> None:
    """For all data: counted values give the same statistics as single ones."""
    counted = Distribution()
    for value, count in Counter(values).items():
        counted.add(value, count)
    for statistic in ("Sum", "Average", "p50", "p95", "tm90", "wm90"):
        assert compute(counted, parse(statistic)) == pytest.approx(of(values, statistic))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=50), st.sampled_from([10, 25, 90, 95]))
def test_trimming_by_percent_never_keeps_more_than_that_share(values: list[int], percent: int) -> None:
    """For all data: tcNN counts the whole values at or under the rank."""
    assert of([float(value) for value in values], f"tc{percent}") == math.floor(
        len(values) * percent / 100 + 1e-9
    )
