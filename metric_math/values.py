"""The values of CloudWatch metric math, and its operators.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html: a number (S), a time
series (TS), an array of time series (TS[]). Between two series the periods of either are computed and a
missing value is 0; division by zero drops the point; a comparison gives 1 or 0.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metric_math.syntax import MathError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Keyword(str):
    """A word that a function takes as an argument, such as FILL's REPEAT."""

    __slots__ = ()


@dataclass(frozen=True)
class Series:
    """A time series.

    Attributes:
        points: Value by start of the period, in cloud seconds; periods without data are absent.
        period: Cloud seconds.
        label: Of the metric it came from.
    """

    points: Mapping[int, float]
    period: int
    label: str = ""


@dataclass(frozen=True)
class Range:
    """What an expression is computed over.

    Attributes:
        start: Cloud seconds; where the first period begins.
        end: Cloud seconds, exclusive.
        metrics: The request's metrics by id; METRICS() is all of them.
        expressions: The results of other expressions by id.
    """

    start: int
    end: int
    metrics: Mapping[str, Series]
    expressions: dict[str, Value] = field(default_factory=dict)

    def periods(self, period: int) -> range:
        """Starts of all periods, whether there is data or not."""
        return range(self.start, self.end, period)


Value = float | Series | list[Series]

Argument = Value | str
"""What a function is given: strings are METRICS' text, and keywords."""


def _divide(a: float, b: float) -> float | None:
    return None if b == 0 else a / b


def _modulo(a: float, b: float) -> float | None:
    return None if b == 0 else math.fmod(a, b)


def _power(a: float, b: float) -> float | None:
    try:
        result = a**b
    except (ZeroDivisionError, OverflowError):
        return None
    return result if isinstance(result, float) else None


def _truth(test: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    return lambda a, b: float(test(a, b))


OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _modulo,
    "^": _power,
    "&&": lambda a, b: float(a != 0 and b != 0),
    "||": lambda a, b: float(a != 0 or b != 0),
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
}


def apply(compute: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    """One operator on two values of any type, except on two arrays.

    Raises:
        MathError: Two arrays, or two numbers without a result.
    """
    if isinstance(left, list) and isinstance(right, list):
        raise MathError("an operator does not take two arrays")
    if isinstance(left, list):
        return [_series(compute, part, right) for part in left]  # type: ignore[arg-type]
    if isinstance(right, list):
        return [_series(compute, left, part) for part in right]
    if isinstance(left, Series) or isinstance(right, Series):
        return _series(compute, left, right)
    result = compute(left, right)
    if result is None:
        raise MathError("an operation on two numbers has no result")
    return result


def _series(
    compute: Callable[[float, float], float | None], left: float | Series, right: float | Series
) -> Series:
    sides = [side for side in (left, right) if isinstance(side, Series)]
    points: dict[int, float] = {}
    for at in sorted(set().union(*(side.points for side in sides))):
        result = compute(_at(left, at), _at(right, at))
        if result is not None and math.isfinite(result):
            points[at] = result
    return Series(points, max(side.period for side in sides), sides[0].label)


def _at(value: float | Series, at: int) -> float:
    """A value at a period, 0 where a series has none."""
    return value.points.get(at, 0.0) if isinstance(value, Series) else value
