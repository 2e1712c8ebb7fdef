"""Single changes to a captured stack: a property removed, weakened or detached, or a resource removed.

Each change applies to a resource's inputs and to its properties, because rules about one resource see its
inputs and rules about the stack see its properties.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from tests.policy.harness import Json

Change = Callable[[list[Json]], None]
Path = tuple[str | int, ...]
SIDES = ("inputs", "properties")


class NoSuchThingError(AssertionError):
    """A mutant names something that the stack lacks: the program has changed, and so must the mutant."""


def named(resources: list[Json], name: str) -> Json:
    """Return the resource of that name; write ``Instance/name`` if two of different types share it."""
    kind, _, own = name.rpartition("/")
    found = [one for one in resources if one["name"] == own and one["type"].endswith(kind)]
    if len(found) != 1:
        raise NoSuchThingError(f"{len(found)} resources are called {name}")
    return found[0]


def put(name: str, path: str, value: Any) -> Change:
    """Set another value at a dotted path."""
    steps = _steps(path)

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        for side in SIDES:
            holder = _holder(resource[side], steps, name)
            if isinstance(holder, dict) and isinstance(steps[-1], str) and holder.get(steps[-1]) == value:
                raise NoSuchThingError(f"{name}.{path} is {value!r} anyway")
            holder[steps[-1]] = value

    return change


def drop(name: str, path: str) -> Change:
    """Remove the value at a dotted path, and its sources if the path is a whole property."""
    steps = _steps(path)

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        for side in SIDES:
            holder = _holder(resource[side], steps, name)
            try:
                del holder[steps[-1]]
            except (KeyError, IndexError):
                raise NoSuchThingError(f"{name} has no {path}") from None
        if len(steps) == 1:
            resource["propertyDependencies"].pop(steps[0], None)

    return change


def edit(name: str, path: str, pattern: str, replacement: str) -> Change:
    """Replace every match of a pattern in a text."""
    steps = _steps(path)

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        for side in SIDES:
            holder = _holder(resource[side], steps, name)
            text, count = re.subn(pattern, replacement, holder[steps[-1]])
            if not count:
                raise NoSuchThingError(f"{name}.{path} has no {pattern}")
            holder[steps[-1]] = text

    return change


def document(name: str, *path: str | int, value: Any, inside: str = "content") -> Change:
    """Set another value inside a JSON text, which may be marked as secret."""

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        for side in SIDES:
            holder, key = resource[side], inside
            if isinstance(holder[key], dict):
                holder, key = holder[key], "value"
            whole = json.loads(holder[key])
            part = whole
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = value
            holder[key] = json.dumps(whole)

    return change


def detach(name: str, prop: str, source: str, *, instead: str | None = None) -> Change:
    """Detach a property from a source: its list gets shorter, or another source replaces it."""

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        urns = resource["propertyDependencies"].get(prop, {"urns": []})["urns"]
        gone = named(resources, source)["urn"]
        if gone not in urns:
            raise NoSuchThingError(f"{name}.{prop} is not made from {source}")
        urns.remove(gone)
        if instead:
            urns.append(named(resources, instead)["urn"])
        for side in SIDES:
            value = resource[side].get(prop)
            if isinstance(value, list) and not instead:
                value.pop()
            elif not urns:
                del resource[side][prop]

    return change


def literal(name: str, prop: str, value: Any) -> Change:
    """Set a value that the program itself writes, instead of one made from other resources."""

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        resource["propertyDependencies"].pop(prop, None)
        for side in SIDES:
            resource[side][prop] = value

    return change


def unknown(name: str, prop: str, *sources: str) -> Change:
    """Make a value known only to the update, and made from other resources."""

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        urns = [named(resources, source)["urn"] for source in sources]
        resource["propertyDependencies"][prop] = {"urns": urns}
        for side in SIDES:
            resource[side][prop] = UNKNOWN_STRING_VALUE

    return change


def gone(name: str) -> Change:
    """Remove a resource, and the links to it."""

    def change(resources: list[Json]) -> None:
        resource = named(resources, name)
        resources.remove(resource)
        for other in resources:
            for made_from in other.get("propertyDependencies", {}).values():
                if resource["urn"] in made_from["urns"]:
                    made_from["urns"].remove(resource["urn"])

    return change


def option(name: str, key: str, value: Any) -> Change:
    """Set another value of a resource option."""

    def change(resources: list[Json]) -> None:
        options = named(resources, name)["options"]
        if options.get(key) == value:
            raise NoSuchThingError(f"{name} has option {key} {value!r} anyway")
        options[key] = value

    return change


def _steps(path: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))


def _holder(value: Any, steps: Path, name: str) -> Any:
    for step in steps[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            raise NoSuchThingError(f"{name} has no {'.'.join(map(str, steps))}") from None
    return value
