"""Names, types and required fields of resources, learnt from the `pulumi_aws` SDK that is installed."""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi import _types

from rehearsal.stand_in import wire

if typing.TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def arguments_class(resource: type) -> type:
    """The SDK's Args class of a resource class."""
    found: type = getattr(sys.modules[resource.__module__], f"{resource.__name__}Args")
    return found


@functools.cache
def fields(arguments: type) -> dict[str, Any]:
    """Type of each input by its camelCase name."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    hints = _types.input_type_types(arguments)
    return {names[python]: hints[python] for python in names}


@functools.cache
def required(arguments: type) -> frozenset[str]:
    """CamelCase names of inputs without a default."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters.values()  # type: ignore[misc]
    needed = (p.name for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is p.empty)
    return frozenset(names[name] for name in needed)


@functools.cache
def always_set(resource: type) -> frozenset[str]:
    """CamelCase names of outputs that always have a value once the resource exists."""
    names = set()
    for attribute in vars(resource).values():
        if not isinstance(attribute, property) or attribute.fget is None:
            continue
        hint = typing.get_type_hints(attribute.fget).get("return")
        inner = typing.get_args(hint)[0] if typing.get_args(hint) else hint
        if not _optional(inner):
            names.add(getattr(attribute.fget, "_pulumi_name", attribute.fget.__name__))
    return frozenset(names)


def _optional(hint: Any) -> bool:
    return type(None) in typing.get_args(hint)


def faults(resource: type, inputs: Props) -> list[tuple[str, str]]:
    """What is wrong with inputs, as ``(property, reason)``."""
    arguments = arguments_class(resource)
    known = fields(arguments)
    wrong = [(name, f"{name} is no input of {resource.__name__}") for name in inputs if name not in known]
    wrong += [(name, f"{name} is required") for name in required(arguments) if inputs.get(name) is None]
    for name, value in inputs.items():
        if name in known and value is not None:
            wrong += [(name, reason) for reason in _type_faults(name, value, known[name])]
    return wrong


def _type_faults(where: str, value: Any, hint: Any) -> list[str]:
    if value == wire.UNKNOWN or value is None:
        return []
    hint = _unwrapped(hint)
    if isinstance(hint, type) and _types.is_input_type(hint):
        return _object_faults(where, value, hint)
    origin = typing.get_origin(hint)
    if origin in {list, Sequence}:
        if not isinstance(value, list):
            return [f"{where} must be a list"]
        return [r for n, item in enumerate(value) for r in _type_faults(f"{where}[{n}]", item, typing.get_args(hint)[0])]
    if origin in {dict, Mapping}:
        if not isinstance(value, dict):
            return [f"{where} must be a map"]
        return [r for key, item in value.items() for r in _type_faults(f"{where}.{key}", item, typing.get_args(hint)[1])]
    return _scalar_faults(where, value, hint)


def _object_faults(where: str, value: Any, hint: type) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} must be an object"]
    known = fields(hint)
    wrong = [f"{where}.{name} is no field of it" for name in value if name not in known]
    wrong += [f"{where}.{name} is required" for name in required(hint) if value.get(name) is None]
    return wrong + [r for name in value if name in known for r in _type_faults(f"{where}.{name}", value[name], known[name])]


def _scalar_faults(where: str, value: Any, hint: Any) -> list[str]:
    if hint is pulumi.Archive:
        return [] if wire.is_archive(value) else [f"{where} must be an archive"]
    good: dict[Any, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}
    if hint not in good:
        return []
    if isinstance(value, bool) and hint is not bool:
        return [f"{where} must be {hint.__name__}, not bool"]
    # The engine hands numbers and booleans over as text where the program gave text for them.
    return [] if isinstance(value, good[hint]) else [f"{where} must be {hint.__name__}, not {type(value).__name__}"]


def _unwrapped(hint: Any) -> Any:
    """An annotation without Input, Output, Awaitable, Optional, and typed dict twins of input classes."""
    while typing.get_origin(hint) in {typing.Union, types.UnionType}:
        options = [option for option in typing.get_args(hint) if not _wrapper(option)]
        if not options:
            return Any
        classes = [o for o in options if isinstance(o, type) and _types.is_input_type(o)]
        hint = classes[0] if classes else options[0]
    return hint


def _wrapper(option: Any) -> bool:
    if option is type(None) or typing.is_typeddict(option):
        return True
    origin = typing.get_origin(option)
    return origin is not None and (origin is pulumi.Output or origin.__name__ == "Awaitable")
