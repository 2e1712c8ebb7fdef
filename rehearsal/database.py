"""The rehearsal's database: migrated by the stack's own function, then filled with the seed's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from mock_read import seed

from ops import migrate as migrations
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.target import Target


def migrate(functions: Any, target: Target) -> tuple[str, ...]:
    """Apply what is pending as `canary migrate` does; returns the names applied, none when run again.

    Args:
        functions: A boto3 client for Lambda.
        target: The unit that is up.

    Raises:
        OpsError: The function failed, or found drift.
    """
    done = migrations.migrate(functions, target)
    if done.exit_code:
        raise OpsError(" ".join(done.lines()))
    return done.applied


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
