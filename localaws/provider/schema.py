"""Resource schemas, read from the `pulumi_aws` SDK that the program itself uses.

The SDK is generated from the provider's own schema. Its argument classes therefore say which inputs exist,
which are required and what their types are. Nothing is downloaded, and an update of the SDK also updates the
checks.
"""

from __future__ import annotations

import collections.abc
import functools
import importlib
import inspect
import keyword
import threading
import typing
import warnings
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi import _types

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnknownTypeError(LookupError):
    """The SDK has no such resource type."""


@dataclass(frozen=True)
class Scalar:
    """A scalar: ``str``, ``int``, ``float``, ``bool``, ``asset``, ``archive`` or ``any``."""

    name: str


@dataclass(frozen=True)
class ListOf:
    """A list of items of one kind."""

    item: Kind


@dataclass(frozen=True)
class MapOf:
    """A map whose keys the user chooses."""

    item: Kind


@dataclass(frozen=True)
class Structure:
    """An object with known keys. Its class is inspected only when a value of it appears."""

    cls: type[Any]

    @property
    def inputs(self) -> Inputs:
        """The keys of the object."""
        return inputs_of(typing.cast("typing.Hashable", self.cls))


@dataclass(frozen=True)
class TextOr:
    """A JSON string or the object it encodes: policy documents may be given as either."""

    structure: Structure


Kind = Scalar | ListOf | MapOf | Structure | TextOr

_IMPORTING = threading.Lock()
"""Allows one import at a time to change the warning filters, which belong to the whole process."""

ANY = Scalar("any")
_SCALARS: Mapping[Any, Scalar] = {
    str: Scalar("str"),
    int: Scalar("int"),
    float: Scalar("float"),
    bool: Scalar("bool"),
    pulumi.Archive: Scalar("archive"),
    pulumi.Asset: Scalar("asset"),
}
_LISTS = (list, collections.abc.Sequence)
_MAPS = (dict, collections.abc.Mapping)


@dataclass(frozen=True)
class Inputs:
    """The keys of a resource's inputs, or of a structure in them, by their Pulumi names."""

    kinds: Mapping[str, Kind]
    required: frozenset[str]


@dataclass(frozen=True)
class Schema:
    """What the SDK says about one resource type.

    Attributes:
        token: Pulumi's name for the type.
        inputs: Its inputs.
        outputs: Names of all output properties, including inputs that are echoed.
    """

    token: str
    inputs: Inputs
    outputs: frozenset[str] = field(repr=False)

    @property
    def computed(self) -> frozenset[str]:
        """Outputs that are not inputs; only the service knows them."""
        return self.outputs - self.inputs.kinds.keys()

    @property
    def taggable(self) -> bool:
        """Whether the provider's default tags apply to the type."""
        return "tagsAll" in self.outputs


@functools.cache
def schema_of(token: str) -> Schema:
    """Return the schema of the resource type ``aws:<module>/<member>:<Class>``.

    Raises:
        UnknownTypeError: The SDK has no type of that name.
    """
    resource = _sdk_class(token)
    arguments = getattr(importlib.import_module(resource.__module__), f"{resource.__name__}Args")
    return Schema(token, inputs_of(arguments), frozenset(_types.resource_types(resource)))


@functools.cache
def inputs_of(cls: Any) -> Inputs:
    """Return the keys, kinds and required keys of an argument class of the SDK."""
    names = _types.input_type_py_to_pulumi_names(cls)
    kinds = {name: kind_of(declared) for name, declared in _types.input_type_types(cls).items()}
    parameters = inspect.signature(cls).parameters.items()
    required = {names[name] for name, given in parameters if name in names and given.default is given.empty}
    return Inputs(kinds, frozenset(required))


def kind_of(declared: Any) -> Kind:
    """Return the kind of value behind an annotation of the SDK, ignoring futures, outputs and ``None``."""
    if declared in _SCALARS:
        return _SCALARS[declared]
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if origin in _LISTS:
        return ListOf(kind_of(arguments[0]))
    if origin in _MAPS:
        return MapOf(kind_of(arguments[1]))
    if inspect.isclass(declared) and _types.is_input_type(declared):
        return Structure(declared)
    return _first_of([kind_of(part) for part in arguments if _carries_a_value(part)])


def _first_of(kinds: list[Kind]) -> Kind:
    """Choose the kind of a union.

    A union lists the same structure both as a class and as a dictionary, and a string also as an enum.
    """
    structures = [kind for kind in kinds if isinstance(kind, Structure)]
    if structures and Scalar("str") in kinds:
        return TextOr(structures[0])
    others = [kind for kind in kinds if kind != ANY]
    return (structures or others or [ANY])[0]


def _carries_a_value(part: Any) -> bool:
    if part is type(None) or typing.get_origin(part) in (collections.abc.Awaitable, pulumi.Output):
        return False
    return not (inspect.isclass(part) and issubclass(part, Enum))


def _sdk_class(token: str) -> type[Any]:
    absent = UnknownTypeError(f"{token}: the pulumi_aws SDK has no such resource type")
    package, _, rest = token.partition(":")
    path, _, name = rest.partition(":")
    module = path.split("/")[0]
    module = f"{module}_" if keyword.iskeyword(module) else module
    if package != "aws" or not module.isidentifier():
        raise absent
    try:
        found: type[Any] = _attribute(f"pulumi_aws.{module}", name)
    except (ImportError, AttributeError):
        raise absent from None
    if getattr(found, "pulumi_type", None) != token:
        raise absent
    return found


def _attribute(module: str, name: str) -> Any:
    """Import a class of the SDK.

    Importing its module also runs deprecated modules next to it, whose warnings are suppressed here.
    """
    with _IMPORTING, warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"aws\.\S+ has been deprecated in favor of", DeprecationWarning)
        # The module is lazy: looking up the attribute imports it.
        return getattr(importlib.import_module(module), name)
