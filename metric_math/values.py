"""The values and operators of CloudWatch metric math.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. A value is a number
(S), a time series (TS) or an array of time series (TS[]).

An operator on two series gives a point for each period that either of them has, and a missing value counts as
0. Division by zero drops the point. A comparison gives 1 or 0.
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
    """A keyword that a function takes as an argument, such as REPEAT in FILL."""

    __slots__ = ()


@dataclass(frozen=True)
class Series:
    """A time series.

    Attributes:
        points: Value of each period, by the start of the period in cloud seconds. Periods without data are
            absent.
        period: Length of a period in cloud seconds.
        label: Label of the metric that the series came from. Empty by default.
    """

    points: Mapping[int, float]
    period: int
    label: str = ""


@dataclass(frozen=True)
class Range:
    """The time range and the metrics that expressions are evaluated over.

    Attributes:
        start: Start of the first period, in cloud seconds.
        end: End of the range in cloud seconds, exclusive.
        metrics: Metrics of the request by id. METRICS() returns all of them.
        expressions: Results of other expressions by id.
    """

    start: int
    end: int
    metrics: Mapping[str, Series]
    expressions: dict[str, Value] = field(default_factory=dict)

    def periods(self, period: int) -> range:
        """Return the starts of all periods in the range, with or without data.

        Args:
            period: Length of a period in cloud seconds.
        """
        return range(self.start, self.end, period)


Value = float | Series | list[Series]

Argument = Value | str
"""An argument of a function. A string is either the text for METRICS or a `Keyword`."""


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
    """Apply an operator to two values. Any types can be combined, except two arrays.

    Args:
        compute: The operator on two numbers; ``None`` means that it has no result.
        left: Left operand.
        right: Right operand.

    Raises:
        MathError: Both operands are arrays, or both are numbers and the operator has no result for them.
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
    """Return the value at a period; 0 if a series has no data there."""
    return value.points.get(at, 0.0) if isinstance(value, Series) else value
