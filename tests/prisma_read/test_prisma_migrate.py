"""The migrations' function against a real PostgreSQL: applied once, recorded, stopped by drift."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from rehearsal import postgres
from tests.prisma_read import secrets_endpoint
from tests.prisma_read.migrated import BUNDLE, migrate
from tests.prisma_read.node_host import DIST, NODE, NodeHost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
]
A, B = "20260101000000_a", "20260201000000_b"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server for this module."""
    with tempfile.TemporaryDirectory() as folder, postgres.running(Path(folder) / "postgres") as running:
        yield running


@pytest.fixture
def dsn(server: PostgresServer) -> str:
    """The server's database, empty; what was in it is gone."""
    admin = server.dsn.replace(f"dbname={server.database}", "dbname=postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {server.database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {server.database}")
    return server.dsn


class Package:
    """A package with migrations of a test's own, as it is unpacked, and sandboxes of it."""

    def __init__(self, folder: Path, server: PostgresServer, endpoint: str) -> None:
        self._folder, self._server, self._endpoint = folder, server, endpoint
        shutil.copyfile(DIST / BUNDLE, folder / "index.mjs")
        (folder / "migrations").mkdir()

    def write(self, name: str, sql: str) -> Path:
        """Write a migration."""
        path = self._folder / "migrations" / name / "migration.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql)
        return path

    def sandbox(self, **environment: str) -> NodeHost:
        """A sandbox; whoever starts it ends it."""
        path = str(self._folder / "index.mjs")
        return NodeHost(self._server, path, AWS_ENDPOINT_URL_SECRETS_MANAGER=self._endpoint, **environment)

    def ask(self, request: str, **environment: str) -> dict[str, Any]:
        """One invocation of a new sandbox."""
        host = self.sandbox(**environment)
        try:
            answer: dict[str, Any] = host.ask({"request": request})["answer"]
        finally:
            host.end()
        return answer


@pytest.fixture
def package(tmp_path: Path, server: PostgresServer, dsn: str) -> Iterator[Package]:
    """A package without migrations, and an empty database."""
    assert dsn
    with secrets_endpoint.serving(lambda: server.password) as url:
        yield Package(tmp_path, server, url)


def tables(dsn: str) -> set[str]:
    """Tables that are there."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {str(name) for (name,) in rows}


def test_what_is_missing_is_applied_in_order_once_and_recorded_as_the_cli_does(
    package: Package, dsn: str
) -> None:
    """Safe to repeat; a migration added later is all that is applied then; the checksum is the file's."""
    first = package.write(A, "CREATE TABLE a (id int);")
    package.write(B, "ALTER TABLE a RENAME TO b;")
    assert package.ask("status") == {"status": "ok", "applied": [], "before": [], "pending": [A, B]}
    assert tables(dsn) == set()
    assert package.ask("apply") == {"status": "ok", "applied": [A, B], "before": [], "pending": []}
    assert package.ask("apply") == {"status": "ok", "applied": [], "before": [A, B], "pending": []}
    later = "20260301000000_c"
    package.write(later, "CREATE TABLE c (id int);")
    assert package.ask("status")["pending"] == [later]
    assert package.ask("apply")["applied"] == [later]
    assert tables(dsn) == {"b", "c", "_prisma_migrations"}
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT checksum, applied_steps_count, finished_at IS NOT NULL FROM _prisma_migrations "
            "WHERE migration_name = %s",
            (A,),
        ).fetchone()
    assert row == (hashlib.sha256(first.read_bytes()).hexdigest(), 1, True)


@pytest.mark.parametrize("request_", ["status", "apply"])
def test_an_edited_migration_is_drift_and_nothing_is_applied(
    package: Package, dsn: str, request_: str
) -> None:
    """It is named with what to do, whether asked or applied."""
    path = package.write(A, "CREATE TABLE a (id int);")
    package.ask("apply")
    path.write_text("CREATE TABLE a (id bigint);")
    package.write(B, "CREATE TABLE b (id int);")
    told = package.ask(request_)
    assert told["status"] == "drift"
    assert f"{A} was edited" in told["message"]
    assert "b" not in tables(dsn)


def test_a_migration_that_the_package_does_not_have_is_drift(package: Package) -> None:
    """Somebody deploys an older version of the code."""
    path = package.write(A, "CREATE TABLE a (id int);")
    package.ask("apply")
    shutil.rmtree(path.parent)
    told = package.ask("apply")
    assert (told["status"], f"{A} is applied in the database" in told["message"]) == ("drift", True)


def test_a_migration_that_fails_leaves_nothing_behind(package: Package, dsn: str) -> None:
    """Neither what came before it in the run nor half of itself; PostgreSQL's code and no data is told."""
    package.write(A, "CREATE TABLE a (id int);")
    package.write(B, "CREATE TABLE b (id int); SELECT 's3cret'::int;")
    told = package.ask("apply")
    assert told["status"] == "failed"
    assert f"{B} failed with PostgreSQL's 22P02" in told["message"]
    assert "s3cret" not in told["message"]
    assert tables(dsn) == set()


def test_a_migration_gives_up_a_table_in_use_before_readers_queue_behind_it_for_long(
    package: Package, dsn: str
) -> None:
    """GIVEN a long reader of a table WHEN it is to be altered THEN it says so after 5 s, and is gone."""
    package.write(A, "CREATE TABLE a (id int);")
    package.ask("apply")
    package.write(B, "ALTER TABLE a ADD COLUMN more int;")
    with psycopg.connect(dsn) as reader:
        reader.execute("SELECT * FROM a")
        told = package.ask("apply")
        assert package.ask("status")["pending"] == [B]
    assert told["status"] == "failed"
    assert "55P03" in told["message"]
    assert "in use for 5 s" in told["message"]
    assert package.ask("apply")["applied"] == [B]


def test_what_takes_too_long_is_ended_by_the_server_and_taken_back(package: Package, dsn: str) -> None:
    """GIVEN six seconds left WHEN a migration takes a minute THEN it is over a second later, and undone."""
    package.write(A, "CREATE TABLE a (id int); SELECT pg_sleep(60);")
    told = package.ask("apply", REMAINING_MS="6000")
    assert told["status"] == "failed"
    assert "longer than this function may run" in told["message"]
    assert tables(dsn) == set()
    with psycopg.connect(dsn) as connection:
        sleeping = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'prisma-migrate'"
        ).fetchone()
    assert sleeping == (0,)


def test_two_at_once_apply_once(package: Package) -> None:
    """The second waits for the lock, then finds nothing to do."""
    package.write(A, "CREATE TABLE a (id int); SELECT pg_sleep(1);")
    hosts = [package.sandbox() for _ in range(2)]
    for host in hosts:
        assert host._process.stdin is not None
        host._process.stdin.write(json.dumps({"request": "apply"}) + "\n")
        host._process.stdin.flush()
    told = [json.loads(host._line())["answer"] for host in hosts]
    for host in hosts:
        host.end()
    assert [one["status"] for one in told] == ["ok", "ok"]
    assert sorted(len(one["applied"]) for one in told) == [0, 1]


@pytest.mark.parametrize("event", [None, {}, {"request": "drop"}, "apply", []])
def test_an_event_that_asks_for_nothing_known_changes_nothing(package: Package, dsn: str, event: Any) -> None:
    """Somebody presses the console's Test button."""
    package.write(A, "CREATE TABLE a (id int);")
    host = package.sandbox()
    told = host.ask(event)["answer"]
    host.end()
    assert told["status"] == "invalid"
    assert '{"request": "apply"} or {"request": "status"}' in told["message"]
    assert tables(dsn) == set()


def test_the_packages_own_migrations_make_the_tables_of_the_first_contract(
    server: PostgresServer, dsn: str
) -> None:
    """As they are in the checkout."""
    assert migrate(server, server.password) == ["20261101000000_init"]
    assert {"Creator", "Post", "Media", "Link"} <= tables(dsn)
