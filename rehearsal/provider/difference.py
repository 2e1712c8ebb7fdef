"""What an update would change. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.provider.wire import DEFAULTS, stripped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rehearsal.provider.model import ResourceType
    from rehearsal.provider.wire import Properties


@dataclass(frozen=True)
class Difference:
    """Inputs that differ.

    Attributes:
        added, removed, changed: Top-level keys.
        replace: Those among them that force a replacement.
        delete_first: A replacement has to delete first, since both would bear one fixed name.
    """

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    replace: frozenset[str] = frozenset()
    delete_first: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """All of them."""
        return self.added | self.removed | self.changed


def difference(
    kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any], ignored: Iterable[str] = ()
) -> Difference:
    """Compare the inputs of the last update (or as refreshed since) with those wanted now.

    An unknown value differs from every known one, so that a replacement that may come is shown.

    Args:
        kind: Says what forces a replacement.
        old: Inputs of the last update.
        new: Inputs wanted now.
        ignored: Property paths; a path into a property ignores the whole of it.
    """
    skip = {DEFAULTS} | {path.replace("[", ".").split(".")[0].strip('"') for path in ignored}
    before = {key: stripped(value) for key, value in old.items() if key not in skip and value is not None}
    after = {key: stripped(value) for key, value in new.items() if key not in skip and value is not None}
    added = frozenset(after.keys() - before.keys())
    removed = frozenset(before.keys() - after.keys())
    changed = frozenset(key for key in after.keys() & before.keys() if not same(before[key], after[key]))
    replace = (added | removed | changed) & kind.replace
    return Difference(added, removed, changed, replace, bool(replace) and _keeps_name(kind, old, new))


def _keeps_name(kind: ResourceType, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the replacement would bear the old one's name: one of the user's choice, and unchanged."""
    name = kind.autoname
    if name is None or name in new.get(DEFAULTS, ()):
        return False
    return name in new and bool(old.get(name) == new[name])


def same(before: Any, after: Any) -> bool:
    """Equal, where JSON texts are compared by what they say: services store them in their own form."""
    if before == after and isinstance(before, bool) == isinstance(after, bool):
        return True
    match before, after:
        case str(), str():
            one, other = _parsed(before), _parsed(after)
            return one is not None and other is not None and bool(one == other)
        case dict(), dict():
            return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
        case list(), list():
            return len(before) == len(after) and all(map(same, before, after))
        case _:
            return False


def _parsed(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def reconciled(wanted: Any, live: Any) -> Any:
    """`wanted` where `live` means the same, else `live`.

    The same may come in another order of a list, in another form of a JSON text, or with the service's
    own empty values in places where the program says nothing.
    """
    found = _pruned(wanted, live)
    if same(wanted, found):
        return wanted
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        rest = list(found)
        for item in wanted:
            index = next((at for at, other in enumerate(rest) if same(item, _pruned(item, other))), None)
            if index is None:
                return live
            del rest[index]
        return wanted
    return found


def _pruned(wanted: Any, live: Any) -> Any:
    match wanted, live:
        case dict(), dict():
            return {
                key: _pruned(wanted.get(key), value)
                for key, value in live.items()
                if key in wanted or not (_empty(value) or value is False or value == 0)
            }
        case list(), list() if len(wanted) == len(live):
            return list(map(_pruned, wanted, live))
        case _:
            return live


def refreshed(kind: ResourceType, inputs: Properties, live: Properties, names: Iterable[str]) -> Properties:
    """`inputs` as the live resource has them, so that the next update mends what drifted.

    What the program never set appears only when somebody set it: a value that is neither empty, nor a
    default, nor filled in by the service.
    """
    result = dict(inputs)
    for key in names:
        if key not in live:
            continue
        value = live[key]
        if key in inputs:
            result[key] = reconciled(stripped(inputs[key]), value)
            if result[key] is None:
                del result[key]
        elif not _empty(value) and key not in kind.computed and value != kind.defaults.get(key):
            result[key] = value
    return result


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
