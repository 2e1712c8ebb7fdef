"""Databases for tests without the local AWS, migrated by the same function that a stack deploys."""

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
    """Apply a bundle's migrations, and return the names of those that were applied.

    Args:
        server: Database server.
        password: Password of the server's user.
        bundle: Bundle in `node_host.DIST`, or an absolute path.
        environment: Additional or replacing environment variables of the function.
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
    """Yield a server with the tables and the seed's rows, for the length of a ``with`` block."""
    with postgres.running(directory, timezone) as server:
        migrate(server, server.password)
        database.load(server.dsn)
        yield server
