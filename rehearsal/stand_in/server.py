"""The provider's gRPC service: check, diff, create, read, update, delete and invoke.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto describes each call.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from concurrent import futures
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import grpc
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from rehearsal.stand_in import schema, wire
from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types import KINDS
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT_WITHOUT_CLOUD, ACCOUNT = "123456789012", "000000000000"


class NoCloudError(RuntimeError):
    """A call that needs an account, where there is only a preview."""


@dataclass
class Running:
    """A provider that listens."""

    port: int


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine; the names of its methods are the service's.

    Args:
        endpoint: The local cloud's URL, ``None`` for previews alone.
    """

    def __init__(self, endpoint: str | None) -> None:
        self._endpoint = endpoint
        self._region = ""
        self._default_tags: dict[str, str] = {}
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    @property
    def _context(self) -> Context:
        return Context(self._client, ACCOUNT_WITHOUT_CLOUD if self._endpoint is None else ACCOUNT, self._region, ROOT)

    def _client(self, service: str) -> Any:
        if self._endpoint is None:
            raise NoCloudError("this is a preview without an AWS account: nothing can be created")
        with self._lock:
            if service not in self._clients:
                self._clients[service] = boto3.client(
                    service,
                    endpoint_url=self._endpoint,
                    region_name=self._region,
                    aws_access_key_id="rehearsal",
                    aws_secret_access_key="rehearsal",  # noqa: S106 - the local cloud asks for none
                    config=Config(retries={"total_max_attempts": 1}),
                )
            return self._clients[service]

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return provider_pb2.ProviderHandshakeResponse()

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return plugin_pb2.PluginInfo(version="7.51.1")

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        args = wire.read(request.args)
        self._region = str(args.get("region", "us-east-1"))
        tags = args.get("defaultTags") or {}
        # Provider configuration comes as JSON texts.
        tags = json.loads(tags) if isinstance(tags, str) else tags
        self._default_tags = dict(tags.get("tags") or {})
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = _kind(request.urn, context)
        inputs, olds = wire.read(request.news), wire.read(request.olds)
        if kind.named and inputs.get("name") is None:
            inputs["name"] = olds.get("name") or _physical_name(request.urn)
        failures = [
            provider_pb2.CheckFailure(property=name, reason=reason)
            for name, reason in schema.faults(kind.resource, inputs)
        ]
        if "tags" in schema.fields(schema.arguments_class(kind.resource)) and self._default_tags:
            # The real provider merges its default tags here; policies see them as tagsAll.
            inputs["tagsAll"] = {**self._default_tags, **(inputs.get("tags") or {})}
        return provider_pb2.CheckResponse(inputs=wire.write(inputs), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = _kind(request.urn, context)
        olds, news = wire.read(request.old_inputs), wire.read(request.news)
        ignored = {path.split(".")[0].split("[")[0] for path in request.ignoreChanges}
        changed = sorted(
            name
            for name in (olds.keys() | news.keys()) - ignored
            if wire.comparable(olds.get(name)) != wire.comparable(news.get(name))
        )
        replaces = changed if kind.update is None else [name for name in changed if name in kind.replace_on]
        state = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=state, diffs=changed, replaces=replaces, deleteBeforeReplace=bool(replaces)
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = _kind(request.urn, context)
        inputs = wire.read(request.properties)
        if request.preview:
            computed = dict.fromkeys(schema.always_set(kind.resource) - inputs.keys(), wire.UNKNOWN)
            return provider_pb2.CreateResponse(id="", properties=wire.write({**computed, **inputs}))
        with _clear_errors(context, "create", request.urn):
            if kind.create is None:
                raise NoCloudError(f"{kind.token} can only be previewed: the local cloud has no such service")
            identifier, outputs = kind.create(self._context, inputs)
            return provider_pb2.CreateResponse(id=identifier, properties=wire.write({**inputs, **outputs}))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = _kind(request.urn, context)
        state, inputs = wire.read(request.properties), wire.read(request.inputs)
        with _clear_errors(context, "read", request.urn):
            found = {} if kind.read is None else kind.read(self._context, request.id, state)
            if found is None:
                return provider_pb2.ReadResponse(id="")
            now = {name: found[name] for name in inputs.keys() & found.keys()}
            return provider_pb2.ReadResponse(
                id=request.id, properties=wire.write({**state, **found}), inputs=wire.write({**inputs, **now})
            )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = _kind(request.urn, context)
        olds, news = wire.read(request.olds), wire.read(request.news)
        # A field that an input gave before and gives no more is gone; computed outputs stay.
        gone = wire.read(request.old_inputs).keys() - news.keys()
        kept = {name: value for name, value in olds.items() if name not in gone}
        if request.preview:
            computed = dict.fromkeys(kind.changes_with_update, wire.UNKNOWN)
            return provider_pb2.UpdateResponse(properties=wire.write({**kept, **computed, **news}))
        with _clear_errors(context, "update", request.urn):
            if kind.update is None:
                raise NoCloudError(f"{kind.token} cannot be updated in place")
            outputs = kind.update(self._context, request.id, olds, news)
            return provider_pb2.UpdateResponse(properties=wire.write({**kept, **news, **outputs}))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind = _kind(request.urn, context)
        with _clear_errors(context, "delete", request.urn):
            try:
                kind.delete(self._context, request.id, wire.read(request.properties))
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if "NotFound" not in code and "NoSuch" not in code:
                    raise
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        account = self._context.account
        identity = {
            "accountId": account,
            "arn": f"arn:aws:iam::{account}:user/rehearsal",
            "id": account,
            "userId": "rehearsal",
        }
        if request.tok != "aws:index/getCallerIdentity:getCallerIdentity":
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the stand-in does not know the function {request.tok}")
        return provider_pb2.InvokeResponse(**{"return": wire.write(identity)})

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return empty_pb2.Empty()


def _kind(urn: str, context: Any) -> Kind:
    token = urn.split("::")[2].split("$")[-1]
    if token not in KINDS:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the stand-in does not know the resource type {token}; add it to rehearsal/provider/types",
        )
    return KINDS[token]


def _physical_name(urn: str) -> str:
    """A name as the engine would make one, but the same for the same resource."""
    return f"{urn.split('::')[-1]}-{hashlib.sha256(urn.encode()).hexdigest()[:7]}"


@contextlib.contextmanager
def _clear_errors(context: Any, verb: str, urn: str) -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError, NoCloudError, ValueError, KeyError, OSError, TimeoutError) as error:
        what = f"{type(error).__name__}: {error}"
        context.abort(grpc.StatusCode.UNKNOWN, f"could not {verb} {urn.split('::')[-1]}: {what}")


@contextlib.contextmanager
def serve(endpoint: str | None) -> Iterator[Running]:
    """A provider on a free port of the loopback interface for the length of a ``with`` block."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(endpoint), server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield Running(port)
    finally:
        server.stop(grace=1).wait()
