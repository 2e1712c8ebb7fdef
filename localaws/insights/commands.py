"""Commands of a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

    from localaws.insights.expressions import Expression, Field, Named


@dataclass(frozen=True)
class Fields:
    """Adds columns, and shows them unless `stats` follows; `display` shows these only."""

    columns: tuple[Named, ...]
    only: bool = False


@dataclass(frozen=True)
class Filter:
    """Keeps what meets a condition."""

    condition: Expression


@dataclass(frozen=True)
class Parse:
    """Takes fields out of a text by the named groups of a pattern."""

    source: Field
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Unnest:
    """Makes one record of each member of a list."""

    source: Field
    name: str


@dataclass(frozen=True)
class Stats:
    """One row for each group, made of aggregates."""

    columns: tuple[Named, ...]
    groups: tuple[Named, ...]


@dataclass(frozen=True)
class Sort:
    """Orders rows; missing values come last."""

    keys: tuple[tuple[Expression, bool], ...]
    """Expression, and whether it descends."""


@dataclass(frozen=True)
class Limit:
    """Keeps the first rows."""

    rows: int


@dataclass(frozen=True)
class Dedup:
    """Keeps the first row of each combination of values."""

    by: tuple[Field, ...]


Command = Fields | Filter | Parse | Unnest | Stats | Sort | Limit | Dedup
