"""Which members of two lists belong together, at the speed of Python's own comparison.

Hints only: 1 passes for true here, so the members that are paired still have to be compared.
"""

from __future__ import annotations

import marshal
from collections import Counter
from typing import Any

MAX_VALUES = 100_000
"""Values that Python's own comparison is let loose on. It knows no limit: a document made of shared parts is
small in memory and endless to walk."""

_CONTAINERS = frozenset({dict, list})


def walkable(document: Any) -> bool:
    """Whether a document holds at most `MAX_VALUES`, a part that is shared counting each time it is met."""
    left, level = MAX_VALUES, [document] if type(document) in _CONTAINERS else []
    while level:
        # A level is counted before it is made, so that it is never larger than the limit either.
        left -= sum(map(len, level))
        if left < 0:
            return False
        level = [
            member
            for value in level
            for member in (value.values() if type(value) is dict else value)
            if type(member) in _CONTAINERS
        ]
    return True


def spelt_alike(control: Any, candidate: Any) -> bool:
    """Whether two values are surely equal, types and all; most are, and need no walk."""
    try:
        # Python's equality takes 1 for true, so a spelling has the last word. Version 0 of marshal knows of
        # no shared or interned objects, which later ones would spell differently.
        return bool(control == candidate) and marshal.dumps(control, 0) == marshal.dumps(candidate, 0)
    except (RecursionError, ValueError):
        return False


def alike_at_the_end(control: list[Any], candidate: list[Any]) -> int:
    """How many members two lists of different lengths end with alike, not counting those they begin with."""
    shorter = min(len(control), len(candidate))
    try:
        start = next((n for n in range(shorter) if control[n] != candidate[n]), shorter)
        rest = shorter - start
        return next((n for n in range(rest) if control[-1 - n] != candidate[-1 - n]), rest)
    except RecursionError:
        return 0


def reordered(control: list[Any], candidate: list[Any]) -> bool:
    """Whether two lists of one length hold the same members in another order."""
    try:
        first = next((mine for mine, other in zip(control, candidate, strict=True) if mine != other), None)
        # Looking for one member is cheap, and settles it for nearly every pair of lists that differ.
        if first is None or first not in candidate:
            return False
        return Counter(map(_spelt, control)) == Counter(map(_spelt, candidate))
    except (RecursionError, ValueError):
        return False


def _spelt(value: Any) -> bytes:
    return marshal.dumps(sorted(value.items()) if isinstance(value, dict) else value, 0)
