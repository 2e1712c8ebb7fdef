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


def walkable(document: Any) -> bool:
    """Whether a document holds at most `MAX_VALUES`, a part that is shared counting each time it is met."""
    left, waiting = MAX_VALUES, [document]
    while waiting:
        value = waiting.pop()
        members = value.values() if type(value) is dict else value if type(value) is list else ()
        left -= len(members)
        if left < 0:
            return False
        waiting += [member for member in members if type(member) is dict or type(member) is list]
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
