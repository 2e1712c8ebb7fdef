"""Reads JSON documents that are stored outside this code: each yields a value or is unreadable.

Parameters, flag documents, revisions, log lines and descriptions can be written by anyone with a console, by
another version, or by a proxy in between. RFC 8259 leaves open what a parser does with a name that is given
twice ("the behavior of software that receives such an object is unpredictable",
https://www.rfc-editor.org/rfc/rfc8259#section-4). Python's parser accepts more than JSON (``NaN``) and fails
on less (deep nesting). Here, a document that two readers could read differently is unreadable.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

LARGEST = 4 * 1024 * 1024
"""Maximum length of a document, in bytes or characters. AppConfig's hosted documents hold at most 2 MB unless
a quota was raised."""
DEEPEST = 32
"""Maximum nesting, in levels of arrays and objects. No document of ours has more than eight levels, and
copying a document costs stack for each level."""

TOO_DEEP = f"it is nested deeper than {DEEPEST} levels"
MOST_DIGITS = 40
"""Maximum number of digits of a whole number. No number of ours has more, and Python neither converts 5,000
digits nor makes a float of 400."""


@dataclass(frozen=True)
class Unreadable:
    """The result for a document that cannot be read.

    Attributes:
        why: What is wrong with the document: a phrase without a full stop that quotes a few characters at
            most.
    """

    why: str


class UnreadableError(ValueError):
    """A document cannot be read, and the caller cannot go on without it."""


def json_of(content: str | bytes | None) -> Any:
    """Parse a JSON document. Never raises.

    Args:
        content: The document. Bytes must be UTF-8; ``None`` is unreadable.

    Returns:
        The value, or `Unreadable`.
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
    """Parse a JSON document that must be an object: returns a ``dict`` or `Unreadable`."""
    value = json_of(content)
    return value if isinstance(value, dict | Unreadable) else Unreadable("it is no JSON object")


def encodable(text: str) -> str:
    """Make text encodable as UTF-8: half of a surrogate pair becomes its escape."""
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
