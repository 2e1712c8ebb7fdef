"""Evaluate CloudWatch metric math expressions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. Parsing is in
`syntax.py`, operators are in `values.py`, functions are in `functions.py`.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from metric_math.functions import call
from metric_math.syntax import MathError, Node, ids, parse
from metric_math.values import OPERATORS, Argument, Keyword, Range, Series, Value, apply

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MathError", "Range", "Series", "Value", "evaluate", "evaluate_all", "parse"]


def evaluate_all(expressions: Mapping[str, str], over: Range) -> dict[str, Value]:
    """Evaluate expressions that may refer to each other.

    Args:
        expressions: Text of each expression by id.
        over: Time range and metrics to evaluate over. The results are added to its `expressions`.

    Returns:
        The value of each expression by id.

    Raises:
        MathError: An expression is invalid, or expressions refer to each other in a circle.
    """
    trees = {name: parse(text) for name, text in expressions.items()}
    waiting = dict(trees)
    while waiting:
        ready = [name for name, tree in waiting.items() if not ids(tree) & waiting.keys()]
        if not ready:
            raise MathError(f"expressions refer to each other in a circle: {', '.join(sorted(waiting))}")
        for name in ready:
            over.expressions[name] = evaluate(waiting.pop(name), over)
    return {name: over.expressions[name] for name in trees}


def evaluate(node: Node, over: Range) -> Value:  # noqa: PLR0911 - one return for each kind of node
    """Evaluate one parsed expression.

    Args:
        node: The expression, from `parse`.
        over: Time range, metrics and results of other expressions.

    Raises:
        MathError: An id or function is unknown, or an operator or function does not take its operands.
    """
    match node.kind:
        case "number":
            return float(node.value)
        case "id":
            return _named(str(node.value), over)
        case "negative":
            return apply(operator.mul, -1.0, evaluate(node.operands[0], over))
        case "operator":
            left, right = (evaluate(operand, over) for operand in node.operands)
            return apply(OPERATORS[str(node.value)], left, right)
        case "array":
            return _array([evaluate(operand, over) for operand in node.operands])
        case "call" if node.value == "PERIOD":
            return _period(node, over)
        case "call":
            return call(str(node.value), [_argument(operand, over) for operand in node.operands], over)
    raise MathError(f"{node.value!r} stands where a value is expected")


def _argument(node: Node, over: Range) -> Argument:
    if node.kind == "keyword":
        return Keyword(node.value)
    return str(node.value) if node.kind == "string" else evaluate(node, over)


def _period(node: Node, over: Range) -> float:
    """Compute ``PERIOD(id)`` in cloud seconds.

    Only metrics have a period, not expressions, so the argument is looked up as an id and not evaluated.
    """
    if len(node.operands) != 1 or str(node.operands[0].value) not in over.metrics:
        raise MathError("PERIOD takes the id of a metric, not of an expression")
    return float(over.metrics[str(node.operands[0].value)].period)


def _named(name: str, over: Range) -> Value:
    if name in over.metrics:
        return over.metrics[name]
    if name in over.expressions:
        return over.expressions[name]
    raise MathError(f"{name} is no id of this request")


def _array(values: list[Value]) -> list[Series]:
    found: list[Series] = []
    for value in values:
        if isinstance(value, float):
            raise MathError("an array holds time series, not numbers")
        found.extend([value] if isinstance(value, Series) else value)
    return found
