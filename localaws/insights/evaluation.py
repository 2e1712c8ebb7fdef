"""Runs a query over records, command by command."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

from localaws.insights import functions
from localaws.insights.commands import Dedup, Fields, Filter, Limit, Parse, Sort, Stats, Unnest
from localaws.insights.expressions import Binary, Call
from localaws.insights.records import Record
from localaws.insights.syntax import parse
from localaws.insights.values import ARITHMETIC, calculate, compared, evaluate, true

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

    from localaws.insights.commands import Command
    from localaws.insights.expressions import Expression, Named

DEFAULT_LIMIT = 10_000
Row = dict[str, Any]


def run(query: str, records: Iterable[Record]) -> list[Row]:
    """Run a query, and return its rows with the columns that it shows and that have a value.

    Args:
        query: Text of the query.
        records: Events of the log group, in any order.

    Raises:
        QueryError: The query is not valid.
    """
    commands = parse(query)
    rows = sorted(records, key=lambda record: -record.ms)
    columns = ["@timestamp", "@message"]
    for command in commands:
        rows = _apply(command, rows)
        columns = _columns(command, columns, first=command is _first_fields(commands))
    if not any(isinstance(command, Limit) for command in commands):
        rows = rows[:DEFAULT_LIMIT]
    return [{name: value for name in columns if (value := row.get(name)) is not None} for row in rows]


def _first_fields(commands: Sequence[Command]) -> Command | None:
    return next((command for command in commands if isinstance(command, Fields)), None)


def _columns(command: Command, before: list[str], *, first: bool) -> list[str]:
    match command:
        case Stats(columns, groups):
            return [named.name for named in (*groups, *columns)]
        case Fields(columns, only=only):
            own = [named.name for named in columns]
            return own if only or first else [*before, *own]
    return before


def _apply(command: Command, rows: list[Record]) -> list[Record]:  # noqa: PLR0911 - one per kind of command
    match command:
        case Filter(condition):
            return [row for row in rows if true(evaluate(condition, row))]
        case Fields(columns):
            return [
                row.with_values({one.name: evaluate(one.expression, row) for one in columns}) for row in rows
            ]
        case Parse(source, pattern):
            return [_parsed(row, pattern.search(str(row.get(source.name) or ""))) for row in rows]
        case Unnest(source, name):
            return [row.with_values({name: one}) for row in rows for one in _members(row.get(source.name))]
        case Stats():
            return _stats(command, rows)
        case Sort(keys):
            return _sorted(rows, keys)
        case Limit(most):
            return rows[:most]
        case Dedup(by):
            seen: dict[tuple[str, ...], Record] = {}
            for row in rows:
                seen.setdefault(tuple(str(row.get(field.name)) for field in by), row)
            return list(seen.values())


def _values(columns: Sequence[Named], row: Record) -> Row:
    return {one.name: evaluate(one.expression, row) for one in columns}


def _parsed(row: Record, found: re.Match[str] | None) -> Record:
    return row.with_values(found.groupdict()) if found else row


def _members(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _stats(command: Stats, rows: list[Record]) -> list[Record]:
    groups: dict[tuple[str, ...], tuple[Row, list[Record]]] = {}
    for row in rows:
        values = _values(command.groups, row)
        key = tuple(str(value) for value in values.values())
        groups.setdefault(key, (values, []))[1].append(row)
    if not command.groups and not rows:
        groups[()] = ({}, [])
    return [_group(command.columns, values, members) for values, members in groups.values()]


def _group(columns: Sequence[Named], values: Row, members: list[Record]) -> Record:
    """Make one row; a column may refer to the columns before it."""
    made = Record(0, dict(values))
    for column in columns:
        made = made.with_values({column.name: _aggregated(column.expression, members, made)})
    return made


def _aggregated(expression: Expression, members: list[Record], made: Record) -> Any:
    match expression:
        case Call(function, arguments) if function in functions.AGGREGATES:
            values = [evaluate(arguments[0], row) for row in members] if arguments else []
            percent = functions.number(evaluate(arguments[1], made)) if len(arguments) > 1 else None
            return functions.aggregate(expression, values, len(members), percent or 0.0)
        case Binary(symbol, left, right) if symbol in ARITHMETIC:
            return calculate(symbol, _aggregated(left, members, made), _aggregated(right, members, made))
    return evaluate(expression, made)


def _sorted(rows: list[Record], keys: Sequence[tuple[Expression, bool]]) -> list[Record]:
    def compare(one: Record, other: Record) -> int:
        for expression, descending in keys:
            left, right = evaluate(expression, one), evaluate(expression, other)
            if left is None or right is None:
                if left is not right:
                    return 1 if left is None else -1
                continue
            order = compared(">", left, right) - compared("<", left, right)
            if order:
                return -order if descending else order
        return 0

    return sorted(rows, key=cmp_to_key(compare))
