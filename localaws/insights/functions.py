"""The functions and aggregates that a query may use, with the arguments they take.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html and
…/CWL_QuerySyntax-Stats.html. AWS approximates percentiles and distinct counts; here they are exact.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from localaws.insights.expressions import Binary, Call, Field, In, Like, Not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localaws.insights.expressions import Expression


def number(value: Any) -> float | None:
    """Return a value as a number, also if it is a numeric string; ``None`` for anything else."""
    if isinstance(value, bool):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _numeric(function: Callable[..., float]) -> Callable[..., Any]:
    def apply(*values: Any) -> float | None:
        numbers = [number(value) for value in values]
        return None if None in numbers else function(*numbers)

    return apply


def _texts(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*values: Any) -> Any:
        return None if None in values else function(*(str(value) for value in values))

    return apply


def _json(text: Any) -> Any:
    try:
        return json.loads(str(text))
    except ValueError:
        return None


SCALARS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "abs": (1, 1, _numeric(abs)),
    "ceil": (1, 1, _numeric(math.ceil)),
    "floor": (1, 1, _numeric(math.floor)),
    "greatest": (1, 99, _numeric(max)),
    "least": (1, 99, _numeric(min)),
    "ispresent": (1, 1, lambda value: value is not None),
    "coalesce": (1, 99, lambda *values: next((value for value in values if value is not None), None)),
    "isempty": (1, 1, lambda value: value in {None, ""}),
    "concat": (1, 99, _texts(lambda *texts: "".join(texts))),
    "strlen": (1, 1, _texts(len)),
    "tolower": (1, 1, _texts(str.lower)),
    "toupper": (1, 1, _texts(str.upper)),
    "trim": (1, 1, _texts(str.strip)),
    "strcontains": (2, 2, _texts(lambda text, part: int(part in text))),
    "jsonparse": (1, 1, _json),
}
"""For each function its minimum and maximum number of arguments, and its implementation on their values."""
TIME = "bin"
"""Rounds the record's own time down; the only function that needs more than its arguments."""


def _percentile(values: Sequence[float], percent: float) -> float:
    """Interpolate linearly between the two nearest values, the default of numpy and R."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * percent / 100
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


NUMERIC_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": math.fsum,
    "avg": lambda values: math.fsum(values) / len(values),
    "min": min,
    "max": max,
    "median": lambda values: _percentile(values, 50),
}
COUNTS = ("count", "count_distinct")
PERCENTILES = ("pct", "percentile")
AGGREGATES = (*NUMERIC_AGGREGATES, *COUNTS, *PERCENTILES)


def check(call: Call) -> None:
    """Check that a function is known and called as documented.

    Raises:
        ValueError: The function is unknown, has the wrong number of arguments, or is an aggregate of numbers
            applied to a condition.
    """
    given = len(call.arguments)
    if call.function in SCALARS:
        fewest, most, _ = SCALARS[call.function]
    elif call.function == "count":
        fewest, most = 0, 1
    elif call.function in PERCENTILES:
        fewest = most = 2
    elif call.function in (*AGGREGATES, TIME):
        fewest = most = 1
    else:
        raise ValueError(f"{call.function}() is no function of Logs Insights that is known here.")
    if not fewest <= given <= most:
        raise ValueError(f"{call.function}() takes {fewest} to {most} arguments, here are {given}.")
    if call.function in NUMERIC_AGGREGATES and _is_condition(call.arguments[0]):
        raise ValueError(f"{call.function}() takes a number, not a condition: sum(strcontains(...)) counts.")


def _is_condition(expression: Expression) -> bool:
    if isinstance(expression, Binary):
        return expression.operator not in set("+-*/%^")
    return isinstance(expression, Not | Like | In)


def aggregate(call: Call, values: list[Any], rows: int, percent: float = 0.0) -> Any:
    """Compute an aggregate over one group.

    Args:
        call: The aggregate.
        values: Value of its argument in every row, ``None`` if missing.
        rows: Number of rows in the group.
        percent: Second argument of a percentile, from 0 to 100. Default 0.
    """
    present = [value for value in values if value is not None]
    if call.function == "count":
        return len(present) if call.arguments else rows
    if call.function == "count_distinct":
        return len({str(value) for value in present})
    numbers = [found for value in present if (found := number(value)) is not None]
    if not numbers:
        return None
    if call.function in PERCENTILES:
        return _percentile(numbers, percent)
    return NUMERIC_AGGREGATES[call.function](numbers)


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and every expression within it."""
    yield expression
    inside: tuple[Expression, ...] = ()
    match expression:
        case Call(_, arguments):
            inside = arguments
        case Binary(_, left, right):
            inside = (left, right)
        case Not(value) | Like(value, _) | In(value, _):
            inside = (value,)
    for part in inside:
        yield from parts(part)


def aggregates_in(expression: Expression) -> list[Call]:
    """Return the aggregates in an expression."""
    return [part for part in parts(expression) if isinstance(part, Call) and part.function in AGGREGATES]


def fields_in(expression: Expression) -> set[str]:
    """Return the names of the fields in an expression."""
    return {part.name for part in parts(expression) if isinstance(part, Field)}
