"""The IF function of CloudWatch metric math.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#using-IF-expressions

- A period in which the condition has no data gets no point.
- If the condition is true and the true value is missing in that period, the point is 0.
- If the condition is false and the false value is missing or was not given, the period gets no point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metric_math.syntax import MathError
from metric_math.values import Range, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metric_math.values import Argument

Branch = float | Series | None


def choose(arguments: Sequence[Argument], _over: Range) -> Series:
    """Compute ``IF(condition, true value, false value)``. The false value is optional.

    Args:
        arguments: Arguments of the call.

    Returns:
        A time series with the periods of the condition. If the condition is a number, the chosen series.

    Raises:
        MathError: An argument is not a number or a time series, their number is wrong, or the result would be
            a number instead of a time series.
    """
    values = [value for value in arguments if isinstance(value, float | Series)]
    if len(values) != len(arguments) or len(values) not in {2, 3}:
        raise MathError("IF takes a condition and one or two results, none of them an array")
    condition, then = values[0], values[1]
    otherwise = values[2] if len(values) > 2 else None  # noqa: PLR2004 - the third argument is optional
    if isinstance(condition, float):
        return _one_of(then, otherwise, first=condition != 0)
    points: dict[int, float] = {}
    for at, truth in condition.points.items():
        value = _value(then if truth else otherwise, at, default=0.0 if truth else None)
        if value is not None:
            points[at] = value
    return Series(points, condition.period, condition.label)


def _value(branch: Branch, at: int, *, default: float | None) -> float | None:
    if isinstance(branch, Series):
        return branch.points.get(at, default)
    return branch


def _one_of(then: Branch, otherwise: Branch, *, first: bool) -> Series:
    chosen = then if first else otherwise
    period = next((branch.period for branch in (then, otherwise) if isinstance(branch, Series)), None)
    if period is None or isinstance(chosen, float):
        raise MathError("IF of a number takes time series")
    return chosen or Series({}, period)
