"""Finds which members of two lists belong together, at the speed of Python's own comparison.

The results are hints only: Python takes 1 for true, so members that are paired still have to be compared.
"""

from __future__ import annotations

import marshal
from collections import Counter
from typing import Any

MAX_VALUES = 100_000
"""Maximum number of values that Python's own comparison is given. It has no limit of its own: a document made
of shared parts can be small in memory and endless to walk."""

_CONTAINERS = frozenset({dict, list})


def walkable(document: Any) -> bool:
    """Whether a document holds at most `MAX_VALUES` values. A shared part counts each time that it is met."""
    left, level = MAX_VALUES, [document] if type(document) in _CONTAINERS else []
    while level:
        # A level is counted before it is built, so that the level itself never exceeds the limit either.
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
    """Whether two values are certainly equal, types included. Most pairs are, and need no walk."""
    try:
        # Python's equality takes 1 for true, so the serialized bytes decide. Version 0 of marshal knows no
        # shared or interned objects, which later versions would serialize differently.
        return bool(control == candidate) and marshal.dumps(control, 0) == marshal.dumps(candidate, 0)
    except (RecursionError, ValueError):
        return False


def alike_at_the_end(control: list[Any], candidate: list[Any]) -> int:
    """Count the equal members at the end of two lists of different lengths, without those at the start."""
    shorter = min(len(control), len(candidate))
    try:
        start = next((n for n in range(shorter) if control[n] != candidate[n]), shorter)
        rest = shorter - start
        return next((n for n in range(rest) if control[-1 - n] != candidate[-1 - n]), rest)
    except RecursionError:
        return 0


def reordered(control: list[Any], candidate: list[Any]) -> bool:
    """Whether two lists of the same length hold the same members in another order."""
    try:
        first = next((mine for mine, other in zip(control, candidate, strict=True) if mine != other), None)
        # Looking for one member is cheap, and it decides for nearly every pair of lists that differ.
        if first is None or first not in candidate:
            return False
        return Counter(map(_spelt, control)) == Counter(map(_spelt, candidate))
    except (RecursionError, ValueError):
        return False


def _spelt(value: Any) -> bytes:
    return marshal.dumps(sorted(value.items()) if isinstance(value, dict) else value, 0)
