"""Apply Prisma's migrations with plain SQL, recorded as `prisma migrate deploy` records them.

Taken under the CLI's own advisory lock, each file once, with its SHA-256 in ``_prisma_migrations``:
https://www.prisma.io/docs/orm/prisma-migrate/understanding-prisma-migrate/migration-histories. An
applied file that was edited since is drift and stops everything.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from pathlib import Path

LOCK = 72707369
"""Advisory lock that the Prisma CLI takes too."""

_TABLE = """CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
    migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)"""


class DriftError(RuntimeError):
    """An applied migration is not the file of that name any more, or has no file at all."""


def apply(dsn: str, folder: Path) -> list[str]:
    """Apply what is missing, each migration in a transaction; safe to repeat.

    Returns:
        Names of the migrations applied now.

    Raises:
        DriftError: Names the migration; nothing has been applied.
    """
    files = {path.parent.name: path for path in sorted(folder.glob("*/migration.sql"))}
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        connection.execute(_TABLE)
        rows = connection.execute(
            "SELECT migration_name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL"
        ).fetchall()
        applied = {str(name): str(checksum) for name, checksum in rows}
        for name, checksum in applied.items():
            if name not in files:
                raise DriftError(
                    f"Migration {name} is applied in the database, but {folder} has no such migration."
                )
            if checksum != _checksum(files[name]):
                raise DriftError(
                    f"Migration {name} was edited after it had been applied. Add a new migration instead."
                )
        missing = [name for name in files if name not in applied]
        for name in missing:
            _apply_one(connection, name, files[name])
    return missing


def _apply_one(connection: psycopg.Connection, name: str, path: Path) -> None:
    connection.execute(path.read_bytes())
    connection.execute(
        "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) "
        "VALUES (%s, %s, now(), %s, 1)",
        (str(uuid.uuid4()), _checksum(path), name),
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
