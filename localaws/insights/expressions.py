"""Expressions of a query, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


@dataclass(frozen=True)
class Field:
    """A field's value; names go into structures by dots."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A number or a text."""

    value: float | str


@dataclass(frozen=True)
class Call:
    """A function; ``count(*)`` has no arguments, ``bin(5m)`` one in milliseconds."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Binary:
    """Arithmetic, a comparison, ``and`` or ``or``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    condition: Expression


@dataclass(frozen=True)
class Like:
    """Whether a text contains a match."""

    value: Expression
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class In:
    """Whether a value is one of a list."""

    value: Expression
    among: tuple[Literal, ...]


Expression = Field | Literal | Call | Binary | Not | Like | In


@dataclass(frozen=True)
class Named:
    """An expression and the name of its column: its alias, or its own text."""

    expression: Expression
    name: str
