"""When an alarm changes its state: the tables of AWS's page on missing data, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localaws.cloud.alarms.alarms import TREATMENTS, judge, low_sample_floor

KEEPS = "Retain current state"
if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING = "INSUFFICIENT_DATA"

THREE_OF_THREE = [
    ("0 - X - X", "OK", "OK", "OK", "OK"),
    ("0 - - - -", "OK", "OK", "OK", "OK"),
    ("- - - - -", MISSING, KEEPS, "ALARM", "OK"),
    ("0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("- - X - -", "ALARM", KEEPS, "ALARM", "OK"),
    # The page's text: neither of these goes into ALARM at once where data is missing.
    ("- - - - X", MISSING, KEEPS, "ALARM", "OK"),
    ("- - - X -", MISSING, KEEPS, "ALARM", "OK"),
    ("- - - X 0", "OK", "OK", "OK", "OK"),
]
TWO_OF_THREE = [
    ("0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"),
    ("0 - X - -", "OK", "OK", "ALARM", "OK"),
    ("- - - - 0", "OK", "OK", "ALARM", "OK"),
    ("- - - X -", "ALARM", KEEPS, "ALARM", "OK"),
]


def points(row: str) -> list[bool | None]:
    """A row of the page as an evaluation range."""
    return [{"0": False, "X": True, "-": None}[mark] for mark in row.split()]


def rows(table: Sequence[tuple[str, ...]], wanted: int) -> list[tuple[str, int, str, str]]:
    """One case for each treatment in a row."""
    columns = ("missing", "ignore", "breaching", "notBreaching")
    return [(row[0], wanted, treat, row[1 + at]) for row in table for at, treat in enumerate(columns)]


@pytest.mark.parametrize(
    ("row", "wanted", "treat", "expected"), [*rows(THREE_OF_THREE, 3), *rows(TWO_OF_THREE, 2)]
)
@pytest.mark.parametrize("current", ["OK", "ALARM", "INSUFFICIENT_DATA"])
def test_every_row_of_the_pages_tables(
    row: str, wanted: int, treat: str, expected: str, current: str
) -> None:
    """Evaluation periods 3, range 5; newest datapoint on the right."""
    state = judge(points(row), 3, wanted, treat, current)  # type: ignore[arg-type]
    assert state == (current if expected == KEEPS else expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("- - X", "ALARM"),
        ("- - 0", "OK"),
        ("X - -", "ALARM"),
        ("0 X -", "ALARM"),
        ("X 0 -", "OK"),
        ("X X 0", "OK"),
    ],
)
@pytest.mark.parametrize("treat", TREATMENTS)
def test_one_of_one_judges_the_newest_datapoint_there_is(row: str, expected: str, treat: str) -> None:
    """GIVEN any datapoint in the range THEN the newest decides, however missing data is treated."""
    assert judge(points(row), 1, 1, treat, "OK") == expected  # type: ignore[arg-type]


def test_breaching_datapoints_need_not_be_consecutive() -> None:
    """2 of the last 4 are enough for 2 out of 4, in any place."""
    assert judge(points("0 0 X 0 X 0"), 4, 2, "missing", "OK") == "ALARM"
    assert judge(points("X 0 X 0 0 0"), 4, 2, "missing", "ALARM") == "OK"


RANGES = st.lists(st.sampled_from([True, False, None]), min_size=5, max_size=5)
WANTED = st.integers(1, 3)
STATES = st.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"])


@given(RANGES, WANTED, STATES)
def test_the_treatment_does_not_matter_when_there_is_enough_data(
    found: list[bool | None], wanted: int, current: str
) -> None:
    """For all ranges with N real datapoints: all four treatments give the same state."""
    enough = [value for value in found if value is not None]
    if len(enough) >= 3:
        states = {judge(found, 3, wanted, treat, current) for treat in TREATMENTS}  # type: ignore[arg-type]
        assert states == {"ALARM" if sum(enough[-3:]) >= wanted else "OK"}


@given(RANGES, WANTED, STATES)
def test_treating_missing_as_breaching_never_alarms_less(
    found: list[bool | None], wanted: int, current: str
) -> None:
    """For all ranges: not breaching in ALARM implies breaching in ALARM, and neither is ever without data."""
    strict = judge(found, 3, wanted, "breaching", current)  # type: ignore[arg-type]
    lax = judge(found, 3, wanted, "notBreaching", current)  # type: ignore[arg-type]
    assert {strict, lax} <= {"OK", "ALARM"}
    assert strict == "ALARM" or lax == "OK"


@pytest.mark.parametrize(
    ("percentile", "samples"), [(99, 1000), (95, 200), (50, 20), (10, 100), (100, float("inf"))]
)
def test_a_percentile_needs_ten_samples_beyond_it(percentile: float, samples: float) -> None:
    """The page's example: fewer than 1,000 samples are too few for p99."""
    assert low_sample_floor(percentile) == pytest.approx(samples)
