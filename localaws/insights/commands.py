"""The commands of a query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

    from localaws.insights.expressions import Expression, Field, Named


@dataclass(frozen=True)
class Fields:
    """Adds columns and shows them unless `stats` follows; `display` shows only its own columns.

    Attributes:
        columns: The columns.
        only: Whether the other columns are hidden, as `display` does. Default False.
    """

    columns: tuple[Named, ...]
    only: bool = False


@dataclass(frozen=True)
class Filter:
    """Keeps the rows that meet a condition."""

    condition: Expression


@dataclass(frozen=True)
class Parse:
    """Extracts fields from a text through the named groups of a pattern."""

    source: Field
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Unnest:
    """Makes one row of each member of a list."""

    source: Field
    name: str


@dataclass(frozen=True)
class Stats:
    """Makes one row of aggregates for each group."""

    columns: tuple[Named, ...]
    groups: tuple[Named, ...]


@dataclass(frozen=True)
class Sort:
    """Sorts rows; missing values come last."""

    keys: tuple[tuple[Expression, bool], ...]
    """Each expression to sort by, and whether in descending order."""


@dataclass(frozen=True)
class Limit:
    """Keeps the first rows."""

    rows: int


@dataclass(frozen=True)
class Dedup:
    """Keeps the first row of each combination of values."""

    by: tuple[Field, ...]


Command = Fields | Filter | Parse | Unnest | Stats | Sort | Limit | Dedup
