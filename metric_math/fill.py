"""The FILL function of CloudWatch metric math, which fills the periods in which a series has no data.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. The filler is a
number, a series, REPEAT (the last value before the gap) or LINEAR (a straight line across the gap).

The range is filled to its end. While data is late, the newest point *is* the filler, so an alarm on one
datapoint can stick in OK or in ALARM. The page recommends an alarm on M out of N datapoints instead.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from metric_math.syntax import MathError
from metric_math.values import Keyword, Range, Series, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metric_math.values import Argument


def fill(arguments: Sequence[Argument], over: Range) -> Value:
    """Compute ``FILL(series, filler)``.

    Args:
        arguments: A time series or an array of them, and the filler.
        over: Time range to fill.

    Raises:
        MathError: The first argument is not a series or an array, or the second is not a filler.
    """
    if len(arguments) != 2 or isinstance(arguments[0], str | float):  # noqa: PLR2004
        raise MathError("FILL takes a time series and what to fill it with")
    target, filler = arguments[0], _filler(arguments[1])
    if isinstance(target, list):
        return [_filled(series, filler, over) for series in target]
    return _filled(target, filler, over)


def _filler(value: Argument) -> Callable[[Series, int], float | None]:
    if isinstance(value, float):
        return lambda _series, _at: value
    if isinstance(value, Series):
        return lambda _series, at: value.points.get(at)
    if isinstance(value, Keyword) and value in _BY_KEYWORD:
        return _BY_KEYWORD[value]
    raise MathError("FILL fills with a number, a time series, REPEAT or LINEAR")


def _filled(series: Series, filler: Callable[[Series, int], float | None], over: Range) -> Series:
    points: dict[int, float] = {}
    for at in over.periods(series.period):
        value = series.points[at] if at in series.points else filler(series, at)
        if value is not None:
            points[at] = value
    return Series(points, series.period, series.label)


def _around(series: Series, at: int) -> tuple[int | None, int | None]:
    """Return the nearest periods with data before and after a gap; ``None`` where there is none."""
    known = sorted(series.points)
    index = bisect_left(known, at)
    return (known[index - 1] if index else None), (known[index] if index < len(known) else None)


def _repeat(series: Series, at: int) -> float | None:
    before, _ = _around(series, at)
    return None if before is None else series.points[before]


def _linear(series: Series, at: int) -> float | None:
    before, after = _around(series, at)
    if before is None or after is None:
        return None
    share = (at - before) / (after - before)
    return series.points[before] + share * (series.points[after] - series.points[before])


_BY_KEYWORD: dict[str, Callable[[Series, int], float | None]] = {"REPEAT": _repeat, "LINEAR": _linear}
