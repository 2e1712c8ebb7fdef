"""`python -m tests.package.attached` serves the package to an engine that attaches, without a language host.

The official CLI starts the plugin through its Python host, with the engine's address as an argument. An
engine that attaches to a running process sends its address in `Attach` instead, which the SDK's servicer does
not implement. Everything else, the whole package included, is real. Prints the port.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc.aio
from google.protobuf import empty_pb2
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2_grpc

from package.schema import COMPONENTS, NAME, VERSION


class Attached(ProviderServicer):
    """A servicer that learns its engine's address after it has started."""

    async def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802 - the protocol's name
        """Store the engine's address."""
        self.engine_address = request.address
        return empty_pb2.Empty()


async def serve() -> None:
    """Serve until this process is ended."""
    server = grpc.aio.server()
    servicer = Attached(ComponentProvider(COMPONENTS, NAME, version=VERSION), [], engine_address="")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve())
