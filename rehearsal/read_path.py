"""What the rehearsal knows of the read path: for another one, this is the module to replace here.

Readers draw from `RECORDS`; everything else of a request is the contract's. What goes wrong behind the canary
in a scenario is a change of rows, so it stands here too.
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
"""What is read; users draw it evenly."""

DIFFERING = "creator.subscriptionPrice"
"""The path of the difference that `differ` makes: what the shadow has to name."""
_DIFFERING_IDS = "c-00%"
"""Half of the records get it, so that a minute of traffic is sure to meet it."""

LOGGED = "/creators/ID"
"""What a path in an access log has to look like, for people."""
_LOGGED = re.compile(r"^/creators/(?P<id>[^/]+)/?$")

FIRST_BROKEN = RECORDS[len(RECORDS) // 2]
"""From here on the bad release fails; not on the record that the release check asks for."""
BAD_RELEASE = f'''

_mock = mock


def mock(asked: Query) -> dict[str, Any] | None:
    """Half of the records are in a table that this release forgot."""
    if asked.creator_id >= {FIRST_BROKEN!r}:
        raise KeyError(asked.creator_id)
    return _mock(asked)
'''
"""What the bad release has at the end of its read contract: Python source."""


def path(record: str, limit: int) -> str:
    """The path and query string of a read."""
    return f"/creators/{record}?limit={limit}"


def logged(found: str) -> str | None:
    """The record that a path of an access log reads; ``None`` for a path of another kind."""
    matched = _LOGGED.match(found)
    return matched["id"] if matched else None


def expected(record: str, limit: int) -> Any:
    """What the mock answers, as a client reads it."""
    return json.loads(json.dumps(contract.mock(contract.Query(record, limit))))


def load(connection: psycopg.Connection) -> None:
    """Fill a migrated database with rows that equal what the mock answers."""
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
    """One field of some records is no longer what the mock says."""
    _reprice(connection, 1)


def agree(connection: psycopg.Connection) -> None:
    """It is what it was."""
    _reprice(connection, -1)


def spoil(connection: psycopg.Connection, share: float) -> list[str]:
    """Every so many records hold a balance that is no number, so that reading them fails on Prisma's side.

    PostgreSQL's numeric can be NaN (https://www.postgresql.org/docs/current/datatype-numeric.html); the
    contract's decimals cannot. Records are drawn evenly, so this is the share of canary reads that fail.

    Returns:
        Which records.
    """
    spoiled = list(RECORDS[:: round(1 / share)])
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE \"Creator\" SET balance = 'NaN' WHERE id = %s", [(one,) for one in spoiled]
        )
    return spoiled


def mend(connection: psycopg.Connection) -> None:
    """All records can be read again."""
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
