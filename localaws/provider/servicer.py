# ruff: noqa: ARG002, N802 - the protocol dictates the methods' names and arguments
"""The provider's gRPC service.

Protocol: https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/providers/implementers-guide.html
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from localaws.provider.configuration import Configuration, config_failures, parsed
from localaws.provider.invokes import invoke
from localaws.provider.model import Change
from localaws.provider.plan import Origin
from localaws.provider.resources import Resources, Urn
from localaws.provider.status import told
from localaws.provider.wire import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import grpc

    from localaws.provider.checks import Failure
    from localaws.provider.cloud import Cloud
    from localaws.provider.model import ResourceType


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves any number of configured `aws.Provider` resources.

    The engine opens one connection for each `aws.Provider`, and later requests do not say which of them they
    belong to. The servicer therefore tells their configurations apart by the address of the connection.

    Args:
        types: Resource types by token.
        cloud: Returns the clients of a region. It is a parameter so that tests can supply fakes.
        region: Region for providers whose configuration names none.
        cancelled: Ends every wait when set.
    """

    def __init__(
        self,
        types: Mapping[str, ResourceType],
        cloud: Callable[[str], Cloud],
        region: str,
        cancelled: threading.Event,
    ) -> None:
        self._cloud, self._region, self._cancelled = cloud, region, cancelled
        self._resources = Resources(types, cloud)
        self._lock = threading.Lock()
        self._configured: dict[str, Configuration] = {}
        self._last = Configuration(region)

    def _configuration(self, context: grpc.ServicerContext) -> Configuration:
        with self._lock:
            return self._configured.get(context.peer(), self._last)

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Decline to handle secrets; the engine then marks outputs as secret if their inputs were."""
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Accept the attachment; there is nothing to set up."""
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return no version, because this plugin is never chosen by version."""
        return plugin_pb2.PluginInfo()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End every wait."""
        self._cancelled.set()
        return empty_pb2.Empty()

    @told
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Check the names and types of the provider's own configuration."""
        news = decode(request.news)
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(config_failures(news)))

    @told
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Report whether the configuration changed; any change is made in place."""
        same = decode(request.old_inputs or request.olds) == decode(request.news)
        return provider_pb2.DiffResponse(changes=_DIFF_NONE if same else _DIFF_SOME)

    @told
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Store the configuration of this connection, and clear the cancellation of an earlier run."""
        self._cancelled.clear()
        configuration = parsed(decode(request.args), self._region)
        with self._lock:
            self._configured[context.peer()] = self._last = configuration
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    @told
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Complete the inputs and report what is wrong with them."""
        urn, tags = Urn.parse(request.urn), self._configuration(context).default_tags
        origin = Origin(urn.name, request.randomSeed, tags, decode(request.olds))
        inputs, wrong = self._resources.check(urn, decode(request.news), origin)
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=_failures(wrong))

    @told
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Report what an update would change."""
        found = self._resources.diff(
            Urn.parse(request.urn), decode(request.olds), decode(request.news), request.ignoreChanges
        )
        kinds = {**dict.fromkeys(found.added, "ADD"), **dict.fromkeys(found.removed, "DELETE")}
        kinds |= dict.fromkeys(found.changed, "UPDATE")
        details = {
            key: provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(
                    kind + ("_REPLACE" if key in found.replace else "")
                ),
                inputDiff=True,
            )
            for key, kind in kinds.items()
        }
        return provider_pb2.DiffResponse(
            changes=_DIFF_SOME if found.keys else _DIFF_NONE,
            diffs=sorted(found.keys),
            replaces=sorted(found.replace),
            deleteBeforeReplace=found.delete_first,
            detailedDiff=details,
            hasDetailedDiff=True,
        )

    @told
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Create a resource; in a preview, return the properties that are already known."""
        urn, inputs, region = (
            Urn.parse(request.urn),
            decode(request.properties),
            self._configuration(context).region,
        )
        if request.preview:
            return provider_pb2.CreateResponse(
                properties=encode(self._resources.plan_create(urn, inputs, region))
            )
        identifier, properties = self._resources.create(urn, inputs, region)
        return provider_pb2.CreateResponse(id=identifier, properties=encode(properties))

    @told
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the live resource, or an empty response if it no longer exists."""
        inputs, state = decode(request.inputs), decode(request.properties)
        known = Change(request.id, inputs, state, inputs)
        found = self._resources.read(Urn.parse(request.urn), known, self._configuration(context).region)
        if found is None:
            return provider_pb2.ReadResponse()
        properties, fresh = found
        return provider_pb2.ReadResponse(id=request.id, properties=encode(properties), inputs=encode(fresh))

    @told
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Update a resource; in a preview, return the properties that are already known."""
        urn, region = Urn.parse(request.urn), self._configuration(context).region
        change = Change(
            request.id,
            decode(request.old_inputs),
            decode(request.olds),
            decode(request.news),
            ignored=tuple(request.ignoreChanges),
        )
        act = self._resources.plan_update if request.preview else self._resources.update
        properties = act(urn, change, region)
        return provider_pb2.UpdateResponse(properties=encode(properties))

    @told
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Delete a resource."""
        region = self._configuration(context).region
        self._resources.delete(Urn.parse(request.urn), request.id, decode(request.properties), region)
        return empty_pb2.Empty()

    @told
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer a call of a provider function."""
        cloud = self._cloud(self._configuration(context).region)
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(encode(invoke(cloud, request.tok, decode(request.args))))
        return answer


_DIFF_NONE, _DIFF_SOME = provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_SOME


def _failures(found: Iterable[Failure]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=item.property, reason=item.reason) for item in found]
