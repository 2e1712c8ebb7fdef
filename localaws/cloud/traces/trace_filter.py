"""Compile X-Ray filter expressions into tests of a trace's summary.

``CONTAINS ""`` is true for every trace that has the field, whatever its value. Terms without an operator
between them are joined by AND, which binds more tightly than OR.
https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
"""

from __future__ import annotations

import operator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput

from localaws.cloud.traces.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Callable

    Test = Callable[[Summary], bool]

__all__ = ["FilterError", "Summary", "parse", "summarise"]

GRAMMAR = Path(__file__).with_name("trace_filter.lark")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "CONTAINS": lambda text, part: part in text,
    "BEGINSWITH": str.startswith,
    "ENDSWITH": str.endswith,
}
_NUMBERS = {"responsetime": "response_time", "duration": "duration", "http.status": "status"}


class FilterError(ValueError):
    """The text is not a filter expression, or it is outside the documented grammar."""


def parse(expression: str) -> Test:
    """Compile a filter expression. The empty expression accepts every trace.

    Raises:
        FilterError: The expression is not valid. The message shows the column at which parsing failed.
    """
    if not expression.strip():
        return lambda _summary: True
    try:
        tree = _parser().parse(expression)
    except UnexpectedInput as error:
        context = error.get_context(expression)
        raise FilterError(f"Filter expression not understood at column {error.column}:\n{context}") from error
    test: Test = _Build().transform(tree)
    return test


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(), parser="lalr")


class _Build(Transformer[Token, Any]):
    """Builds a test from a parse tree, with one method for each rule of the grammar."""

    def any(self, tests: list[Test]) -> Test:
        return lambda summary: any(test(summary) for test in tests)

    def every(self, tests: list[Test]) -> Test:
        return lambda summary: all(test(summary) for test in tests)

    def negated(self, tests: list[Test]) -> Test:
        return lambda summary: not tests[0](summary)

    def flag(self, parts: list[Token]) -> Test:
        return lambda summary: bool(getattr(summary, parts[0]))

    def flag_is(self, parts: list[Token]) -> Test:
        name, symbol, value = parts
        return lambda summary: _COMPARE[symbol](getattr(summary, name), _value(value))

    def comparison(self, parts: list[Token]) -> str:
        return str(parts[0]).upper()

    matching = comparison

    def number(self, parts: list[Any]) -> Test:
        name, symbol, value = parts

        def test(summary: Summary) -> bool:
            found = getattr(summary, _NUMBERS[name])
            return found is not None and _COMPARE[symbol](found, _value(value))

        return test

    def text(self, parts: list[Any]) -> Test:
        name, symbol, value = parts
        return lambda summary: any(_COMPARE[symbol](found, _value(value)) for found in summary.texts[name])

    def annotation(self, parts: list[Any]) -> Test:
        key, *how = (part for part in parts if part is not None)
        name = str(key).strip('"')
        symbol, value = (str(how[0]).upper(), _value(how[1])) if how else ("=", True)
        return lambda summary: any(_meets(found, symbol, value) for found in summary.annotations[name])

    def identity(self, parts: list[tuple[str, str]]) -> dict[str, str]:
        return dict(parts)

    def property(self, parts: list[Token]) -> tuple[str, str]:
        return str(parts[0]), _value(parts[1])

    def service(self, parts: list[Any]) -> Test:
        which, inner = parts
        wanted = which if isinstance(which, dict) else {"name": _value(which)} if which else {}

        def test(summary: Summary) -> bool:
            return any(
                wanted.get("name", name) == name
                and wanted.get("type", kind) == kind
                and (inner is None or inner(own))
                for name, kind, own in summary.services
            )

        return test


def _meets(found: Any, symbol: str, value: Any) -> bool:
    """Compare an annotation with a value. A comparison of values of different types is false."""
    return _kind(found) is _kind(value) and _COMPARE[symbol](found, value)


def _kind(value: Any) -> type:
    return bool if isinstance(value, bool) else str if isinstance(value, str) else float


def _value(token: Token) -> Any:
    if token.type == "TRUTH":
        return token.lower() == "true"
    return float(token) if token.type == "NUMBER" else str(token)[1:-1]
