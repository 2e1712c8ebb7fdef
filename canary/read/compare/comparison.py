"""Compares the structure of two answers: finds where and how they differ, and never says by which values.

The rules:

* Two numbers are equal if their values are: 1 and 1.0 are equal. A number and its text are not equal, nor are
  1 and true. Null is a value: a field that is null on one side and absent on the other is ``missing`` or
  ``extra``.
* A *decimal* path holds a decimal as text, a *timestamp* path holds an instant: see `equivalence`.
* An *unordered* path holds a collection. The order of its members does not count; how often a member occurs
  does. On any other path, a list with the same members in another order is one ``order`` difference.
* Lists of different lengths are aligned at both ends, so one additional member is one ``extra``.
* A path is dotted, with ``[]`` for any member of a list. A path that the contract does not name ends in ``#``
  and a keyed hash, since a key of an answer may be an e-mail address or 800 KB of text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from canary.read.compare.alignment import alike_at_the_end, reordered, spelt_alike, walkable
from canary.read.compare.equivalence import scalar_kind
from canary.read.compare.fingerprint import TOO_LARGE, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from canary.read.compare.known_diffs import Known

MAX_DIFFS = 50
"""Maximum number of differences reported. More of them say nothing new about two documents."""

MAX_DEPTH = 64
MAX_NODES = 100_000
"""Maximum number of values looked at, which is some MB of JSON. A larger pair is cut short and ends with a
``too-large`` difference."""

MAX_HASHED = 10_000
"""Maximum number of members of unordered collections that a comparison hashes. Hashing is most of its cost.
The contract's largest answer has a few hundred members. A pair that exceeds the maximum is cut short too."""

LONGEST_NAME = 64
"""Maximum length in characters of a key that may be one of the contract's."""

ORDER_SAMPLE = 20
"""Number of members that go into the hashes of an ``order`` difference."""


@dataclass(frozen=True)
class Rules:
    """Which kind of equality applies to which path.

    Attributes:
        unordered: Paths of collections without an order.
        decimals: Paths of decimals written as text.
        timestamps: Paths of instants written as text.
        known: Differences that are declared as known.
        names: Paths that may be named. ``None`` allows all of them, for documents without user data.
    """

    unordered: frozenset[str] = frozenset()
    decimals: frozenset[str] = frozenset()
    timestamps: frozenset[str] = frozenset()
    known: tuple[Known, ...] = ()
    names: frozenset[str] | None = None


@dataclass(frozen=True)
class Diff:
    """One difference.

    Attributes:
        path: Path of the difference, with ``[]`` for list members.
        kind: missing, extra, type, value, order, precision, time-zone or too-large.
        control: Keyed hash of the mock's value; ``""`` if the mock has none.
        candidate: Keyed hash of Prisma's value; ``""`` if Prisma has none.
    """

    path: str
    kind: str
    control: str = ""
    candidate: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the JSON form for the log."""
        return {"path": self.path, "kind": self.kind, "control": self.control, "candidate": self.candidate}


def compare(control: Any, candidate: Any, rules: Rules, key: bytes) -> list[Diff]:
    """Find the differences of two answers: at most `MAX_DIFFS` of them, within limits of depth and size.

    Args:
        control: The mock's answer, parsed from JSON.
        candidate: Prisma's answer, parsed from JSON.
        rules: What counts as equal.
        key: Key of the hashes that stand for values.
    """
    declared = (known.path for known in rules.known)
    names = None if rules.names is None else rules.names.union(declared)
    walk = _Walk(rules, key, walkable(control) and walkable(candidate), names)
    if walk.hints and spelt_alike(control, candidate):
        return []
    try:
        walk.values("", control, candidate, 0)
    except _EnoughError:
        return walk.found
    return walk.found


class _EnoughError(Exception):
    """The walk has reached one of its limits."""


_PLAIN = frozenset({str, int, bool, type(None)})


def _plainly_equal(control: Any, candidate: Any) -> bool:
    """Whether two scalars are equal by type and value. Most pairs are, and need no path."""
    return type(control) is type(candidate) and type(control) in _PLAIN and control == candidate


@dataclass
class _Walk:
    rules: Rules
    key: bytes
    hints: bool
    names: frozenset[str] | None
    nodes: int = 0
    hashed: int = 0
    found: list[Diff] = field(default_factory=list)

    def values(self, path: str, control: Any, candidate: Any, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            self._add(Diff(path, TOO_LARGE))
            raise _EnoughError
        if isinstance(control, dict) and isinstance(candidate, dict):
            self._objects(path, control, candidate, depth + 1)
        elif isinstance(control, list) and isinstance(candidate, list):
            self._lists(path, control, candidate, depth + 1)
        else:
            kind = scalar_kind(self.rules, path, control, candidate)
            if kind is not None:
                self._differ(path, kind, control, candidate)

    def _objects(self, path: str, control: dict[str, Any], candidate: dict[str, Any], depth: int) -> None:
        self.nodes += len(control)
        for name, value in control.items():
            if name not in candidate:
                self._missing(self._name(path, name), value)
            elif not _plainly_equal(value, candidate[name]):
                self.values(self._name(path, name), value, candidate[name], depth)
        for name, value in candidate.items():
            if name not in control:
                self._extra(self._name(path, name), value)

    def _name(self, path: str, name: str) -> str:
        # The length is checked first: a long key must not be copied for every value below it.
        names = self.names
        if names is None or len(name) <= LONGEST_NAME:
            named = f"{path}.{name}" if path else name
            if names is None or named in names:
                return named
        # One hash stands for a whole unknown branch, so that a path's length is limited.
        known, _, above = path.partition("#")
        mark = fingerprint([above, name], self.key)
        return f"{known.rstrip('.')}.#{mark}" if known else f"#{mark}"

    def _lists(self, path: str, control: list[Any], candidate: list[Any], depth: int) -> None:
        inner = f"{path}[]"
        if path in self.rules.unordered:
            self._unordered(inner, control, candidate)
            return
        if len(control) == len(candidate):
            if self.hints and reordered(control, candidate):
                self._differ(path, "order", control[:ORDER_SAMPLE], candidate[:ORDER_SAMPLE])
                return
            self._members(inner, zip(control, candidate, strict=True), depth)
            return
        end = alike_at_the_end(control, candidate) if self.hints else 0
        shared = min(len(control), len(candidate)) - end
        # The longer list's additional members are between those that both lists begin and end with.
        pairs = [*zip(control[:shared], candidate[:shared], strict=True)]
        pairs += zip(control[len(control) - end :], candidate[len(candidate) - end :], strict=True)
        self._members(inner, pairs, depth)
        for value in control[shared : len(control) - end]:
            self._missing(inner, value)
        for value in candidate[shared : len(candidate) - end]:
            self._extra(inner, value)

    def _members(self, path: str, pairs: Iterable[tuple[Any, Any]], depth: int) -> None:
        for ours, theirs in pairs:
            if not (self.hints and spelt_alike(ours, theirs)):
                self.values(path, ours, theirs, depth)

    def _unordered(self, path: str, control: list[Any], candidate: list[Any]) -> None:
        if len(control) == len(candidate) and all(map(_plainly_equal, control, candidate)):
            return
        self.hashed += len(control) + len(candidate)
        if self.hashed > MAX_HASHED:
            self._add(Diff(path, TOO_LARGE))
            raise _EnoughError
        ours, theirs = Counter(self._marks(control)), Counter(self._marks(candidate))
        for mark in (ours - theirs).elements():
            self._add(Diff(path, "missing", control=mark))
        for mark in (theirs - ours).elements():
            self._add(Diff(path, "extra", candidate=mark))

    def _marks(self, values: list[Any]) -> list[str]:
        self.nodes += len(values)
        return [fingerprint(value, self.key) for value in values]

    def _missing(self, path: str, value: Any) -> None:
        self._add(Diff(path, "missing", control=fingerprint(value, self.key)))

    def _extra(self, path: str, value: Any) -> None:
        self._add(Diff(path, "extra", candidate=fingerprint(value, self.key)))

    def _differ(self, path: str, kind: str, control: Any, candidate: Any) -> None:
        self._add(Diff(path, kind, fingerprint(control, self.key), fingerprint(candidate, self.key)))

    def _add(self, diff: Diff) -> None:
        self.found.append(diff)
        if len(self.found) >= MAX_DIFFS:
            raise _EnoughError
