"""Migrations against a real PostgreSQL: applied once, recorded, and stopped by drift."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from mock_read import seed

from rehearsal import postgres
from rehearsal.database import MIGRATIONS, load
from rehearsal.migrations import DriftError, apply

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.PostgresServer]:
    """A server for this module, outside pytest's folders: the server's user may not enter those of root."""
    with (
        tempfile.TemporaryDirectory(prefix="migrations-") as folder,
        postgres.running(Path(folder) / "postgres") as running,
    ):
        yield running


@pytest.fixture
def dsn(server: postgres.PostgresServer) -> Iterator[str]:
    """An empty database."""
    admin = server.dsn.replace(f"dbname={server.database}", "dbname=postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
        yield server.dsn.replace(f"dbname={server.database}", "dbname=fresh")
        connection.execute("DROP DATABASE fresh WITH (FORCE)")


def migration(folder: Path, name: str, sql: str) -> Path:
    """Write one."""
    path = folder / name / "migration.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(sql)
    return path


def tables(dsn: str) -> set[str]:
    """Tables that are there."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {str(name) for (name,) in rows}


def test_what_is_missing_is_applied_in_order_once_and_recorded_by_its_checksum(
    dsn: str, tmp_path: Path
) -> None:
    """Safe to repeat; a migration added later is all that is applied then."""
    first = migration(tmp_path, "1_a", "CREATE TABLE a (id int);")
    migration(tmp_path, "2_b", "ALTER TABLE a RENAME TO b;")
    assert apply(dsn, tmp_path) == ["1_a", "2_b"]
    assert apply(dsn, tmp_path) == []
    migration(tmp_path, "3_c", "CREATE TABLE c (id int);")
    assert apply(dsn, tmp_path) == ["3_c"]
    assert tables(dsn) == {"b", "c", "_prisma_migrations"}
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT checksum, applied_steps_count, finished_at IS NOT NULL FROM _prisma_migrations "
            "WHERE migration_name = '1_a'"
        ).fetchone()
    assert row == (hashlib.sha256(first.read_bytes()).hexdigest(), 1, True)


def test_an_edited_migration_is_drift_and_nothing_is_applied(dsn: str, tmp_path: Path) -> None:
    """It is named with what to do."""
    path = migration(tmp_path, "1_a", "CREATE TABLE a (id int);")
    apply(dsn, tmp_path)
    path.write_text("CREATE TABLE a (id bigint);")
    migration(tmp_path, "2_b", "CREATE TABLE b (id int);")
    with pytest.raises(DriftError, match=r"1_a was edited .* Add a new migration instead"):
        apply(dsn, tmp_path)
    assert "b" not in tables(dsn)


def test_an_applied_migration_without_a_file_is_drift(dsn: str, tmp_path: Path) -> None:
    """Somebody deploys an older version of the code."""
    path = migration(tmp_path, "1_a", "CREATE TABLE a (id int);")
    apply(dsn, tmp_path)
    path.unlink()
    with pytest.raises(DriftError, match="1_a is applied in the database, but"):
        apply(dsn, tmp_path)


def test_a_migration_that_fails_leaves_nothing_behind(dsn: str, tmp_path: Path) -> None:
    """Neither what came before it in the same run nor half of itself."""
    migration(tmp_path, "1_a", "CREATE TABLE a (id int);")
    migration(tmp_path, "2_b", "CREATE TABLE b (id int); SELECT 1/0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        apply(dsn, tmp_path)
    assert tables(dsn) == set()


def test_the_rehearsals_database_is_in_utc_and_has_the_seeds_rows(dsn: str) -> None:
    """Both sides start equal."""
    apply(dsn, MIGRATIONS)
    load(dsn)
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute('SELECT count(*) FROM "Creator"').fetchone() == (len(seed.creator_ids()),)
        row = connection.execute('SELECT handle FROM "Creator" WHERE id = %s', ("c-0001",)).fetchone()
    creator = seed.creator("c-0001")
    assert creator is not None
    assert row == (creator.handle,)
