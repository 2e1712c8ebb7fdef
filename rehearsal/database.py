"""The rehearsal's database: a server, migrated, with the seed's rows."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import psycopg
from mock_read import seed

from rehearsal import migrations, postgres
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MIGRATIONS = ROOT / "functions" / "prisma_read" / "prisma" / "migrations"


def start(directory: Path, timezone: str = "UTC") -> postgres.PostgresServer:
    """Start a server ready for the Prisma function; whoever starts it stops it."""
    server = postgres.start(directory, timezone)
    try:
        migrations.apply(server.dsn, MIGRATIONS)
        load(server.dsn)
    except BaseException:
        server.stop()
        raise
    return server


@contextlib.contextmanager
def prepared(directory: Path, timezone: str = "UTC") -> Iterator[postgres.PostgresServer]:
    """The same for the length of a ``with`` block."""
    server = start(directory, timezone)
    try:
        yield server
    finally:
        server.stop()


def load(dsn: str) -> None:
    """Copy the seed's rows in."""
    creators = [found for found in map(seed.creator, seed.creator_ids()) if found is not None]
    posts = [(creator, post) for creator in creators for post in creator.posts]
    with psycopg.connect(dsn) as connection:
        _copy(
            connection,
            '"Creator" (id, handle, "displayName", bio, verified, "subscriptionPrice", balance, '
            '"createdAt", "lastSeenAt", tags)',
            (
                (
                    *(c.id, c.handle, c.display_name, c.bio, c.verified, c.subscription_price),
                    *(c.balance, c.created_at, c.last_seen_at, list(c.tags)),
                )
                for c in creators
            ),
        )
        _copy(
            connection,
            '"Link" ("creatorId", position, label, url)',
            ((c.id, n, link.label, link.url) for c in creators for n, link in enumerate(c.links)),
        )
        _copy(
            connection,
            '"Post" (id, "creatorId", title, body, price, "publishedAt", likes, tags)',
            ((p.id, c.id, p.title, p.body, p.price, p.published_at, p.likes, list(p.tags)) for c, p in posts),
        )
        _copy(
            connection,
            '"Media" ("postId", position, kind, url, width, height)',
            ((p.id, n, m.kind, m.url, m.width, m.height) for _, p in posts for n, m in enumerate(p.media)),
        )


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
