"""What the tables say about a resource type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


class ProviderError(Exception):
    """The provider refuses; the message is for the person who runs the engine."""


class InitError(ProviderError):
    """The resource exists but did not reach its intended state.

    Attributes:
        identifier: Identifier of the existing resource, which the engine must remember.
    """

    def __init__(self, identifier: str, reason: str) -> None:
        super().__init__(reason)
        self.identifier = identifier


@dataclass(frozen=True)
class Change:
    """An update of one resource.

    Attributes:
        identifier: Identifier of the resource.
        old: Inputs of the last update, or as refreshed since.
        state: All properties as last known; changes are determined against these.
        new: Inputs wanted now.
        keys: Inputs that differ.
        ignored: Property paths whose changes the program ignores.
    """

    identifier: str
    old: Properties
    state: Properties
    new: Properties
    keys: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lifecycle:
    """The AWS calls behind a resource type.

    Attributes:
        create: Creates the resource and returns its identifier.
        read: Returns the live properties for an identifier and the last known properties, or None if the
            resource no longer exists. The next update is compared with these properties, so they must be what
            the service returns, unchanged. A property that is None counts as absent. A property that is
            missing from the result keeps the value that the program gave it.
        delete: Deletes the resource. It need not handle a missing resource: `Resources.delete` ignores that
            error.
        update: Updates the resource in place. None if every input forces a replacement or if only tags can
            change.
    """

    create: Callable[[Cloud, Properties], str]
    read: Callable[[Cloud, str, Properties], Properties | None]
    delete: Callable[[Cloud, str, Properties], None]
    update: Callable[[Cloud, Change], None] | None = None


@dataclass(frozen=True)
class ResourceType:
    """One row of a table. The inputs themselves come from the SDK's schema.

    Paths into a structure are names joined by dots, such as ``loggingConfig.logGroup``.

    Attributes:
        token: Pulumi's name for the type.
        lifecycle: The calls behind it. None if the local cloud does not have this type; it can then only be
            previewed.
        replace: Inputs that cannot change in place.
        defaults: Inputs that the provider fills in when they are omitted. Those of a structure are given by
            path, and apply only if the structure is present.
        computed: Inputs, by path, that the service fills in when they are omitted. They are unknown until
            then, and make no difference afterwards.
        unordered: Lists, by path, whose order has no meaning; they are sets in the real provider's schema.
        json_texts: Strings, by path, that the real provider compares as JSON.
        policies: Strings, by path, that the real provider compares as IAM policies.
        volatile: Outputs whose value may change in an update.
        quiet: Inputs whose change does not affect the volatile outputs.
        autoname: The input that is derived from the resource's name in the program, if any.
        known: Computes the outputs that follow from the inputs alone, for previews.
    """

    token: str
    lifecycle: Lifecycle | None = None
    replace: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()
    json_texts: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    volatile: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset({"tags", "tagsAll"})
    autoname: str | None = None
    known: Callable[[Properties], Properties] = field(default=lambda _: {})

    @property
    def filled(self) -> frozenset[str]:
        """Inputs that may have a value although the program gave none.

        They are the computed inputs, and for every type the region, which the provider sets.
        """
        return self.computed | {"region"}

    @property
    def unknown(self) -> frozenset[str]:
        """Top-level inputs that are unknown until an update if the program omits them."""
        return frozenset(name for name in self.computed if "." not in name)


def keys(text: str) -> frozenset[str]:
    """Split a string of names, so that tables stay short: ``keys("name path")``."""
    return frozenset(text.split())
