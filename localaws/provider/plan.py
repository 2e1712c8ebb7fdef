"""Completes inputs, and computes the properties that are known before an update. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.provider.difference import difference
from localaws.provider.schema import Kind, ListOf, Structure, TextOr, schema_of
from localaws.provider.wire import DEFAULTS, UNKNOWN, has_unknown, stripped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.provider.model import Change, ResourceType
    from localaws.provider.wire import Properties

NAME_SUFFIX_DIGITS = 7
"""Number of random digits at the end of a generated name, as in the Pulumi bridge."""


@dataclass(frozen=True)
class Origin:
    """Where the inputs of a resource come from.

    Attributes:
        name: Name of the resource in the program.
        seed: The engine's random seed. A generated name follows from it, so that preview and update agree.
        default_tags: Default tags of the provider that the resource is created with.
        old: Inputs of the last update. A name that was generated then is kept.
    """

    name: str
    seed: bytes = b""
    default_tags: Mapping[str, str] = field(default_factory=dict)
    old: Properties = field(default_factory=dict)


def completed(kind: ResourceType, inputs: Properties, origin: Origin) -> Properties:
    """Complete checked inputs.

    Adds the defaults and a generated name, records which keys were added, and merges the tags into
    ``tagsAll``.
    """
    schema = schema_of(kind.token)
    result = {
        key: _noted(schema.inputs.kinds[key], value, _below(kind.defaults, key))
        for key, value in inputs.items()
        if value is not None
    }
    filled = {key: value for key, value in kind.defaults.items() if "." not in key and key not in result}
    if kind.autoname is not None and kind.autoname not in result:
        filled[kind.autoname] = _derived_name(kind.autoname, origin)
    result |= filled
    result[DEFAULTS] = sorted(filled)
    if schema.taggable:
        result["tagsAll"] = merged_tags(result.get("tags", {}), origin.default_tags)
    return result


def _derived_name(key: str, origin: Origin) -> str:
    if key in origin.old.get(DEFAULTS, ()) and isinstance(origin.old.get(key), str):
        return str(origin.old[key])
    return f"{origin.name}-{origin.seed.hex()[:NAME_SUFFIX_DIGITS]}"


def merged_tags(tags: Any, default_tags: Mapping[str, str]) -> Any:
    """Merge the provider's default tags with the resource's own tags, which win.

    https://www.pulumi.com/registry/packages/aws/api-docs/provider/#default_tags_python
    """
    return UNKNOWN if has_unknown(tags) else {**default_tags, **tags}


def _below(defaults: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the defaults of the structure in `key`, by their paths within it."""
    return {
        name.removeprefix(f"{key}."): value for name, value in defaults.items() if name.startswith(f"{key}.")
    }


def _noted(kind: Kind, value: Any, defaults: Mapping[str, Any]) -> Any:
    """Fill in the defaults of every structure in `value` and record them there, as the Pulumi bridge does."""
    if isinstance(kind, Structure) and isinstance(value, dict):
        kinds = kind.inputs.kinds
        given = {key: _noted(kinds[key], item, _below(defaults, key)) for key, item in value.items()}
        filled = {key: item for key, item in defaults.items() if "." not in key and value.get(key) is None}
        return {DEFAULTS: sorted(filled), **given, **filled}
    if isinstance(kind, TextOr) and isinstance(value, dict):
        return UNKNOWN if has_unknown(value) else json.dumps(value)
    if isinstance(kind, ListOf) and isinstance(value, list):
        return [_noted(kind.item, item, defaults) for item in value]
    return value


def planned(kind: ResourceType, inputs: Properties, region: str) -> Properties:
    """Return the properties of a resource to be created; those that only the service knows are unknown."""
    return _with_unknowns(kind, _echoed(kind, inputs, region))


def replanned(kind: ResourceType, change: Change, region: str) -> Properties:
    """Return the properties of a resource to be updated; only the volatile ones become unknown."""
    schema = schema_of(kind.token)
    kept = {key: value for key, value in change.state.items() if key in schema.computed | kind.unknown}
    result = {**kept, **_echoed(kind, change.new, region)}
    if difference(kind, change.state, change.new, change.ignored).keys - kind.quiet:
        result |= dict.fromkeys(kind.volatile, UNKNOWN)
    return _with_unknowns(kind, result)


def assembled(kind: ResourceType, inputs: Properties, live: Properties, region: str) -> Properties:
    """Return the properties of an existing resource: the inputs, overridden by what the service returns."""
    return {
        key: value for key, value in {**_echoed(kind, inputs, region), **live}.items() if value is not None
    }


def _echoed(kind: ResourceType, inputs: Properties, region: str) -> Properties:
    given: Properties = stripped(inputs)
    schema = schema_of(kind.token)
    located = {"region": region} if "region" in schema.outputs else {}
    return {**located, **given, **kind.known(given)}


def _with_unknowns(kind: ResourceType, properties: Properties) -> Properties:
    unknown = schema_of(kind.token).computed | kind.unknown
    return {**dict.fromkeys(unknown, UNKNOWN), **properties}
