"""Structural comparison of two answers: where they differ and how, never by what.

Rules, stated and not guessed:

* two numbers are equal when their values are, so 1 and 1.0 are; a number and its text are not;
* a *decimal* path holds a decimal as text: equal value with another scale is a ``precision`` difference;
* a *timestamp* path holds an instant: another spelling of the same instant is a ``time-zone`` difference;
* an *unordered* path holds a set: order does not count there, and is an ``order`` difference elsewhere
  when both lists hold the same members;
* a path is dotted, with ``[]`` for any member of a list.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

MAX_DIFFS = 50
"""More than these say nothing new about two documents."""

MAX_DEPTH = 64
MAX_NODES = 200_000
"""About 10 MB of JSON; a larger pair is reported as ``too-large`` and counts as a difference."""


@dataclass(frozen=True)
class Known:
    """A difference that somebody has declared, until a day."""

    path: str
    owner: str
    reason: str
    expires: date


@dataclass(frozen=True)
class Rules:
    """What equality means on which path."""

    unordered: frozenset[str] = frozenset()
    decimals: frozenset[str] = frozenset()
    timestamps: frozenset[str] = frozenset()
    known: tuple[Known, ...] = ()


@dataclass(frozen=True)
class Diff:
    """One difference.

    Attributes:
        path: Where, with ``[]`` for list members.
        kind: missing, extra, type, value, order, precision, time-zone or too-large.
        control: Keyed hash of the mock's value, ``""`` where it has none.
        candidate: Keyed hash of Prisma's value.
    """

    path: str
    kind: str
    control: str
    candidate: str

    def as_dict(self) -> dict[str, str]:
        """JSON form for the log."""
        return {"path": self.path, "kind": self.kind, "control": self.control, "candidate": self.candidate}


@dataclass
class _Walk:
    rules: Rules
    key: bytes
    nodes: int = 0
    found: list[Diff] = field(default_factory=list)


def compare(control: Any, candidate: Any, rules: Rules, key: bytes) -> list[Diff]:
    """All differences up to `MAX_DIFFS`, bounded in depth and size.

    Args:
        control: The mock's answer, parsed JSON.
        candidate: Prisma's.
        rules: What equality means.
        key: Key of the hashes that stand for values.
    """
    walk = _Walk(rules, key)
    for diff in _compare(walk, "", control, candidate, 0):
        walk.found.append(diff)
        if len(walk.found) >= MAX_DIFFS:
            break
    return walk.found


def undeclared(diffs: list[Diff], rules: Rules, today: date) -> tuple[list[Diff], list[Known]]:
    """Differences that count, and the declarations that have expired and cover none any more."""
    live = {known.path for known in rules.known if today <= known.expires}
    expired = [known for known in rules.known if today > known.expires]
    return [diff for diff in diffs if diff.path not in live], expired


def _compare(walk: _Walk, path: str, control: Any, candidate: Any, depth: int) -> Iterator[Diff]:
    walk.nodes += 1
    if walk.nodes > MAX_NODES or depth > MAX_DEPTH:
        yield Diff(path, "too-large", "", "")
        return
    if isinstance(control, dict) and isinstance(candidate, dict):
        yield from _compare_objects(walk, path, control, candidate, depth)
    elif isinstance(control, list) and isinstance(candidate, list):
        yield from _compare_lists(walk, path, control, candidate, depth)
    elif kind := _scalar_kind(walk.rules, path, control, candidate):
        yield _diff(walk, path, kind, control, candidate)


def _compare_objects(
    walk: _Walk, path: str, control: dict[str, Any], candidate: dict[str, Any], depth: int
) -> Iterator[Diff]:
    for name, value in control.items():
        inner = f"{path}.{name}" if path else name
        if name not in candidate:
            yield Diff(inner, "missing", _hash(walk.key, value), "")
        else:
            yield from _compare(walk, inner, value, candidate[name], depth + 1)
    for name in candidate.keys() - control.keys():
        yield Diff(f"{path}.{name}" if path else name, "extra", "", _hash(walk.key, candidate[name]))


def _compare_lists(walk: _Walk, path: str, control: list[Any], candidate: list[Any], depth: int) -> Iterator[Diff]:
    if path in walk.rules.unordered:
        yield from _compare_sets(walk, path, control, candidate)
        return
    if len(control) == len(candidate) > 1 and control != candidate and _members(control) == _members(candidate):
        yield _diff(walk, path, "order", control, candidate)
        return
    for ours, theirs in zip(control, candidate, strict=False):
        yield from _compare(walk, f"{path}[]", ours, theirs, depth + 1)
    for value in control[len(candidate) :]:
        yield Diff(f"{path}[]", "missing", _hash(walk.key, value), "")
    for value in candidate[len(control) :]:
        yield Diff(f"{path}[]", "extra", "", _hash(walk.key, value))


def _compare_sets(walk: _Walk, path: str, control: list[Any], candidate: list[Any]) -> Iterator[Diff]:
    walk.nodes += len(control) + len(candidate)
    ours, theirs = _members(control), _members(candidate)
    for member in (ours - theirs).elements():
        yield Diff(f"{path}[]", "missing", _hash(walk.key, member), "")
    for member in (theirs - ours).elements():
        yield Diff(f"{path}[]", "extra", "", _hash(walk.key, member))


def _members(values: list[Any]) -> Counter[str]:
    return Counter(json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else repr(value) for value in values)


def _scalar_kind(rules: Rules, path: str, control: Any, candidate: Any) -> str | None:
    if type(control) is type(candidate) and control == candidate:
        return None
    numbers = (int, float)
    if isinstance(control, bool) or isinstance(candidate, bool):
        return "value" if isinstance(control, bool) and isinstance(candidate, bool) else "type"
    if isinstance(control, numbers) and isinstance(candidate, numbers):
        return None if control == candidate else "value"
    if not (isinstance(control, str) and isinstance(candidate, str)):
        return "type"
    if path in rules.decimals and _same_decimal(control, candidate):
        return "precision"
    if path in rules.timestamps and _same_instant(control, candidate):
        return "time-zone"
    return "value"


def _same_decimal(control: str, candidate: str) -> bool:
    try:
        return Decimal(control) == Decimal(candidate)
    except InvalidOperation:
        return False


def _same_instant(control: str, candidate: str) -> bool:
    try:
        return datetime.fromisoformat(control) == datetime.fromisoformat(candidate)
    except (ValueError, TypeError):
        return False


def _diff(walk: _Walk, path: str, kind: str, control: Any, candidate: Any) -> Diff:
    return Diff(path, kind, _hash(walk.key, control), _hash(walk.key, candidate))


def _hash(key: bytes, value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), key=key, digest_size=8).hexdigest()
