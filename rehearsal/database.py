"""The rehearsal's database: migrated by the stack's own function, then filled with the seed's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from canary.cli import migrate as migrations
from canary.cli.errors import OpsError
from rehearsal import read_path

if TYPE_CHECKING:
    from canary.cli.target import Target


def migrate(functions: Any, target: Target) -> tuple[str, ...]:
    """Apply the pending migrations as `canary migrate` does.

    Args:
        functions: A boto3 client for Lambda.
        target: The running unit.

    Returns:
        Names of the migrations that were applied; empty when run again.

    Raises:
        OpsError: The function failed or found drift.
    """
    done = migrations.migrate(functions, target)
    if done.exit_code:
        raise OpsError(" ".join(done.lines()))
    return done.applied


def load(dsn: str) -> None:
    """Copy the seed's rows into the database; they equal the mock's answers."""
    with psycopg.connect(dsn) as connection:
        read_path.load(connection)
