"""JSON documents that are stored outside this code: each is read once, as a value or as unreadable.

Parameters, flag documents, revisions, log lines and descriptions can be written by anyone with a console, by
another version, or by a proxy in between. RFC 8259 leaves open what a parser does with names that are given
twice ("the behavior of software that receives such an object is unpredictable",
https://www.rfc-editor.org/rfc/rfc8259#section-4), and Python reads more than JSON (``NaN``) and fails on less
(deep nesting). What two readers may read differently is unreadable here.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

LARGEST = 4 * 1024 * 1024
"""Bytes or characters; AppConfig's hosted documents hold 2 MB at most unless a quota was raised."""
DEEPEST = 32
"""Levels of arrays and objects; no document here has more than eight, and copying costs stack by level."""

TOO_DEEP = f"it is nested deeper than {DEEPEST} levels"
MOST_DIGITS = 40
"""Of a whole number: more are no number of ours, and Python neither converts 5,000 nor makes 400 a float."""


@dataclass(frozen=True)
class Unreadable:
    """A document that cannot be read.

    Attributes:
        why: What is wrong with it: a phrase without a full stop, which quotes a few characters at most.
    """

    why: str


class UnreadableError(ValueError):
    """A document that cannot be read, where a caller cannot go on without it."""


def json_of(content: str | bytes | None) -> Any:
    """The value of a JSON document, or `Unreadable`. Never raises.

    Args:
        content: The document; bytes are UTF-8, ``None`` is unreadable.
    """
    try:
        return _decoded(content)
    except UnicodeDecodeError as error:
        return Unreadable(f"byte {error.start} is not UTF-8")
    except json.JSONDecodeError as error:
        return Unreadable(f"it is not JSON: {error.msg}, at character {error.pos + 1}")
    except _NotJsonError as error:
        return Unreadable(str(error))
    except RecursionError:
        return Unreadable(TOO_DEEP)


def object_of(content: str | bytes | None) -> Any:
    """The same, where only an object makes sense: a ``dict`` or `Unreadable`."""
    value = json_of(content)
    return value if isinstance(value, dict | Unreadable) else Unreadable("it is no JSON object")


def encodable(text: str) -> str:
    """Text that UTF-8 can hold: half of a surrogate pair becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class _NotJsonError(Exception):
    pass


def _decoded(content: str | bytes | None) -> Any:
    if content is None:
        raise _NotJsonError("there is no document")
    if len(content) > LARGEST:
        raise _NotJsonError(f"it is longer than {LARGEST // 1024**2} MB")
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    value = _DECODER.decode(text)
    if not _within(value, DEEPEST):
        raise _NotJsonError(TOO_DEEP)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _NotJsonError(f"it has the name {encodable(twice[:40])!r} twice")
    return made


def _constant(name: str) -> Any:
    raise _NotJsonError(f"{name} is not JSON")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _NotJsonError(f"{text[:20]} is larger than a number can be")
    return number


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise _NotJsonError(f"{text[:20]}… has {len(text)} digits")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_number, parse_int=_whole
)


def _within(value: Any, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest + 1):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return True
    return False
