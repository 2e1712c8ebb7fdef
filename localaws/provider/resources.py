"""The provider's operations on decoded values; the gRPC service around them only translates."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from localaws.provider import plan
from localaws.provider.checks import Failure, failures
from localaws.provider.cloud import code_of, is_missing
from localaws.provider.difference import Difference, difference
from localaws.provider.model import Change, InitError, Lifecycle, ProviderError, ResourceType
from localaws.provider.refreshed import imported, refreshed
from localaws.provider.schema import schema_of
from localaws.provider.wire import stripped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

T = TypeVar("T")


@dataclass(frozen=True)
class Urn:
    """The parts of a resource's URN that the provider needs."""

    token: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Urn:
        """Parse ``urn:pulumi:stack::project::parent$type::name``."""
        _, _, types, name = text.split("::", 3)
        return cls(types.rsplit("$", 1)[-1], name)

    def __str__(self) -> str:
        """Return the resource as messages name it: type token and name."""
        return f"{self.token} {self.name}"


@dataclass(frozen=True)
class _Target:
    """A resource together with what is needed to make its calls."""

    urn: Urn
    kind: ResourceType
    cloud: Cloud
    lifecycle: Lifecycle

    def properties(self, identifier: str, inputs: Properties, state: Properties) -> Properties:
        """Read the resource's properties right after it was created or updated."""
        known = {**state, **stripped(inputs)}
        live = _called(self.urn, lambda: self.lifecycle.read(self.cloud, identifier, known))
        if live is None:
            raise InitError(
                identifier, f"{self.urn}: {identifier} was made, and then was not there to be read"
            )
        return plan.assembled(self.kind, inputs, live, self.cloud.region)


class Resources:
    """Checks, compares, creates, reads, updates and deletes resources as the tables of resource types say.

    Args:
        types: Every known resource type, by its token.
        cloud: Returns the clients of a region.
    """

    def __init__(self, types: Mapping[str, ResourceType], cloud: Callable[[str], Cloud]) -> None:
        self._types, self._cloud = types, cloud

    def check(self, urn: Urn, inputs: Properties, origin: plan.Origin) -> tuple[Properties, list[Failure]]:
        """Return the completed inputs and what is wrong with them."""
        kind = self._types.get(urn.token)
        if kind is None:
            return inputs, [Failure("", self._no_such_type(urn.token))]
        plain = {key: value for key, value in stripped(inputs).items() if key != "tagsAll"}
        if wrong := list(failures(schema_of(kind.token).inputs, plain)):
            return inputs, wrong
        return plan.completed(kind, plain, origin), []

    def diff(self, urn: Urn, state: Properties, new: Properties, ignored: Iterable[str]) -> Difference:
        """Compare the state with the inputs wanted now."""
        return difference(self._type(urn.token), state, new, ignored)

    def plan_create(self, urn: Urn, inputs: Properties, region: str) -> Properties:
        """Return the properties that a preview can know of a resource to be created."""
        return plan.planned(self._type(urn.token), inputs, _region(inputs, region))

    def plan_update(self, urn: Urn, change: Change, region: str) -> Properties:
        """Return the properties that a preview can know of a resource to be updated."""
        return plan.replanned(self._type(urn.token), change, _region(change.new, region))

    def create(self, urn: Urn, inputs: Properties, region: str) -> tuple[str, Properties]:
        """Create the resource and return its identifier and properties.

        Raises:
            InitError: The resource was created but did not reach its intended state.
            ProviderError: The resource was not created.
        """
        target, given = self._target(urn, inputs, region), stripped(inputs)
        identifier = _called(urn, lambda: target.lifecycle.create(target.cloud, given))
        return identifier, target.properties(identifier, inputs, {})

    def update(self, urn: Urn, change: Change, region: str) -> Properties:
        """Update the resource and return its new properties.

        Raises:
            ProviderError: The service refused the update.
        """
        target = self._target(urn, change.new, region)
        keys = difference(target.kind, change.state, change.new, change.ignored).keys
        plain = replace(change, old=stripped(change.old), new=stripped(change.new), keys=keys)
        if (apply := target.lifecycle.update) is not None:
            _called(urn, lambda: apply(target.cloud, plain))
        return target.properties(change.identifier, change.new, change.state)

    def read(self, urn: Urn, known: Change, region: str) -> tuple[Properties, Properties] | None:
        """Return the live properties and the refreshed inputs, or None if the resource no longer exists.

        Args:
            urn: The resource to read.
            known: Its identifier, and its last known inputs and state.
            region: Region to read from, unless the inputs name one.
        """
        target, inputs = self._target(urn, known.old, region), known.old
        live = _called(urn, lambda: target.lifecycle.read(target.cloud, known.identifier, known.state))
        if live is None:
            return None
        names = frozenset(schema_of(urn.token).inputs.kinds.keys() - {"region", "tags", "tagsAll"})
        if not inputs:
            inputs = imported(target.kind, live, names)
        properties = plan.assembled(target.kind, {**inputs, **known.state}, live, target.cloud.region)
        return properties, refreshed(inputs, properties)

    def delete(self, urn: Urn, identifier: str, state: Properties, region: str) -> None:
        """Delete the resource; a resource that no longer exists is not an error."""
        target = self._target(urn, state, region)

        def remove() -> None:
            try:
                target.lifecycle.delete(target.cloud, identifier, state)
            except ClientError as error:
                if not is_missing(error):
                    raise

        _called(urn, remove)

    def _target(self, urn: Urn, properties: Properties, region: str) -> _Target:
        kind, cloud = self._type(urn.token), self._cloud(_region(properties, region))
        if not cloud.live:
            raise ProviderError(f"{urn}: without an endpoint this provider only previews")
        if kind.lifecycle is None:
            raise ProviderError(f"{urn}: the local cloud has none of these; it can only be previewed")
        return _Target(urn, kind, cloud, kind.lifecycle)

    def _type(self, token: str) -> ResourceType:
        if token not in self._types:
            raise ProviderError(self._no_such_type(token))
        return self._types[token]

    def _no_such_type(self, token: str) -> str:
        close = difflib.get_close_matches(token, self._types, n=1)
        hint = f"; the closest it knows is {close[0]}" if close else ""
        return f"{token}: this stand-in for the AWS provider does not know this resource type{hint}"


def _region(properties: Properties, default: str) -> str:
    own = properties.get("region")
    return own if isinstance(own, str) else default


def _called(urn: Urn, call: Callable[[], T]) -> T:
    """Return what `call` returns; errors name the resource's type and name."""
    try:
        return call()
    except ClientError as error:
        detail = error.response.get("Error", {}).get("Message") or "no message"
        why = f"{error.operation_name} was refused: {code_of(error)}: {detail}"
        raise ProviderError(f"{urn}: {why}") from error
    except InitError as error:
        raise InitError(error.identifier, f"{urn}: {error}") from error
    except (BotoCoreError, ProviderError, OSError) as error:
        raise ProviderError(f"{urn}: {' '.join(str(error).split())}") from error
