"""What a table of resource types says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rehearsal.provider.cloud import Cloud
    from rehearsal.provider.wire import Properties


class ProviderError(Exception):
    """Refused, with a message for the person who runs the engine."""


class InitError(ProviderError):
    """The resource exists, but did not get as far as it must.

    Attributes:
        identifier: Of the resource that exists and has to be remembered.
    """

    def __init__(self, identifier: str, reason: str) -> None:
        super().__init__(reason)
        self.identifier = identifier


@dataclass(frozen=True)
class Change:
    """An update.

    Attributes:
        old: Inputs of the last update, or as refreshed since.
        state: All properties as last known.
        new: Inputs wanted now.
        keys: Inputs that differ.
    """

    identifier: str
    old: Properties
    state: Properties
    new: Properties
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lifecycle:
    """The calls behind a resource.

    Attributes:
        create: Makes it and returns its identifier.
        read: Its live properties by identifier and last known properties; None when it is gone.
        update: Changes it in place; None when every input forces a replacement, or tags alone can change.
        delete: Removes it. A missing resource is no error: the server answers for that.
    """

    create: Callable[[Cloud, Properties], str]
    read: Callable[[Cloud, str, Properties], Properties | None]
    delete: Callable[[Cloud, str, Properties], None]
    update: Callable[[Cloud, Change], None] | None = None


@dataclass(frozen=True)
class ResourceType:
    """One row of a table; the inputs themselves come from the SDK's schema.

    Attributes:
        token: Pulumi's name of the type.
        lifecycle: None: it can be previewed, and the local cloud has none of it.
        replace: Inputs that cannot change in place.
        defaults: Inputs that the provider fills in when they are not given.
        computed: Inputs that the service fills in when they are not given: unknown until then.
        volatile: Outputs that another value is to be expected of after an update.
        quiet: Inputs whose change leaves the volatile outputs alone.
        autoname: The input that is derived from the resource's name in the program, if any.
        known: Outputs that follow from the inputs alone, for previews.
    """

    token: str
    lifecycle: Lifecycle | None = None
    replace: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    volatile: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset({"tags", "tagsAll"})
    autoname: str | None = None
    known: Callable[[Properties], Properties] = field(default=lambda _: {})


def keys(text: str) -> frozenset[str]:
    """Names in a text, for tables: ``keys("name path")``."""
    return frozenset(text.split())
