"""What a table of resource types says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


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
        state: All properties as last known; changes are told against these.
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
    """The calls behind a resource.

    Attributes:
        create: Makes it and returns its identifier.
        read: Its live properties by identifier and last known properties; None when it is gone. They are
            the state that the next update is compared with, so they are what the service returns, unchanged;
            a property that is None is absent, one that is left out stays as it was given.
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
        defaults: Inputs that the provider fills in when they are not given; those of a structure, by such
            paths, where the structure is.
        computed: Inputs that the service fills in when they are not given: unknown until then, and no
            difference afterwards. A path into a structure goes by names: ``loggingConfig.logGroup``.
        unordered: Lists, by such paths, whose order means nothing: sets of the real provider's schema.
        json_texts: Texts, by such paths, that the real provider compares by what they say.
        policies: Policies, by such paths, that it compares as policies.
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
    unordered: frozenset[str] = frozenset()
    json_texts: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    volatile: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset({"tags", "tagsAll"})
    autoname: str | None = None
    known: Callable[[Properties], Properties] = field(default=lambda _: {})

    @property
    def filled(self) -> frozenset[str]:
        """Inputs that may hold what the program did not give: every type's region is the provider's."""
        return self.computed | {"region"}

    @property
    def unknown(self) -> frozenset[str]:
        """Inputs that only an update will know when they are not given."""
        return frozenset(name for name in self.computed if "." not in name)


def keys(text: str) -> frozenset[str]:
    """Names in a text, for tables: ``keys("name path")``."""
    return frozenset(text.split())
