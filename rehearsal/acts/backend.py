"""Bad luck behind the canary: the database stops, one price changes, records turn out not to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from mock_read import seed

if TYPE_CHECKING:
    from rehearsal.hands import Hands
    from rehearsal.timeline import Step

SEEDED_CREATORS = "c-00%"
"""Half of the creators get the seeded difference, so that a minute of traffic is sure to meet it."""


def stop_database(hands: Hands, _step: Step) -> None:
    """PostgreSQL stops."""
    hands.database.stop()


def start_database(hands: Hands, _step: Step) -> None:
    """PostgreSQL comes back."""
    hands.database.start()


def seed_difference(hands: Hands, _step: Step) -> None:
    """One field is no longer what the mock says."""
    _run(
        hands,
        'UPDATE "Creator" SET "subscriptionPrice" = "subscriptionPrice" + 1 WHERE id LIKE %s',
        [(SEEDED_CREATORS,)],
    )


def mend_difference(hands: Hands, _step: Step) -> None:
    """The field is what it was."""
    _run(
        hands,
        'UPDATE "Creator" SET "subscriptionPrice" = "subscriptionPrice" - 1 WHERE id LIKE %s',
        [(SEEDED_CREATORS,)],
    )


def spoil_records(hands: Hands, step: Step) -> list[str]:
    """Every so many creators hold a balance that is no number, so that reading them fails on Prisma's side.

    PostgreSQL's numeric can be NaN (https://www.postgresql.org/docs/current/datatype-numeric.html); the
    contract's decimals cannot. Readers draw creators evenly, so the step's value is the share of canary
    reads that fail. Returns whom.
    """
    every = round(1 / (step.value or 1.0))
    spoiled = seed.creator_ids()[::every]
    _run(hands, "UPDATE \"Creator\" SET balance = 'NaN' WHERE id = %s", [(one,) for one in spoiled])
    return spoiled


def mend_records(hands: Hands, _step: Step) -> None:
    """All creators hold the balance they had."""
    known = [found for found in map(seed.creator, seed.creator_ids()) if found is not None]
    _run(hands, 'UPDATE "Creator" SET balance = %s WHERE id = %s', [(one.balance, one.id) for one in known])


def _run(hands: Hands, statement: str, rows: list[tuple[object, ...]]) -> None:
    with psycopg.connect(hands.database.dsn) as connection, connection.cursor() as cursor:
        cursor.executemany(statement, rows)
