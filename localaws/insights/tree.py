"""Turns the parse tree into commands and expressions, bottom up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lark import Token, Transformer, v_args

from localaws.insights import functions
from localaws.insights.commands import Dedup, Fields, Filter, Limit, Parse, Sort, Stats, Unnest
from localaws.insights.expressions import Binary, Call, Expression, Field, In, Like, Literal, Named, Not

if TYPE_CHECKING:
    from lark.tree import Meta, Tree

    from localaws.insights.commands import Command

_UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def build(text: str, tree: Tree[Token]) -> tuple[Command, ...]:
    """Return the commands of a parsed query.

    Args:
        text: Text of the query, from which columns without an alias get their names.
        tree: The parse tree.

    Raises:
        VisitError: A function or pattern is wrong. The original exception (``orig_exc``) says which.
    """
    commands: tuple[Command, ...] = _Build(text).transform(tree)
    return commands


class _Build(Transformer[Token, Any]):
    """Builds the commands, with one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def query(self, parts: list[Command]) -> tuple[Command, ...]:
        return tuple(parts)

    def fields(self, parts: list[Named]) -> Fields:
        return Fields(tuple(parts))

    def display(self, parts: list[Named]) -> Fields:
        return Fields(tuple(parts), only=True)

    def filter(self, parts: list[Expression]) -> Filter:
        return Filter(parts[0])

    def parse(self, parts: list[Any]) -> Parse:
        source, pattern, *names = parts
        if pattern.type == "REGEX":
            return Parse(source, _regex(pattern))
        return Parse(source, _glob(_text(pattern), [str(name) for name in names]))

    def unnest(self, parts: list[Any]) -> Unnest:
        return Unnest(parts[0], str(parts[1]))

    def stats(self, parts: list[Any]) -> Stats:
        *columns, groups = parts
        return Stats(tuple(columns), tuple(groups or ()))

    def groups(self, parts: list[Named]) -> list[Named]:
        return parts

    def sort(self, parts: list[tuple[Expression, bool]]) -> Sort:
        return Sort(tuple(parts))

    def key(self, parts: list[Any]) -> tuple[Expression, bool]:
        return parts[0], parts[1] is None or parts[1].lower() == "desc"

    def limit(self, parts: list[Token]) -> Limit:
        return Limit(int(parts[0]))

    def dedup(self, parts: list[Field]) -> Dedup:
        return Dedup(tuple(parts))

    @v_args(meta=True)
    def named(self, meta: Meta, parts: list[Any]) -> Named:
        expression, alias = parts
        return Named(expression, str(alias or self._text[meta.start_pos : meta.end_pos]))

    def field(self, parts: list[Token]) -> Field:
        return Field(str(parts[0]).replace("`", ""))

    def number(self, parts: list[Token]) -> Literal:
        return Literal(float(parts[0]))

    def string(self, parts: list[Token]) -> Literal:
        return Literal(_text(parts[0]))

    def arguments(self, parts: list[Any]) -> tuple[Any, ...]:
        if isinstance(parts[0], Token):
            return () if parts[0].type == "STAR" else (Literal(_milliseconds(parts[0])),)
        return tuple(parts)

    def call(self, parts: list[Any]) -> Call:
        found = Call(str(parts[0]).lower(), parts[1] or ())
        functions.check(found)
        return found

    def comparison(self, parts: list[Any]) -> Binary:
        return Binary(str(parts[1]), parts[0], parts[2])

    sum = product = comparison

    def power(self, parts: list[Expression]) -> Binary:
        return Binary("^", *parts)

    def like(self, parts: list[Any]) -> Expression:
        value, *negated, pattern = parts
        wanted = _regex(pattern) if pattern.type == "REGEX" else re.compile(re.escape(_text(pattern)))
        found = Like(value, wanted)
        return Not(found) if any(negated) else found

    def in_(self, parts: list[Any]) -> Expression:
        value, negated, *among = parts
        found = In(value, tuple(among))
        return Not(found) if negated else found

    def not_(self, parts: list[Any]) -> Not:
        return Not(parts[1])

    def and_(self, parts: list[Expression]) -> Expression:
        return _chain("and", parts)

    def or_(self, parts: list[Expression]) -> Expression:
        return _chain("or", parts)


# A method cannot be defined with a Python keyword as its name, so the grammar's names are set here.
for _word in ("in", "not", "and", "or"):
    setattr(_Build, _word, getattr(_Build, f"{_word}_"))


def _chain(operator: str, parts: list[Expression]) -> Expression:
    first, *others = parts
    for part in others:
        first = Binary(operator, first, part)
    return first


def _text(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", str(token)[1:-1])


def _regex(token: Token) -> re.Pattern[str]:
    body, _, flags = str(token)[1:].rpartition("/")
    # Named groups have Java's syntax.
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", body), re.IGNORECASE if flags else 0)


def _glob(text: str, names: list[str]) -> re.Pattern[str]:
    pieces = text.split("*")
    if len(pieces) != len(names) + 1:
        raise ValueError(f'parse "{text}" has {len(pieces) - 1} stars and {len(names)} names.')
    groups = [f"(?P<{name}>.*?)" for name in names]
    pattern = re.escape(pieces[0]) + "".join(
        group + re.escape(piece) for group, piece in zip(groups, pieces[1:], strict=True)
    )
    return re.compile(pattern + ("$" if text.endswith("*") else ""), re.DOTALL)


def _milliseconds(token: Token) -> float:
    number, unit = re.fullmatch(r"(\d+)\s*(\w+)", str(token)).groups()  # type: ignore[union-attr] # the lexer's own pattern
    return float(number) * _UNITS_MS[unit]
