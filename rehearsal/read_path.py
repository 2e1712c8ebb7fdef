"""What the rehearsal knows about the read path. To rehearse another read path, replace this module.

Users read from `RECORDS`; everything else about a request comes from the contract. A scenario makes the
canary's backend fail by changing rows, so those changes are here too.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from canary.read import contract, seed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg

RECORDS = tuple(seed.creator_ids())
"""Ids of the records that users read; each is equally likely."""

DIFFERING = "creator.subscriptionPrice"
"""Path of the difference that `differ` creates and that the shadow must name."""
_DIFFERING_IDS = "c-00%"
"""Pattern of the record ids that get the difference: half of them, so that a minute of traffic meets one."""

LOGGED = "/creators/ID"
"""Form that a path in an access log must have, as messages show it."""
_LOGGED = re.compile(r"^/creators/(?P<id>[^/]+)/?$")

FIRST_BROKEN = RECORDS[len(RECORDS) // 2]
"""First record on which the bad release fails. The record that the release check reads comes before it."""
BAD_RELEASE = f'''

_mock = mock


def mock(asked: Query) -> dict[str, Any] | None:
    """Half of the records are in a table that this release forgot."""
    if asked.creator_id >= {FIRST_BROKEN!r}:
        raise KeyError(asked.creator_id)
    return _mock(asked)
'''
"""Python source that the bad release has at the end of its read contract."""


def path(record: str, limit: int) -> str:
    """Return the path and query string of a read."""
    return f"/creators/{record}?limit={limit}"


def logged(found: str) -> str | None:
    """Return the record that a path in an access log reads; ``None`` for any other path."""
    matched = _LOGGED.match(found)
    return matched["id"] if matched else None


def expected(record: str, limit: int) -> Any:
    """Return the mock's answer as a client reads it."""
    return json.loads(json.dumps(contract.mock(contract.Query(record, limit))))


def load(connection: psycopg.Connection) -> None:
    """Fill a migrated database with rows that equal the mock's answers."""
    creators = [found for found in map(seed.creator, RECORDS) if found is not None]
    posts = [(creator, post) for creator in creators for post in creator.posts]
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


def differ(connection: psycopg.Connection) -> None:
    """Change one field of some records, so that it differs from the mock's answer."""
    _reprice(connection, 1)


def agree(connection: psycopg.Connection) -> None:
    """Undo `differ`."""
    _reprice(connection, -1)


def spoil(connection: psycopg.Connection, share: float) -> list[str]:
    """Make reading a share of the records fail on Prisma's side, by storing a balance that is not a number.

    PostgreSQL's numeric can be NaN (https://www.postgresql.org/docs/current/datatype-numeric.html); the
    contract's decimals cannot. All records are equally likely to be read, so this is also the share of canary
    reads that fail.

    Args:
        connection: Connection to the database.
        share: Share of the records, from 0 to 1.

    Returns:
        Ids of the records that were changed.
    """
    spoiled = list(RECORDS[:: round(1 / share)])
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE \"Creator\" SET balance = 'NaN' WHERE id = %s", [(one,) for one in spoiled]
        )
    return spoiled


def mend(connection: psycopg.Connection) -> None:
    """Make all records readable again."""
    known = [found for found in map(seed.creator, RECORDS) if found is not None]
    with connection.cursor() as cursor:
        cursor.executemany(
            'UPDATE "Creator" SET balance = %s WHERE id = %s', [(one.balance, one.id) for one in known]
        )


def _reprice(connection: psycopg.Connection, by: int) -> None:
    connection.execute(
        'UPDATE "Creator" SET "subscriptionPrice" = "subscriptionPrice" + %s WHERE id LIKE %s',
        (by, _DIFFERING_IDS),
    )


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
