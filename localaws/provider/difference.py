"""Computes what an update would change, by comparing the engine's state with the inputs wanted now. Pure.

The bridged Terraform provider plans the same way: the prior state is built from the engine's old *outputs*
and the configuration from the new inputs. The old inputs play no part.
https://github.com/pulumi/pulumi-terraform-bridge/blob/master/pkg/tfbridge/provider.go (``Diff``)
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.provider.policy_text import equivalent
from localaws.provider.schema import ANY, Kind, ListOf, MapOf, Structure, schema_of
from localaws.provider.wire import DEFAULTS, UNKNOWN, stripped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from localaws.provider.model import ResourceType

SEGMENT = re.compile(r'\["([^"]*)"\]|\[(\d+)\]|([^.\[\]]+)')
"""Matches one segment of a property path: ``a.b``, ``a["b"]``, ``a[0]``."""
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Difference:
    """The inputs that differ.

    Attributes:
        added, removed, changed: Top-level keys.
        replace: The keys among them that force a replacement.
        delete_first: Whether a replacement must delete the old resource first, because both would have the
            same fixed name.
    """

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()
    delete_first: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """All keys that were added, removed or changed."""
        return self.added | self.removed | self.changed


def difference(
    kind: ResourceType, state: Mapping[str, Any], new: Mapping[str, Any], ignored: Iterable[str] = ()
) -> Difference:
    """Compare the last known properties with the inputs wanted now.

    An unknown value differs from every known one, so that a possible replacement is shown.

    Args:
        kind: Says which keys force a replacement, and which values mean the same although they are written
            differently.
        state: All properties after the last update, or as refreshed since.
        new: Inputs wanted now.
        ignored: Property paths to ignore. The engine has already put the *old inputs* at these paths, but the
            provider must still ignore them, because the state may hold a value that differs from the old
            inputs. https://github.com/pulumi/pulumi-terraform-bridge/issues/3177
    """
    compare = _Comparison(kind, frozenset(_path(text) for text in ignored))
    kinds, wanted = schema_of(kind.token).inputs.kinds, stripped(dict(new))
    differing = [
        key
        for key in sorted({*kinds, *wanted})
        if not compare.agree(kinds.get(key, ANY), (key,), state.get(key), wanted.get(key))
    ]
    added = frozenset(key for key in differing if state.get(key) is None)
    removed = frozenset(key for key in differing if wanted.get(key) is None)
    replace = frozenset(differing) & kind.replace
    delete_first = bool(replace) and _keeps_name(kind, state, new)
    return Difference(added, removed, frozenset(differing) - added - removed, replace, delete_first)


def _path(text: str) -> Path:
    return tuple(int(index) if index else name or word for name, index, word in SEGMENT.findall(text))


def _keeps_name(kind: ResourceType, state: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a replacement would have the old resource's name, because the user chose it and kept it."""
    name = kind.autoname
    if name is None or name in new.get(DEFAULTS, ()):
        return False
    return name in new and bool(state.get(name) == new[name])


@dataclass(frozen=True)
class _Comparison:
    """Compares one resource recursively."""

    kind: ResourceType
    ignored: frozenset[Path]

    def agree(self, kind: Kind, path: Path, have: Any, wanted: Any) -> bool:
        """Whether `have` already matches `wanted`."""
        if path in self.ignored or (wanted is None and _name(path) in self.kind.filled):
            return True
        if wanted is UNKNOWN:
            return False
        if have is None or wanted is None:
            return self._absent(kind, path, have, wanted)
        return self._both(kind, path, have, wanted)

    def _both(self, kind: Kind, path: Path, have: Any, wanted: Any) -> bool:
        match have, wanted:
            case dict(), dict():
                return self._objects(kind, path, have, wanted)
            case list(), list():
                return self._lists(kind.item if isinstance(kind, ListOf) else ANY, path, have, wanted)
            case str(), str() if _name(path) in self.kind.policies:
                return equivalent(have, wanted)
            case str(), str() if _name(path) in self.kind.json_texts:
                return _same_json(have, wanted)
            case _:
                return bool(have == wanted) and isinstance(have, bool) == isinstance(wanted, bool)

    def _absent(self, kind: Kind, path: Path, have: Any, wanted: Any) -> bool:
        """Whether a value that only one side has counts as absent.

        An input that the program omits matches the type's zero value in the state. A property that the state
        lacks matches an empty input.
        https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/schema/schema.go (``diffString``)
        """
        if isinstance(kind, Structure) and isinstance(have, dict):
            return self._objects(kind, path, have, {})
        zero: tuple[Any, ...] = (None, "", [], {}) if have is None else (None, "", [], {}, 0)
        return (wanted if have is None else have) in zero

    def _objects(self, kind: Kind, path: Path, have: dict[str, Any], wanted: dict[str, Any]) -> bool:
        if isinstance(kind, Structure):
            kinds = kind.inputs.kinds
            keys = {*have, *wanted} & kinds.keys() | wanted.keys()
            return all(
                self.agree(kinds.get(key, ANY), (*path, key), have.get(key), wanted.get(key)) for key in keys
            )
        item = kind.item if isinstance(kind, MapOf) else ANY
        return have.keys() == wanted.keys() and all(
            self.agree(item, (*path, key), have[key], wanted[key]) for key in have
        )

    def _lists(self, item: Kind, path: Path, have: list[Any], wanted: list[Any]) -> bool:
        if len(have) != len(wanted):
            return False
        if _name(path) in self.kind.unordered:
            return self._sets(item, path, have, wanted)
        pairs = enumerate(zip(have, wanted, strict=True))
        return all(self.agree(item, (*path, at), one, other) for at, (one, other) in pairs)

    def _sets(self, item: Kind, path: Path, have: list[Any], wanted: list[Any]) -> bool:
        rest = list(have)
        for one in wanted:
            found = next((at for at, other in enumerate(rest) if self.agree(item, path, other, one)), None)
            if found is None:
                return False
            del rest[found]
        return True


def _name(path: Path) -> str:
    """Return the path as the tables write it: names without indices."""
    return ".".join(part for part in path if isinstance(part, str))


def _same_json(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False
