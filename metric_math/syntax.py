"""Parse CloudWatch metric math expressions into a tree.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax
Function names are upper case, ids start with a lower case letter, AND and OR can be written as && and ||, and
[a, b] is an array. The page does not define operator precedence. This parser uses the usual one, and ^ groups
to the right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<string>\"[^\"]*\"|'[^']*')|(?P<op><=|>=|==|!=|&&|\|\||[-+*/^%(),<>\[\]]))"
)
_SPELLED = {"AND": "&&", "OR": "||"}
_LEVELS = (("||",), ("&&",), ("<", "<=", ">", ">=", "==", "!="), ("+", "-"), ("*", "/", "%"))
KEYWORDS = frozenset({"REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MIN", "MAX", "SUM"})
"""Words that some functions take as arguments: the fillers of FILL, the statistic and the order of SORT."""

MAX_LENGTH = 1024
"""Most characters in an expression, from API_MetricDataQuery."""


class MathError(ValueError):
    """The expression is one that CloudWatch would refuse or that this package does not support."""


@dataclass(frozen=True)
class Node:
    """A node of a parsed expression.

    Attributes:
        kind: Kind of the node.
        value: Value of a number, text of a string, an id, a keyword, an operator, or the name of a function.
        operands: Operands of an operator, arguments of a function, or elements of an array.
    """

    kind: Literal["number", "string", "id", "keyword", "operator", "negative", "call", "array"]
    value: float | str = ""
    operands: tuple[Node, ...] = ()


def parse(expression: str) -> Node:
    """Parse an expression.

    Raises:
        MathError: The expression is too long or is not valid. A syntax error names the word at which it stops
            making sense.
    """
    if len(expression) > MAX_LENGTH:
        raise MathError(f"an expression has at most {MAX_LENGTH} characters")
    reader = _Reader(expression)
    node = reader.binary(0)
    if reader.peek() is not None:
        raise reader.unexpected()
    return node


def ids(node: Node) -> set[str]:
    """Return the ids of the metrics and expressions that an expression refers to."""
    own = {str(node.value)} if node.kind == "id" else set()
    return own.union(*(ids(operand) for operand in node.operands))


class _Reader:
    """A recursive descent parser over the tokens of one expression."""

    def __init__(self, expression: str) -> None:
        self._text = expression
        self._all = _split(expression)
        self._at = 0

    def peek(self) -> str | None:
        return self._all[self._at] if self._at < len(self._all) else None

    def unexpected(self) -> MathError:
        found = self.peek()
        return MathError(f"{self._text!r}: unexpected {'end' if found is None else repr(found)}")

    def _take(self) -> str:
        word = self.peek()
        if word is None:
            raise self.unexpected()
        self._at += 1
        return word

    def _accept(self, wanted: str) -> bool:
        if self.peek() != wanted:
            return False
        self._at += 1
        return True

    def _expect(self, wanted: str) -> None:
        if not self._accept(wanted):
            raise self.unexpected()

    def binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self.binary(level + 1)
        while (sign := self.peek()) in _LEVELS[level]:
            self._at += 1
            left = Node("operator", str(sign), (left, self.binary(level + 1)))
        return left

    def _unary(self) -> Node:
        if self._accept("-"):
            return Node("negative", "-", (self._unary(),))
        base = self._atom()
        return Node("operator", "^", (base, self._unary())) if self._accept("^") else base

    def _atom(self) -> Node:
        if self.peek() in {None, ")", "]", ","}:
            raise self.unexpected()
        word = self._take()
        if word == "(":
            node = self.binary(0)
            self._expect(")")
            return node
        if word == "[":
            return Node("array", "", self._arguments("]"))
        if word[0] in "\"'":
            return Node("string", word[1:-1])
        if word[0].isdigit() or word[0] == ".":
            return Node("number", float(word))
        if not (word[0].isalpha() or word[0] == "_"):
            self._at -= 1
            raise self.unexpected()
        return self._name(word)

    def _name(self, word: str) -> Node:
        if self._accept("("):
            if word != word.upper():
                raise MathError(f"{self._text!r}: functions are upper case, {word!r} is not")
            return Node("call", word, self._arguments(")"))
        if word in KEYWORDS:
            return Node("keyword", word)
        if not word[0].islower():
            raise MathError(f"{self._text!r}: an id starts with a lower case letter, {word!r} does not")
        return Node("id", word)

    def _arguments(self, end: str) -> tuple[Node, ...]:
        if self._accept(end):
            return ()
        found = [self.binary(0)]
        while self._accept(","):
            found.append(self.binary(0))
        self._expect(end)
        return tuple(found)


def _split(expression: str) -> list[str]:
    words: list[str] = []
    at = 0
    text = expression.rstrip()
    while at < len(text):
        found = _WORD.match(text, at)
        if not found:
            raise MathError(f"{expression!r}: unreadable at {text[at:].lstrip()!r}")
        word = found.group().strip()
        words.append(_SPELLED.get(word, word))
        at = found.end()
    if not words:
        raise MathError("an empty expression")
    return words
