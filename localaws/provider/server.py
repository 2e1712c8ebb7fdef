"""Serves the provider on a free port of this machine."""

from __future__ import annotations

import contextlib
import threading
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from localaws.provider.cloud import Cloud, Waits
from localaws.provider.servicer import Servicer
from localaws.provider.types import TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from localaws.keys import Keys

WORKERS = 16
"""Maximum number of resources that the engine can process at the same time; some of them only wait."""
LARGEST_MESSAGE = 400 * 1024 * 1024
"""Maximum size of a gRPC message in bytes; the engine's own limit."""


@dataclass(frozen=True)
class Provider:
    """A provider that is being served.

    Attributes:
        port: TCP port it listens on. The engine attaches to it through ``PULUMI_DEBUG_PROVIDERS=aws:<port>``.
    """

    port: int


@contextlib.contextmanager
def serve(
    endpoint_url: str | None,
    region: str = "us-east-1",
    root: Path | None = None,
    keys: Keys | None = None,
) -> Iterator[Provider]:
    """Serve the stand-in until the ``with`` block ends.

    Args:
        endpoint_url: URL at which the AWS services listen. With None the provider only previews and never
            opens a connection.
        region: Region for providers whose configuration names none.
        root: The program's folder, against which relative archive paths are resolved. Defaults to the working
            directory.
        keys: Credentials that the AWS services accept.

    Yields:
        The running provider.
    """
    clouds: dict[str, Cloud] = {}
    lock, cancelled = threading.Lock(), threading.Event()

    def cloud(name: str) -> Cloud:
        with lock:
            return clouds.setdefault(
                name, Cloud(endpoint_url, name, root or Path.cwd(), Waits(cancelled), keys)
            )

    pool = futures.ThreadPoolExecutor(WORKERS, thread_name_prefix="provider")
    limits = [
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ]
    server = grpc.server(pool, options=limits)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        Servicer(TYPES, cloud, region, cancelled), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield Provider(port)
    finally:
        cancelled.set()
        server.stop(grace=None).wait()
        pool.shutdown(wait=True)
