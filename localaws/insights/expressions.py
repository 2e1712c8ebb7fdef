"""The expressions of a query, as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


@dataclass(frozen=True)
class Field:
    """A field's value; dots in the name lead into structures."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A number or a string."""

    value: float | str


@dataclass(frozen=True)
class Call:
    """A function call. ``count(*)`` has no arguments; ``bin(5m)`` has one, in milliseconds."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Binary:
    """An arithmetic operation, a comparison, ``and`` or ``or``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Not:
    """The negation of a condition."""

    condition: Expression


@dataclass(frozen=True)
class Like:
    """Whether a string contains a match of the pattern."""

    value: Expression
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class In:
    """Whether a value is in a list."""

    value: Expression
    among: tuple[Literal, ...]


Expression = Field | Literal | Call | Binary | Not | Like | In


@dataclass(frozen=True)
class Named:
    """An expression and the name of its column: the alias, or the expression's own text."""

    expression: Expression
    name: str
