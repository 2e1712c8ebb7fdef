"""Which members of two lists belong together, at the speed of Python's own comparison.

Hints only: 1 passes for true here, so the members that are paired still have to be compared.
"""

from __future__ import annotations

from collections import Counter
from typing import Any


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
    except RecursionError:
        return False


def _spelt(value: Any) -> str:
    return repr(sorted(value.items()) if isinstance(value, dict) else value)
