"""Databases for tests without a cloud, migrated by the very function that a stack deploys."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from rehearsal import database, postgres
from tests.prisma_read import secrets_endpoint
from tests.prisma_read.node_host import NodeHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rehearsal.postgres import PostgresServer
    from tests.prisma_read.node_host import Server

BUNDLE = "migrate/index.mjs"


def migrate(server: Server, password: str, bundle: str = BUNDLE, **environment: str) -> list[str]:
    """Apply a bundle's migrations; returns the names of those applied now.

    Args:
        server: Where.
        password: Of its user.
        bundle: Of `node_host.DIST`, or a path of its own.
        environment: More, or other, variables of the function.
    """
    with secrets_endpoint.serving(lambda: password) as url:
        host = NodeHost(server, bundle, AWS_ENDPOINT_URL=url, **environment)
        try:
            told = host.ask({"request": "apply"})
        finally:
            host.end()
    assert told.get("answer", {}).get("status") == "ok", told
    applied: list[str] = told["answer"]["applied"]
    return applied


@contextlib.contextmanager
def prepared(directory: Path, timezone: str = "UTC") -> Iterator[PostgresServer]:
    """A server with the tables and the seed's rows, for the length of a ``with`` block."""
    with postgres.running(directory, timezone) as server:
        migrate(server, server.password)
        database.load(server.dsn)
        yield server
