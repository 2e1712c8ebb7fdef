"""CloudWatch metric math over time series, as far as an alarm or a dashboard of ours needs it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html

Two types: a number, and a time series (a value per period start). An operation on two series keeps
the periods both have; a number is spread over a series. Division by zero drops the point. IF, AND, OR
and the comparisons treat a point as true unless it is 0. FILL fills every period of the evaluated
range, the newest included: while data is late the newest point of such an expression *is* the filler,
which keeps a one-period alarm in OK.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Series = dict[float, float]
Value = float | Series

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+\.?\d*|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<op><=|>=|==|!=|&&|\|\||[-+*/^%(),<>]))")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_WORDS = {"AND": "&&", "OR": "||"}
_LEVELS: tuple[tuple[str, ...], ...] = (("||",), ("&&",), tuple(_COMPARE), ("+", "-"), ("*", "/", "%"), ("^",))


class MathError(ValueError):
    """An expression that CloudWatch would refuse, or that this evaluator does not know."""


@dataclass(frozen=True)
class Node:
    """Part of a parsed expression: an operator or function with its operands, a name, or a number."""

    kind: str
    value: Any = None
    operands: tuple[Node, ...] = ()


def parse(expression: str) -> Node:
    """Parse an expression.

    Raises:
        MathError: With the place where it stops making sense.
    """
    tokens = _tokens(expression)
    node, rest = _binary(tokens, 0)
    if rest:
        raise MathError(f"{expression!r}: unexpected {rest[0]!r}")
    return node


def _tokens(expression: str) -> list[str]:
    tokens, at = [], 0
    text = expression.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise MathError(f"{expression!r}: unreadable at {text[at:]!r}")
        token = found.group().strip()
        tokens.append(_WORDS.get(token, token))
        at = found.end()
    if not tokens:
        raise MathError("an empty expression")
    return tokens


def _binary(tokens: Sequence[str], level: int) -> tuple[Node, Sequence[str]]:
    if level == len(_LEVELS):
        return _unary(tokens)
    left, rest = _binary(tokens, level + 1)
    while rest and rest[0] in _LEVELS[level]:
        right, after = _binary(rest[1:], level + 1)
        left, rest = Node("op", rest[0], (left, right)), after
    return left, rest


def _unary(tokens: Sequence[str]) -> tuple[Node, Sequence[str]]:
    if not tokens:
        raise MathError("the expression ends too early")
    head, rest = tokens[0], tokens[1:]
    if head == "-":
        node, rest = _unary(rest)
        return Node("op", "-", (Node("number", 0.0), node)), rest
    if head == "(":
        node, rest = _binary(rest, 0)
        return node, _expect(rest, ")")
    if re.match(r"[\d.]", head):
        return Node("number", float(head)), rest
    if rest and rest[0] == "(":
        return _call(head, rest[1:])
    return Node("name", head), rest


def _call(name: str, tokens: Sequence[str]) -> tuple[Node, Sequence[str]]:
    arguments: list[Node] = []
    rest = tokens
    while not (rest and rest[0] == ")"):
        node, rest = _binary(rest, 0)
        arguments.append(node)
        if rest and rest[0] == ",":
            rest = rest[1:]
    return Node("call", name.upper(), tuple(arguments)), _expect(rest, ")")


def _expect(tokens: Sequence[str], wanted: str) -> Sequence[str]:
    if not tokens or tokens[0] != wanted:
        raise MathError(f"expected {wanted!r}, found {tokens[0] if tokens else 'the end'!r}")
    return tokens[1:]


def names(node: Node) -> set[str]:
    """The metric ids an expression refers to."""
    own = {node.value} if node.kind == "name" and node.value not in {"REPEAT", "LINEAR"} else set()
    return own.union(*(names(operand) for operand in node.operands))


def evaluate(node: Node, metrics: Mapping[str, Value], periods: Sequence[float]) -> Value:
    """Compute an expression.

    Args:
        node: A parsed expression.
        metrics: Series by metric id.
        periods: Starts of all periods of the range, for FILL and for spreading a number.

    Raises:
        MathError: An unknown id, an unknown function, or operands a function does not take.
    """
    match node.kind:
        case "number":
            return float(node.value)
        case "name":
            if node.value not in metrics:
                raise MathError(f"{node.value} is no metric of this expression")
            return metrics[node.value]
        case "op":
            left, right = (evaluate(operand, metrics, periods) for operand in node.operands)
            return _pairwise(_OPERATORS[node.value], left, right)
    return _function(node, metrics, periods)


def _divide(a: float, b: float) -> float | None:
    return None if b == 0 else a / b


def _modulo(a: float, b: float) -> float | None:
    return None if b == 0 else a % b


_OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _modulo,
    "^": operator.pow,
    "&&": lambda a, b: float(a != 0 and b != 0),
    "||": lambda a, b: float(a != 0 or b != 0),
    **{sign: (lambda a, b, compare=compare: float(compare(a, b))) for sign, compare in _COMPARE.items()},
}


def _pairwise(apply: Callable[[float, float], float | None], left: Value, right: Value) -> Value:
    if isinstance(left, float) and isinstance(right, float):
        result = apply(left, right)
        return {} if result is None else result
    at = (
        left.keys() & right.keys()
        if isinstance(left, dict) and isinstance(right, dict)
        else (left if isinstance(left, dict) else right).keys()  # type: ignore[union-attr]
    )
    computed = ((t, apply(_at(left, t), _at(right, t))) for t in sorted(at))
    return {t: value for t, value in computed if value is not None}


def _at(value: Value, t: float) -> float:
    return value[t] if isinstance(value, dict) else value


def _function(node: Node, metrics: Mapping[str, Value], periods: Sequence[float]) -> Value:
    arguments = node.operands
    if node.value == "FILL":
        return _fill(arguments, metrics, periods)
    if node.value == "METRICS" and not arguments:
        raise MathError("METRICS() is not supported outside SUM, AVG, MIN, MAX")
    values = [evaluate(argument, metrics, periods) for argument in arguments]
    if node.value == "IF":
        return _if(values, periods)
    if node.value == "ABS" and len(values) == 1:
        return _pairwise(lambda a, _b: abs(a), values[0], 0.0)
    if node.value in _AGGREGATES and len(values) == 1:
        if isinstance(values[0], float):
            raise MathError(f"{node.value} takes a time series")
        return _AGGREGATES[node.value](list(values[0].values())) if values[0] else {}
    raise MathError(f"{node.value} with {len(values)} operands is not supported")


_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "SUM": lambda values: float(sum(values)),
    "AVG": lambda values: sum(values) / len(values),
    "MIN": min,
    "MAX": max,
}


def _if(values: list[Value], periods: Sequence[float]) -> Value:
    if len(values) not in {2, 3}:
        raise MathError("IF takes a condition and one or two results")
    condition, then = values[0], values[1]
    otherwise = values[2] if len(values) == 3 else None  # noqa: PLR2004
    if isinstance(condition, float):
        chosen = then if condition else otherwise
        return {} if chosen is None else chosen
    result: Series = {}
    for t, truth in condition.items():
        chosen = then if truth else otherwise
        if isinstance(chosen, float):
            result[t] = chosen
        elif chosen is not None and t in chosen:
            result[t] = chosen[t]
    return {t: result[t] for t in sorted(result) if t in periods or not periods}


def _fill(arguments: tuple[Node, ...], metrics: Mapping[str, Value], periods: Sequence[float]) -> Value:
    if len(arguments) != 2:  # noqa: PLR2004
        raise MathError("FILL takes a series and what to fill it with")
    series = evaluate(arguments[0], metrics, periods)
    if isinstance(series, float):
        raise MathError("FILL takes a time series")
    if arguments[1].kind == "name" and arguments[1].value == "REPEAT":
        return _repeat(series, periods)
    if arguments[1].kind == "name" and arguments[1].value == "LINEAR":
        raise MathError("FILL(…, LINEAR) is not supported")
    filler = evaluate(arguments[1], metrics, periods)
    return {t: series.get(t, _at(filler, t)) for t in periods}


def _repeat(series: Series, periods: Sequence[float]) -> Series:
    filled: Series = {}
    last: float | None = None
    for t in periods:
        last = series.get(t, last) if last is not None else series.get(t)
        if last is not None:
            filled[t] = last
    return filled
