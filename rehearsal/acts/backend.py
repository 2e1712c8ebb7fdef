"""Bad luck behind the canary: the database stops, one field changes, records turn out not to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from rehearsal import read_path

if TYPE_CHECKING:
    from rehearsal.hands import Hands
    from rehearsal.timeline import Step


def stop_database(hands: Hands, _step: Step) -> None:
    """PostgreSQL stops."""
    hands.database.stop()


def start_database(hands: Hands, _step: Step) -> None:
    """PostgreSQL comes back."""
    hands.database.start()


def seed_difference(hands: Hands, _step: Step) -> None:
    """One field is no longer what the mock says."""
    with psycopg.connect(hands.database.dsn) as connection:
        read_path.differ(connection)


def mend_difference(hands: Hands, _step: Step) -> None:
    """The field is what it was."""
    with psycopg.connect(hands.database.dsn) as connection:
        read_path.agree(connection)


def spoil_records(hands: Hands, step: Step) -> list[str]:
    """A share of the records, the step's value, cannot be read from Prisma. Returns which."""
    with psycopg.connect(hands.database.dsn) as connection:
        return read_path.spoil(connection, step.value or 1.0)


def mend_records(hands: Hands, _step: Step) -> None:
    """All records can be read again."""
    with psycopg.connect(hands.database.dsn) as connection:
        read_path.mend(connection)
