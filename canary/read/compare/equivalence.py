"""Tells how two scalar values differ, or that they do not.

* Numbers are equal by value. If one side writes an exponent and the other all digits, the values that a
  double holds are compared (``1e+24`` and its digits: RFC 8259, section 6).
* Text is equal by its characters, unless its path is declared as a decimal or a timestamp.
* A *decimal* difference is a ``precision`` difference if the values are equal but have another scale, or are
  equal once they are rounded to the coarser scale.
* A *timestamp* difference is a ``time-zone`` difference if both name the same instant at different offsets,
  the same clock time at different offsets, or clock times that are whole quarter hours apart (a column read
  without its zone). It is a ``precision`` difference if both are equal once cut to the coarser fraction of a
  second.

All of these remain differences: another spelling breaks a client that parses the text.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canary.read.compare.comparison import Rules

LONGEST = 64
"""Maximum length of a decimal or a timestamp in characters. Longer text is compared as plain text."""

MAX_OFFSET = timedelta(hours=14)
QUARTER = timedelta(minutes=15)
_FRACTION = re.compile(r"\.([0-9]+)")


def scalar_kind(rules: Rules, path: str, control: Any, candidate: Any) -> str | None:
    """Return the kind of difference at a path; ``None`` if there is none."""
    if type(control) is not type(candidate) and not (_number(control) and _number(candidate)):
        return "type"
    if control == candidate or _one_double(control, candidate):
        return None
    if isinstance(control, str) and max(len(control), len(candidate)) <= LONGEST:
        if path in rules.decimals:
            return _decimals(control, candidate)
        if path in rules.timestamps:
            return _timestamps(control, candidate)
    return "value"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _one_double(control: Any, candidate: Any) -> bool:
    """Whether a whole number and a double are equal once the whole number is converted to a double."""
    if type(control) is type(candidate) or not (_number(control) and _number(candidate)):
        return False
    try:
        return float(control) == float(candidate)
    except OverflowError:
        return False


def _decimals(control: str, candidate: str) -> str:
    try:
        ours, theirs = Decimal(control), Decimal(candidate)
        if not (ours.is_finite() and theirs.is_finite()):
            return "value"
        scale = Decimal(1).scaleb(-min(_places(ours), _places(theirs)))
        same = ours.quantize(scale) == theirs.quantize(scale)
    except InvalidOperation:
        return "value"
    return "precision" if same else "value"


def _places(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _timestamps(control: str, candidate: str) -> str:
    try:
        ours, theirs = datetime.fromisoformat(control), datetime.fromisoformat(candidate)
    except ValueError:
        return "value"
    digits = min(_digits(control), _digits(candidate))
    if _cut(ours, digits) == _cut(theirs, digits) and ours.utcoffset() == theirs.utcoffset():
        return "precision"
    if _cut(ours, digits).replace(tzinfo=UTC) == _cut(theirs, digits).replace(tzinfo=UTC):
        return "time-zone"
    apart = abs(_aware(ours) - _aware(theirs))
    return "time-zone" if apart <= MAX_OFFSET and not apart % QUARTER else "value"


def _digits(text: str) -> int:
    found = _FRACTION.search(text)
    return min(6, len(found[1])) if found else 0


def _cut(moment: datetime, digits: int) -> datetime:
    step = 10 ** (6 - digits)
    return moment.replace(microsecond=moment.microsecond // step * step)


def _aware(moment: datetime) -> datetime:
    """Read a clock time without an offset as UTC, which is how the database stores it."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
