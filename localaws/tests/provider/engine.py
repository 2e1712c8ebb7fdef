"""The provider's other side: what the engine asks, for tests that are quicker without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from localaws.keys import Keys
from localaws.provider.cloud import Cloud
from localaws.provider.wire import decode, encode

if TYPE_CHECKING:
    import grpc

    from localaws.local_cloud import LocalCloud
    from localaws.provider.wire import Properties

SEED = bytes(range(32))


class Engine:
    """One provider resource's connection."""

    def __init__(self, channel: grpc.Channel, cloud: LocalCloud | None = None) -> None:
        endpoint, keys = (cloud.endpoint, cloud.keys) if cloud else (None, Keys.random())
        self._cloud = Cloud(endpoint, "us-east-1", keys=keys)
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)
        args = encode({"region": "us-east-1", "defaultTags": {"tags": {"stack": "test"}}})
        self._stub.Configure(provider_pb2.ConfigureRequest(args=args))

    def client(self, service: str) -> Any:
        """A client of the cloud behind the provider, for what no resource of ours makes."""
        return self._cloud.client(service)

    def check(self, token: str, name: str, inputs: Properties, old: Properties | None = None) -> Properties:
        """Checked inputs; a failure fails the test."""
        asked = provider_pb2.CheckRequest(
            urn=_urn(token, name), news=encode(inputs), olds=encode(old or {}), randomSeed=SEED
        )
        answer = self._stub.Check(asked)
        assert not answer.failures, [(item.property, item.reason) for item in answer.failures]
        return decode(answer.inputs)

    def create(self, token: str, name: str, inputs: Properties, *, preview: bool = False) -> Any:
        """Identifier and properties of a new resource."""
        asked = provider_pb2.CreateRequest(urn=_urn(token, name), properties=encode(inputs), preview=preview)
        answer = self._stub.Create(asked)
        return answer.id, decode(answer.properties)

    def read(self, token: str, name: str, made: Made) -> tuple[str, Properties, Properties]:
        """Identifier, properties and inputs as they are now; the identifier is empty when it is gone."""
        asked = provider_pb2.ReadRequest(
            urn=_urn(token, name),
            id=made.identifier,
            properties=encode(made.state),
            inputs=encode(made.inputs),
        )
        answer = self._stub.Read(asked)
        return answer.id, decode(answer.properties), decode(answer.inputs)

    def diff(self, token: str, name: str, made: Made, inputs: Properties) -> tuple[set[str], set[str]]:
        """Inputs that differ, and those of them that replace."""
        asked = provider_pb2.DiffRequest(
            urn=_urn(token, name),
            id=made.identifier,
            old_inputs=encode(made.inputs),
            olds=encode(made.state),
            news=encode(inputs),
        )
        answer = self._stub.Diff(asked)
        return set(answer.diffs), set(answer.replaces)

    def update(self, token: str, name: str, made: Made, inputs: Properties) -> Properties:
        """Properties after a change in place."""
        asked = provider_pb2.UpdateRequest(
            urn=_urn(token, name),
            id=made.identifier,
            old_inputs=encode(made.inputs),
            olds=encode(made.state),
            news=encode(inputs),
        )
        return decode(self._stub.Update(asked).properties)

    def delete(self, token: str, name: str, made: Made) -> None:
        """Remove it."""
        self._stub.Delete(
            provider_pb2.DeleteRequest(
                urn=_urn(token, name), id=made.identifier, properties=encode(made.state)
            )
        )


class Made:
    """A resource that exists."""

    def __init__(self, identifier: str, inputs: Properties, state: Properties) -> None:
        self.identifier = identifier
        self.inputs = inputs
        self.state = state


def _urn(token: str, name: str) -> str:
    return f"urn:pulumi:test::project::{token}::{name}"
