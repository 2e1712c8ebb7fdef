"""Evaluates an expression for one record.

No document says how a comparison with a missing field behaves. The cautious choice is made here: it is not
met, whatever the operator. No query of this project depends on it.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from localaws.insights import functions
from localaws.insights.expressions import Binary, Call, Field, In, Like, Literal, Not
from localaws.insights.records import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localaws.insights.expressions import Expression
    from localaws.insights.records import Record

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": operator.pow,
}


def evaluate(expression: Expression, row: Record) -> Any:  # noqa: PLR0911 - one return per kind of expression
    """Return an expression's value for one record; ``None`` if a part of it is missing."""
    match expression:
        case Field(name):
            return row.get(name)
        case Literal(value):
            return value
        case Call(function, arguments):
            return _call(function, arguments, row)
        case Not(condition):
            return not true(evaluate(condition, row))
        case Like(value, pattern):
            text = evaluate(value, row)
            return text is not None and pattern.search(str(text)) is not None
        case In(value, among):
            found = evaluate(value, row)
            return any(compared("=", found, one.value) for one in among)
        case Binary("and", left, right):
            return true(evaluate(left, row)) and true(evaluate(right, row))
        case Binary("or", left, right):
            return true(evaluate(left, row)) or true(evaluate(right, row))
        case Binary(symbol, left, right):
            both = evaluate(left, row), evaluate(right, row)
            return calculate(symbol, *both) if symbol in ARITHMETIC else compared(symbol, *both)


def _call(function: str, arguments: Sequence[Expression], row: Record) -> Any:
    if function == functions.TIME:
        period = functions.number(evaluate(arguments[0], row)) or 1.0
        return shown(row.ms - row.ms % period)
    return functions.SCALARS[function][2](*(evaluate(one, row) for one in arguments))


def calculate(symbol: str, left: Any, right: Any) -> float | None:
    """Apply an arithmetic operator; ``None`` if a side is not a number or the divisor is zero."""
    numbers = functions.number(left), functions.number(right)
    if numbers[0] is None or numbers[1] is None or (symbol in "/%" and numbers[1] == 0):
        return None
    return ARITHMETIC[symbol](numbers[0], numbers[1])


def compared(symbol: str, left: Any, right: Any) -> bool:
    """Compare two values as numbers if both are numeric, otherwise as strings."""
    if left is None or right is None:
        return False
    numbers = functions.number(left), functions.number(right)
    if None not in numbers:
        return _COMPARE[symbol](*numbers)
    return _COMPARE[symbol](str(left), str(right))


def true(value: Any) -> bool:
    """Whether a condition is met."""
    return bool(value)
