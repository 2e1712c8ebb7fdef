"""CloudWatch metric math: computing parsed expressions.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. Reading them is in
`metric_math_syntax.py`, operators in `metric_math_values.py`, functions in `metric_math_functions.py`.
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
    """Compute expressions that may name each other.

    Raises:
        MathError: One is wrong, or they name each other in a circle.
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


def evaluate(node: Node, over: Range) -> Value:  # noqa: PLR0911 - one for each kind of node
    """Compute an expression.

    Raises:
        MathError: An unknown id or function, or operands that it does not take.
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
    """PERIOD: of a metric only, which is why it looks at the id and not at its value."""
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
