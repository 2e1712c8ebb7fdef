"""The functions of CloudWatch metric math.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, *Functions supported
for metric math*. Functions that need a calendar, a model or another service (MINUTE, DAY,
ANOMALY_DETECTION_BAND, INSIGHT_RULE_METRIC, SEARCH, SERVICE_QUOTA) are not implemented. They are refused by
name.
"""

from __future__ import annotations

import math
import statistics
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from metric_math.conditional import choose
from metric_math.fill import fill
from metric_math.syntax import MathError
from metric_math.values import Keyword, Range, Series, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metric_math.values import Argument


def call(name: str, arguments: Sequence[Argument], over: Range) -> Value:
    """Compute a function call.

    Args:
        name: Name of the function, in upper case.
        arguments: Evaluated arguments.
        over: Time range and metrics of the request.

    Raises:
        MathError: The function is unknown, or it does not take these arguments.
    """
    if name in _OF_THE_RANGE:
        return _OF_THE_RANGE[name](arguments, over)
    values = [value for value in arguments if not isinstance(value, str)]
    if len(values) == len(arguments) > 0:
        if name in REDUCERS and len(values) == 1:
            return _reduce(name, values[0])
        if name in MAPPED and len(values) == 1:
            return _mapped(name, values[0])
        if name in ON_ARRAYS and isinstance(values[0], list):
            return ON_ARRAYS[name](values[0], values[1:])
    known = name in REDUCERS or name in MAPPED or name in ON_ARRAYS
    raise MathError(f"{name} does not take these arguments" if known else f"{name} is not computed here")


def _metrics(arguments: Sequence[Argument], over: Range) -> list[Series]:
    """Compute ``METRICS()`` or ``METRICS(text)``.

    Returns:
        All metrics of the request, or those whose id contains the text. Expressions are not included.
    """
    texts = [text for text in arguments if isinstance(text, str) and not isinstance(text, Keyword)]
    if len(texts) != len(arguments) or len(texts) > 1:
        raise MathError("METRICS takes nothing or one string")
    return [series for name, series in over.metrics.items() if not texts or texts[0] in name]


def _time_series(arguments: Sequence[Argument], over: Range) -> Series:
    if len(arguments) != 1 or not isinstance(arguments[0], float):
        raise MathError("TIME_SERIES takes a number")
    period = min((series.period for series in over.metrics.values()), default=60)
    return Series(dict.fromkeys(over.periods(period), arguments[0]), period)


REDUCERS: dict[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "AVG": statistics.fmean,
    "MIN": min,
    "MAX": max,
    "STDDEV": statistics.pstdev,
    "DATAPOINT_COUNT": lambda values: float(len(values)),
}


def _reduce(name: str, value: Value) -> Value:
    """Reduce a series to a number, or an array of series to one series.

    AVG of an array counts a missing value as 0.
    """
    reduce = REDUCERS[name]
    if isinstance(value, float):
        raise MathError(f"{name} takes a time series, not a number")
    if isinstance(value, Series):
        values = list(value.points.values())
        return float(reduce(values)) if values else 0.0
    if not value:
        raise MathError(f"{name} of an empty array")
    points: dict[int, float] = {}
    for at in sorted(set().union(*(series.points for series in value))):
        found = [series.points[at] for series in value if at in series.points]
        points[at] = reduce(found + [0.0] * (len(value) - len(found)) if name == "AVG" else found)
    return Series(points, max(series.period for series in value), name)


def _mapped(name: str, value: Value) -> Value:
    if isinstance(value, float):
        raise MathError(f"{name} takes a time series, not a number")
    if isinstance(value, list):
        return [Series(MAPPED[name](series), series.period, series.label) for series in value]
    return Series(MAPPED[name](value), value.period, value.label)


def _each(compute: Callable[[float], float]) -> Callable[[Series], dict[int, float]]:
    return lambda series: {at: float(compute(value)) for at, value in series.points.items()}


def _each_positive(compute: Callable[[float], float]) -> Callable[[Series], dict[int, float]]:
    return lambda series: {at: compute(value) for at, value in series.points.items() if value > 0}


def _steps(compute: Callable[[float, float], float]) -> Callable[[Series], dict[int, float]]:
    """Map each point and the one before it to ``compute(difference, seconds)``; drop the first point."""

    def mapped(series: Series) -> dict[int, float]:
        pairs = pairwise(sorted(series.points.items()))
        return {at: compute(value - before, at - earlier) for (earlier, before), (at, value) in pairs}

    return mapped


def _running_sum(series: Series) -> dict[int, float]:
    ordered = sorted(series.points.items())
    return dict(zip((at for at, _ in ordered), accumulate(value for _, value in ordered), strict=True))


MAPPED: dict[str, Callable[[Series], dict[int, float]]] = {
    "ABS": _each(abs),
    "CEIL": _each(math.ceil),
    "FLOOR": _each(math.floor),
    "LOG": _each_positive(math.log),
    "LOG10": _each_positive(math.log10),
    "DIFF": _steps(lambda difference, _seconds: difference),
    "DIFF_TIME": _steps(lambda _difference, seconds: seconds),
    "RATE": _steps(lambda difference, seconds: difference / seconds),
    "RUNNING_SUM": _running_sum,
}


def _first(series: list[Series], rest: list[Value]) -> Value:
    return _picked(series, 0, rest)


def _last(series: list[Series], rest: list[Value]) -> Value:
    return _picked(series, -1, rest)


def _picked(series: list[Series], index: int, rest: list[Value]) -> Value:
    if rest or not series:
        raise MathError("FIRST and LAST take one array that is not empty")
    return series[index]


def _slice(series: list[Series], rest: list[Value]) -> Value:
    bounds = [int(bound) for bound in rest if isinstance(bound, float)]
    if len(bounds) != len(rest) or not 1 <= len(bounds) <= 2:  # noqa: PLR2004 - a start, and perhaps an end
        raise MathError("SLICE takes an array and one or two numbers")
    return series[bounds[0] : bounds[1] if len(bounds) > 1 else None]


ON_ARRAYS: dict[str, Callable[[list[Series], list[Value]], Value]] = {
    "FIRST": _first,
    "LAST": _last,
    "SLICE": _slice,
    "METRIC_COUNT": lambda series, _rest: float(len(series)),
    "REMOVE_EMPTY": lambda series, _rest: [one for one in series if one.points],
}


def _sort(arguments: Sequence[Argument], _over: Range) -> list[Series]:
    array, how, order, limit = (*arguments, math.inf)[:4] if len(arguments) in {3, 4} else (None,) * 4
    if not isinstance(array, list) or how not in _SORTED_BY or order not in {"ASC", "DESC"}:
        raise MathError("SORT takes an array, one of AVG, MIN, MAX, SUM, and ASC or DESC")
    if not isinstance(limit, float):
        raise MathError("SORT's limit is a number")
    reduce = _SORTED_BY[how]
    ordered = sorted(
        array, key=lambda series: reduce(list(series.points.values()) or [0.0]), reverse=order == "DESC"
    )
    return ordered if limit == math.inf else ordered[: int(limit)]


_SORTED_BY: dict[Argument | None, Callable[[list[float]], float]] = {
    name: REDUCERS[name] for name in ("AVG", "MIN", "MAX", "SUM")
}


_OF_THE_RANGE: dict[str, Callable[[Sequence[Argument], Range], Value]] = {
    "FILL": fill,
    "IF": choose,
    "METRICS": _metrics,
    "SORT": _sort,
    "TIME_SERIES": _time_series,
}
