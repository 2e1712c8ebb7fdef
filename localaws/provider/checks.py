"""Checks a resource's inputs against its schema: names, types and required fields. Pure."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from localaws.provider.schema import Inputs, Kind, ListOf, MapOf, Scalar, Structure, TextOr
from localaws.provider.wire import DEFAULTS, UNKNOWN, Blob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Failure:
    """One problem with the inputs.

    Attributes:
        property: Path of the property, such as ``metricQueries[0].metric.stat``.
        reason: What is wrong and how to fix it.
    """

    property: str
    reason: str


def failures(schema: Inputs, properties: Mapping[str, Any], path: str = "") -> Iterator[Failure]:
    """Yield every problem with `properties`, in order of appearance, then the missing required ones.

    An unknown value passes, because it is known only during the update.
    """
    for key, value in properties.items():
        if key == DEFAULTS or value is None:
            continue
        where = f"{path}.{key}" if path else key
        kind = schema.kinds.get(key)
        if kind is None:
            yield Failure(where, f"there is no such property{_guess(key, schema)}")
        else:
            yield from _mismatches(kind, value, where)
    for key in sorted(schema.required):
        if properties.get(key) is None:
            yield Failure(f"{path}.{key}" if path else key, "is required, but was not given")


def _mismatches(kind: Kind, value: Any, path: str) -> Iterator[Failure]:
    if value is UNKNOWN or value is None:
        return
    match kind, value:
        case Scalar(name), _:
            if not _is(name, value):
                yield Failure(path, f"must be {_WORDS[name]}, not {_described(value)}")
        case ListOf(item), list():
            for index, element in enumerate(value):
                yield from _mismatches(item, element, f"{path}[{index}]")
        case MapOf(item), dict():
            for key, element in value.items():
                yield from _mismatches(item, element, f"{path}.{key}")
        case (Structure() as structure, dict()) | (TextOr(structure), dict()):
            yield from failures(structure.inputs, value, path)
        case TextOr(), str():
            return
        case _:
            wanted = "a list" if isinstance(kind, ListOf) else "an object"
            yield Failure(path, f"must be {wanted}, not {_described(value)}")


_WORDS = {
    "str": "a string",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "asset": "an asset",
    "archive": "an archive",
    "any": "anything",
}


def _is(name: str, value: Any) -> bool:
    match name:
        case "str":
            return isinstance(value, str)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "bool":
            return isinstance(value, bool)
        case "asset" | "archive":
            return isinstance(value, Blob)
        case _:
            return True


def _described(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return repr(value)
        case list():
            return "a list"
        case Blob(kind=kind):
            return f"an {kind}"
        case _:
            return "an object"


def _guess(key: str, schema: Inputs) -> str:
    close = difflib.get_close_matches(key, schema.kinds, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(sorted(schema.kinds))}"
