"""Bad luck behind the canary: the database stops, one field changes, or records cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from rehearsal import read_path

if TYPE_CHECKING:
    from rehearsal.hands import Hands
    from rehearsal.timeline import Step


def stop_database(hands: Hands, _step: Step) -> None:
    """Stop PostgreSQL."""
    hands.database.stop()


def start_database(hands: Hands, _step: Step) -> None:
    """Start PostgreSQL again."""
    hands.database.start()


def seed_difference(hands: Hands, _step: Step) -> None:
    """Change one field, so that it differs from the mock's answer."""
    with psycopg.connect(hands.database.dsn) as connection:
        read_path.differ(connection)


def mend_difference(hands: Hands, _step: Step) -> None:
    """Restore the changed field."""
    with psycopg.connect(hands.database.dsn) as connection:
        read_path.agree(connection)


def spoil_records(hands: Hands, step: Step) -> list[str]:
    """Make a share of the records unreadable from Prisma.

    Args:
        hands: The running stack.
        step: Its value is the share, from 0 to 1. Default 1.

    Returns:
        Ids of the records.
    """
    with psycopg.connect(hands.database.dsn) as connection:
        return read_path.spoil(connection, step.value or 1.0)


def mend_records(hands: Hands, _step: Step) -> None:
    """Make all records readable again."""
    with psycopg.connect(hands.database.dsn) as connection:
        read_path.mend(connection)
