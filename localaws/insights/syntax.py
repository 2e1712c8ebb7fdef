"""Parses the text of a query into commands; an error names what was not understood."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lark import Lark
from lark.exceptions import UnexpectedInput, VisitError

from localaws.insights import functions
from localaws.insights.commands import Command, Dedup, Fields, Filter, Parse, Sort, Stats, Unnest
from localaws.insights.tree import build

if TYPE_CHECKING:
    from localaws.insights.expressions import Named

GRAMMAR = Path(__file__).with_name("grammar.lark")
LONGEST = 10_000
"""Maximum number of characters in a query, from the reference of StartQuery (API_StartQuery)."""


class QueryError(ValueError):
    """The query is outside the documented language, or outside the part of it that is supported here."""


def parse(text: str) -> tuple[Command, ...]:
    """Parse a query into its commands.

    Raises:
        QueryError: The text is not a valid query. The message names the place, or the function that is
            unknown or misplaced.
    """
    if len(text) > LONGEST:
        raise QueryError(f"A query has at most {LONGEST} characters, this one {len(text)}.")
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        where = f"line {error.line}, column {error.column}"
        raise QueryError(f"Not understood at {where}:\n{error.get_context(text)}") from error
    try:
        commands = build(text, tree)
    except VisitError as error:
        raise QueryError(str(error.orig_exc)) from error
    _check(commands)
    return commands


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR.read_text(), start="query", parser="lalr", propagate_positions=True)


def _check(commands: tuple[Command, ...]) -> None:
    """Check that aggregates appear only in `stats`, and that `stats` has one in every column."""
    for command in commands:
        if isinstance(command, Stats):
            before: set[str] = set()
            for column in command.columns:
                read = functions.fields_in(column.expression)
                # A column may use the columns before it: `max(a) as high, high - 1 as less`.
                if not functions.aggregates_in(column.expression) and not (read and read <= before):
                    raise QueryError(f"{column.name}: stats needs an aggregate, such as count(*).")
                before.add(column.name)
            misplaced = [group.expression for group in command.groups]
        elif isinstance(command, Fields):
            misplaced = [column.expression for column in command.columns]
        else:
            misplaced = [command.condition] if isinstance(command, Filter) else []
        for expression in misplaced:
            for found in functions.aggregates_in(expression):
                raise QueryError(f"{found.function}() is an aggregate: it belongs into stats.")


def fields_of(text: str) -> set[str]:
    """Return every field that a query's commands read."""
    found: set[str] = set()
    for command in parse(text):
        match command:
            case Filter(expression):
                found |= functions.fields_in(expression)
            case Fields(columns):
                found |= _fields_of_columns(columns)
            case Stats(columns, groups):
                found |= _fields_of_columns((*columns, *groups))
            case Sort(keys):
                found |= {name for expression, _ in keys for name in functions.fields_in(expression)}
            case Parse(source) | Unnest(source):
                found.add(source.name)
            case Dedup(by):
                found |= {field.name for field in by}
    return found


def _fields_of_columns(columns: tuple[Named, ...]) -> set[str]:
    return {name for column in columns for name in functions.fields_in(column.expression)}
