r"""Shows text that others wrote on one readable line, where it can neither forge output nor steer a terminal.

Reasons, descriptions, names, log lines and AWS's own messages may hold anything. A terminal obeys the
sequences that ESC and the 8-bit controls begin (ECMA-48,
https://ecma-international.org/publications-and-standards/standards/ecma-48/). Bidirectional controls reorder
text (https://trojansource.codes/). Tag characters show nothing, and whole sentences can hide in them
(https://www.unicode.org/reports/tr36/). All of them are shown as escapes: ``\x1b``, ``\u202e``, ``\n``.
"""

from __future__ import annotations

import json
import math
from typing import Any

FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Letters and marks that Unicode calls printable but no font draws; variation selectors are below."""
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_LAST_ASCII_CONTROL = "\x7f"


def is_visible(character: str) -> bool:
    """Whether a reader sees a character, and it has no other effect. A plain space counts as seen."""
    if not character.isprintable() or character in FILLERS:
        return False
    return not any(first <= ord(character) <= last for first, last in _SELECTORS)


def visible(text: str) -> str:
    """Return the text on one line, with every character that is not visible replaced by its escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(each if is_visible(each) else escaped(each) for each in text)


def escaped(character: str) -> str:
    r"""Return a character as Python escapes it in ASCII: ``\n``, ``\x1b``, ``\u202e``, ``\U000e0041``."""
    return character.encode("unicode_escape").decode("ascii")


def ascii_json(values: Any, indent: int | None = None) -> str:
    """Write JSON (RFC 8259) in printable ASCII, without the extensions that only Python reads.

    An infinite number becomes the largest float, and NaN becomes null. Half of a surrogate pair, which other
    readers refuse, becomes its escape as text.

    Args:
        values: Plain values; anything else is written as its text.
        indent: Spaces per level; ``None``, the default, writes one line.
    """
    text = json.dumps(_strict(values), indent=indent, default=lambda value: _strict(str(value)))
    return text.replace(_LAST_ASCII_CONTROL, "\\u007f")


def _strict(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else "".join(_whole(each) for each in value)
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else math.copysign(1.7976931348623157e308, value)
    if isinstance(value, dict):
        return {_strict(key): _strict(kept) for key, kept in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(each) for each in value]
    return value


def _whole(character: str) -> str:
    return escaped(character) if "\ud800" <= character <= "\udfff" else character
