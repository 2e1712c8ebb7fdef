"""Serving the provider on a free port of this machine."""

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
"""Resources that the engine may have in work at one time; some of them only wait."""
LARGEST_MESSAGE = 400 * 1024 * 1024
"""The engine's own limit on a message."""


@dataclass(frozen=True)
class Provider:
    """A provider that is being served.

    Attributes:
        port: Where; the engine attaches it by ``PULUMI_DEBUG_PROVIDERS=aws:<port>``.
    """

    port: int


@contextlib.contextmanager
def serve(
    endpoint_url: str | None,
    region: str = "us-east-1",
    root: Path | None = None,
    keys: Keys | None = None,
) -> Iterator[Provider]:
    """Serve the stand-in until the block ends.

    Args:
        endpoint_url: Where AWS's services listen; None previews only, and never opens a connection.
        region: Of providers whose configuration names none.
        root: The program's folder, which relative paths of archives start from; by default the working
            directory.
        keys: What AWS's services answer to.
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
