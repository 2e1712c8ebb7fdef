"""Metric math against the tables and examples of AWS's own page on it."""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metric_math.evaluation import MathError, Range, Series, evaluate, evaluate_all, parse

PERIOD = 60


def series(*values: float | None) -> Series:
    """A series written as the page writes one: ``None`` is its ``-``."""
    return Series({index * PERIOD: value for index, value in enumerate(values) if value is not None}, PERIOD)


def written(result: object, length: int) -> list[float | None]:
    """A result in the page's notation."""
    assert isinstance(result, Series)
    return [result.points.get(index * PERIOD) for index in range(length)]


def compute(text: str, length: int = 5, **metrics: Series) -> object:
    """What an expression gives over ``length`` periods."""
    return evaluate(parse(text), Range(0, length * PERIOD, metrics))


METRIC1, METRIC2 = series(30, 20, 0, 0), series(20, None, 20, None)
TRUTH = series(1, 1, 0, 0, None)
THEN, ELSE = series(30, None, 0, 0, 30), series(0, 0, 20, None, 20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(metric1 < metric2)", [0, 0, 1, 0]),
        ("(metric1 >= 30)", [1, 0, 0, 0]),
        ("(metric1 > 15 AND metric2 > 15)", [1, 0, 0, 0]),
        ("metric1 > 15 && metric2 > 15", [1, 0, 0, 0]),
        ("metric1 > 25 OR metric2 > 15", [1, 0, 1, 0]),
        ("metric1 > 25 || metric2 > 15", [1, 0, 1, 0]),
    ],
)
def test_comparisons_treat_a_missing_value_as_zero(text: str, expected: list[float]) -> None:
    """The page's table of comparison and logical operators."""
    assert written(compute(text, 4, metric1=METRIC1, metric2=METRIC2), 4) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IF(metric1, metric2, metric3)", [30, 0, 20, None, None]),
        ("IF(metric1, 5, metric3)", [5, 5, 20, None, None]),
        ("IF(metric1, metric2, 5)", [30, 0, 5, 5, None]),
        ("IF(metric1, metric2)", [30, 0, None, None, None]),
        ("IF(metric1, 7, 8)", [7, 7, 8, 8, None]),
        ("IF(1, metric2, metric3)", [30, None, 0, 0, 30]),
        ("IF(0, metric2, metric3)", [0, 0, 20, None, 20]),
        ("IF(0, metric2)", [None] * 5),
    ],
)
def test_if_follows_the_tables_of_the_page(text: str, expected: list[float | None]) -> None:
    """IF: a missing condition drops the point, a missing true value is 0, a missing false value drops it."""
    assert written(compute(text, metric1=TRUTH, metric2=THEN, metric3=ELSE), 5) == expected


def test_arithmetic_computes_every_period_that_either_side_has() -> None:
    """Missing values in a time series are treated as 0."""
    a, b = series(1, None, 3), series(10, 20, None)
    assert written(compute("a + b", 3, a=a, b=b), 3) == [11, 20, 3]
    assert written(compute("a - b", 3, a=a, b=b), 3) == [-9, -20, 3]
    assert written(compute("a * 2 - 1", 3, a=a), 3) == [1, None, 5]


def test_division_by_zero_drops_the_point() -> None:
    """Also where the divisor is missing, which is the same as 0."""
    a, b = series(1, 2, 3), series(2, 0, None)
    assert written(compute("100 * a / b", 3, a=a, b=b), 3) == [50, None, None]
    assert written(compute("a % b", 3, a=a, b=b), 3) == [1, None, None]


def test_an_error_rate_without_requests_has_no_datapoint() -> None:
    """GIVEN no data WHEN the canary's rate is computed THEN nothing is there to judge."""
    assert written(compute("IF(e >= 5, 100 * e / n, 0)", 2, e=series(), n=series()), 2) == [None, None]


def test_an_error_rate_under_the_floor_is_zero() -> None:
    """GIVEN 4 errors of 4, then 5 of 5 WHEN the floor is 5 THEN only the second period counts."""
    assert written(compute("IF(e >= 5, 100 * e / n, 0)", 2, e=series(4, 5), n=series(4, 5)), 2) == [0, 100]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FILL(m1, 10)", [10, 1, 10, 3, 10]),
        ("FILL(m1, REPEAT)", [None, 1, 1, 3, 3]),
        ("FILL(m1, LINEAR)", [None, 1, 2, 3, None]),
        ("FILL(m1, m2)", [7, 1, None, 3, 7]),
        ("FILL(m1, MIN(m1))", [1, 1, 1, 3, 1]),
    ],
)
def test_fill_fills_every_missing_period_of_the_range(text: str, expected: list[float | None]) -> None:
    """A number, the last value, a line across the gap, another series, or a number computed from one."""
    assert (
        written(compute(text, m1=series(None, 1, None, 3, None), m2=series(7, 7, None, 7, 7)), 5) == expected
    )


def test_the_newest_point_of_a_filled_series_is_the_filler_while_data_is_late() -> None:
    """GIVEN errors in every period, the newest not yet arrived WHEN filled with 0 THEN the newest is 0.

    Which is how a one-datapoint alarm on such an expression never leaves OK.
    """
    late = series(9, 9, 9, 9, None)
    assert written(compute("FILL(m1, 0)", m1=late), 5)[-1] == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUM([m1, m2])", [3, 2, 3]),
        ("SUM(METRICS())", [3, 2, 3]),
        ("AVG(METRICS())", [1.5, 1, 1.5]),
        ("MAX(METRICS())", [2, 2, 3]),
        ("MIN(METRICS())", [1, 2, 3]),
        ('SUM(METRICS("1"))', [1, None, 3]),
        ('SUM([METRICS("1"), METRICS("2")])', [3, 2, 3]),
        ("DATAPOINT_COUNT(METRICS())", [2, 1, 1]),
        ("m1 - MIN(m1)", [0, None, 2]),
        ("SUM([m1, m2]) / AVG(m2)", [1.5, 1, 1.5]),
        ("m1 / METRIC_COUNT(METRICS())", [0.5, None, 1.5]),
        ("SUM(100 / [m1, m2])", [150, 50, 100 / 3]),
        ("SUM(-[m1, m2])", [-3, -2, -3]),
        ("RATE(m1)", [None, None, 2 / 120]),
        ("DIFF(m1)", [None, None, 2]),
        ("DIFF_TIME(m1)", [None, None, 120]),
        ("RUNNING_SUM(m1)", [1, None, 4]),
        ("m1 / PERIOD(m1)", [1 / 60, None, 3 / 60]),
        ("TIME_SERIES(MAX(m1))", [3, 3, 3]),
        ("ABS(m1 - 3)", [2, None, 0]),
        ("FIRST(SORT(METRICS(), MAX, ASC))", [2, 2, None]),
        ("SUM(SLICE(SORT(METRICS(), MAX, DESC), 1))", [2, 2, None]),
        ("SUM(SLICE(SORT(METRICS(), MAX, DESC), 0, 1))", [1, None, 3]),
        ("SUM(SORT(METRICS(), MAX, DESC, 1))", [1, None, 3]),
        ("LAST(REMOVE_EMPTY(METRICS()))", [2, 2, None]),
        ("LOG10(m1 * 10)", [1, None, math.log10(30)]),
        ("CEIL(m1 / 2)", [1, None, 2]),
        ("FLOOR(m1 / 2)", [0, None, 1]),
        ("STDDEV([m1, m2])", [0.5, 0, 0]),
    ],
)
def test_functions_give_what_the_page_says(text: str, expected: list[float | None]) -> None:
    """Each function of the page's table that runs here, on two sparse series."""
    assert written(compute(text, 3, m1=series(1, None, 3), m2=series(2, 2, None)), 3) == pytest.approx(
        expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("t + 1 + 2 * 3 ^ 2", 19),
        ("t + (1 + 2) * 3", 9),
        ("t + 2 ^ 3 ^ 2", 512),
        ("t - 2 ^ 2", -4),
        ("t + -2 ^ 2", -4),
        ("t + 7 % 4", 3),
        ("t + (1 < 2)", 1),
        ("t + 6 / 3 / 2", 1),
        ("t + 1.5e2", 150),
    ],
)
def test_operators_bind_as_usual(text: str, expected: float) -> None:
    """Power before product before sum before comparison."""
    assert written(compute(text, 1, t=series(0)), 1) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m1 +",
        "m1 m1",
        "(m1",
        "m1 $ 2",
        "SUM(m1",
        "SUM(m1,)",
        "unknown",
        "sum(m1)",
        "M1",
        "SUM(3)",
        "ABS(3)",
        "AVG()",
        "IF(m1)",
        "IF(1, 2, 3)",
        "IF([m1], 1, 0)",
        "FILL(3, 0)",
        "FILL(m1)",
        "FILL(m1, SUM)",
        "[m1] + [m1]",
        "[m1, 3]",
        "PERIOD(m1 + 1)",
        "MINUTE(m1)",
        "SEARCH('x')",
        "METRICS(m1)",
        "SORT(m1, AVG, ASC)",
        "REPEAT",
        "1 / 0",
        "m1" + " + 1" * 300,
    ],
)
def test_what_cloudwatch_refuses_is_refused(text: str) -> None:
    """Syntax errors, unknown names, wrong types, and the functions that are not computed here."""
    with pytest.raises(MathError):
        compute(text, 1, m1=series(1))


def test_expressions_may_name_each_other_in_any_order() -> None:
    """GIVEN e1 before e2, which it names THEN both are computed."""
    over = Range(0, 60, {"m1": series(4)})
    results = evaluate_all({"e1": "e2 * 2", "e2": "m1 + 1"}, over)
    assert written(results["e1"], 1) == [10]


def test_expressions_in_a_circle_are_refused() -> None:
    """They could never be computed."""
    with pytest.raises(MathError, match="circle: e1, e2"):
        evaluate_all({"e1": "e2", "e2": "e1"}, Range(0, 60, {}))


def test_metrics_are_those_of_the_request_and_no_expressions() -> None:
    """METRICS() leaves expressions out."""
    results = evaluate_all({"e1": "m1 * 100", "e2": "SUM(METRICS())"}, Range(0, 60, {"m1": series(1)}))
    assert written(results["e2"], 1) == [1]


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
POINTS = st.lists(st.one_of(st.none(), NUMBERS), min_size=1, max_size=6)


@given(POINTS, POINTS, st.sampled_from(["+", "-", "*"]))
def test_series_arithmetic_is_arithmetic_with_zero_for_missing(
    left: list[float | None], right: list[float | None], sign: str
) -> None:
    """For all series: the periods are the union, each value what the operator gives with 0 for a gap."""
    apply = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    a, b = series(*left), series(*right)
    result = compute(f"a {sign} b", 6, a=a, b=b)
    assert isinstance(result, Series)
    assert result.points.keys() == a.points.keys() | b.points.keys()
    for at, value in result.points.items():
        assert value == pytest.approx(apply(a.points.get(at, 0.0), b.points.get(at, 0.0)))


@given(POINTS, NUMBERS)
def test_fill_leaves_no_gap_and_changes_no_value(values: list[float | None], filler: float) -> None:
    """For all series: what was there stays, everything else is the filler."""
    filled = written(
        compute(f"FILL(m, 0 - {-filler:f})" if filler < 0 else f"FILL(m, {filler:f})", m=series(*values)), 5
    )
    for position in range(5):
        known = values[position] if position < len(values) else None
        assert filled[position] == pytest.approx(filler if known is None else known)
