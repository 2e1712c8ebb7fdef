"""The user of the reads, made by the migrations in a real PostgreSQL: it may SELECT and nothing else."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from rehearsal import database, postgres
from tests.prisma_read import secrets_endpoint
from tests.prisma_read.node_host import DIST, NODE, NodeHost, get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
]
READER = "huntaze_reader"
WITH_PASSWORD = {
    "READER": READER,
    "READER_AUTH": "secret",
    "READER_SECRET_ARN": "arn:reader",
    "DATABASE_ALONE": "true",
}
LATER = "20990101000000_later"


@pytest.fixture(scope="module")
def running() -> Iterator[PostgresServer]:
    """A server for this module."""
    with tempfile.TemporaryDirectory() as folder, postgres.running(Path(folder) / "postgres") as server:
        yield server


@pytest.fixture
def server(running: PostgresServer) -> PostgresServer:
    """The server with an empty database, and without the users that tests have made."""
    with psycopg.connect(
        running.dsn.replace(f"dbname={running.database}", "dbname=postgres"), autocommit=True
    ) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {running.database} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {running.database}")
        for (role,) in admin.execute(
            "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user"
        ).fetchall():
            admin.execute(f"DROP ROLE {role}")
    return running


@pytest.fixture
def endpoint(running: PostgresServer) -> Iterator[str]:
    """Secrets Manager, whose every secret holds the same password."""
    with secrets_endpoint.serving(lambda: running.password) as url:
        yield url


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The migrations' package as it is unpacked."""
    shutil.copytree(DIST / "migrate", tmp_path / "package")
    return tmp_path / "package"


def asked(
    server: PostgresServer, endpoint: str, package: Path, request: str, **environment: str
) -> dict[str, Any]:
    """One invocation of the migrations' function."""
    host = NodeHost(server, str(package / "index.mjs"), AWS_ENDPOINT_URL=endpoint, **environment)
    try:
        answer: dict[str, Any] = host.ask({"request": request})["answer"]
    finally:
        host.end()
    return answer


def as_reader(server: PostgresServer) -> psycopg.Connection:
    """A session of the reads' user."""
    return psycopg.connect(server.dsn.replace(f"user={server.user}", f"user={READER}"), autocommit=True)


WRITES = (
    """INSERT INTO "Link" VALUES ('c-0001', 99, 'x', 'y')""",
    """UPDATE "Creator" SET handle = 'x'""",
    """DELETE FROM "Creator" """,
    """TRUNCATE "Creator" CASCADE""",
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    """DROP TABLE "Link" """,
    """ALTER TABLE "Link" ADD COLUMN mine int""",
    """SELECT * FROM "Creator" FOR UPDATE""",
    "SELECT * FROM _prisma_migrations",
    "DELETE FROM _prisma_migrations",
    "SET ROLE huntaze",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('/etc/passwd')",
)


def test_the_reads_user_reads_and_nothing_else(server: PostgresServer, endpoint: str, package: Path) -> None:
    """GIVEN a migrated database THEN the reads' function answers as its user, which may write nowhere."""
    assert asked(server, endpoint, package, "apply", **WITH_PASSWORD)["status"] == "ok"
    database.load(server.dsn)
    host = NodeHost(server, AWS_ENDPOINT_URL=endpoint, DATABASE_USER=READER)
    try:
        assert host.ask(get())["answer"]["status"] == "ok"
    finally:
        host.end()
    with as_reader(server) as connection:
        for statement in WRITES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_new_migrations_tables_can_be_read_and_so_can_those_made_by_hand(
    server: PostgresServer, endpoint: str, package: Path
) -> None:
    """GIVEN the user WHEN tables come by a migration or by hand THEN it reads them."""
    asked(server, endpoint, package, "apply", **WITH_PASSWORD)
    folder = package / "migrations" / LATER
    folder.mkdir()
    (folder / "migration.sql").write_text(
        "CREATE TABLE later (id int); CREATE VIEW seen AS SELECT * FROM later;"
    )
    assert asked(server, endpoint, package, "apply", **WITH_PASSWORD)["applied"] == [LATER]
    with psycopg.connect(server.dsn, autocommit=True) as owner:
        owner.execute("CREATE TABLE by_hand (id int)")
    with as_reader(server) as connection:
        for table in ("later", "seen", "by_hand", '"Creator"'):
            connection.execute(f"TABLE {table}")
    assert asked(server, endpoint, package, "status", **WITH_PASSWORD)["pending"] == []
    assert asked(server, endpoint, package, "apply", **WITH_PASSWORD)["applied"] == []


def test_a_database_that_runs_already_gets_the_user_without_a_break(
    server: PostgresServer, endpoint: str, package: Path
) -> None:
    """GIVEN reads of the owner WHEN it is upgraded THEN pending says it, and reads go on before and after."""
    asked(server, endpoint, package, "apply")
    database.load(server.dsn)
    before = NodeHost(server, AWS_ENDPOINT_URL=endpoint)
    try:
        assert before.ask(get())["answer"]["status"] == "ok"
        pending = asked(server, endpoint, package, "status", **WITH_PASSWORD)["pending"]
        assert pending == [f"user {READER}, who may only read"]
        assert asked(server, endpoint, package, "apply", **WITH_PASSWORD)["applied"] == []
        assert before.ask(get())["answer"]["status"] == "ok"
    finally:
        before.end()
    after = NodeHost(server, AWS_ENDPOINT_URL=endpoint, DATABASE_USER=READER)
    try:
        assert after.ask(get())["answer"]["status"] == "ok"
    finally:
        after.end()


def test_with_iam_the_user_has_no_password_and_is_rdss_to_let_in(
    server: PostgresServer, endpoint: str, package: Path
) -> None:
    """GIVEN RDS's role rds_iam THEN the user is a member of it, and has no password."""
    by_iam = {"READER": READER, "READER_AUTH": "iam", "DATABASE_ALONE": "true"}
    with psycopg.connect(server.dsn, autocommit=True) as owner:
        owner.execute("CREATE ROLE rds_iam")
    assert asked(server, endpoint, package, "apply", **by_iam)["status"] == "ok"
    with psycopg.connect(server.dsn) as owner:
        found = owner.execute(
            "SELECT pg_has_role(rolname, 'rds_iam', 'MEMBER'), rolpassword IS NULL, rolcanlogin "
            "FROM pg_authid WHERE rolname = %s",
            (READER,),
        ).fetchone()
    assert found == (True, True, True)


MIGHTIER = (
    ("CREATE ROLE huntaze_reader LOGIN SUPERUSER", "is a superuser"),
    ("CREATE ROLE huntaze_reader LOGIN CREATEROLE", "is a superuser or may make roles"),
    ("CREATE ROLE huntaze_reader LOGIN IN ROLE huntaze", "is a member of the user"),
    ('CREATE ROLE huntaze_reader LOGIN; GRANT INSERT ON "Link" TO huntaze_reader', "may write to Link"),
    (
        'CREATE ROLE huntaze_reader LOGIN; GRANT UPDATE (label) ON "Link" TO huntaze_reader',
        "may write to Link",
    ),
    (
        (
            'CREATE ROLE writers; GRANT DELETE ON "Post" TO writers; '
            "CREATE ROLE huntaze_reader LOGIN IN ROLE writers"
        ),
        "may write to Post",
    ),
    ('CREATE ROLE huntaze_reader LOGIN; GRANT INSERT ON "Media" TO PUBLIC', "may write to Media"),
    (
        (
            "CREATE ROLE huntaze_reader LOGIN; CREATE TABLE its (id int); "
            "ALTER TABLE its OWNER TO huntaze_reader"
        ),
        "owns or may write to its",
    ),
    (
        "CREATE ROLE huntaze_reader LOGIN; GRANT CREATE ON SCHEMA public TO huntaze_reader",
        "may CREATE in the schema",
    ),
)
"""Rights that come from everywhere a right can come from, and what is said of each."""
UNDONE = """DROP OWNED BY huntaze_reader; DROP ROLE huntaze_reader; REVOKE INSERT ON "Media" FROM PUBLIC;
DO $$ BEGIN
  IF to_regrole('writers') IS NOT NULL THEN DROP OWNED BY writers; DROP ROLE writers; END IF;
END $$"""


def test_a_user_that_may_do_more_than_read_is_refused(
    server: PostgresServer, endpoint: str, package: Path
) -> None:
    """GIVEN a user of that name that could write THEN each run says what it may do, and changes nothing."""
    asked(server, endpoint, package, "apply")
    host = NodeHost(server, str(package / "index.mjs"), AWS_ENDPOINT_URL=endpoint, **WITH_PASSWORD)
    try:
        for made, said in MIGHTIER:
            with psycopg.connect(server.dsn, autocommit=True) as owner:
                owner.execute(made)
                told = host.ask({"request": "apply"})["answer"]
                assert told["status"] == "failed", made
                assert said in told["message"]
                granted = owner.execute("SELECT FROM pg_default_acl").fetchall()
                assert granted == [], made
                owner.execute(UNDONE)
        assert host.ask({"request": "apply"})["answer"]["status"] == "ok"
    finally:
        host.end()


def test_others_rights_in_a_shared_database_are_left_alone(
    server: PostgresServer, endpoint: str, package: Path
) -> None:
    """GIVEN a database that is not ours alone THEN what PUBLIC may do there stays as it is."""
    shared = {**WITH_PASSWORD, "DATABASE_ALONE": "false"}
    assert asked(server, endpoint, package, "apply", **shared)["status"] == "ok"
    with as_reader(server) as connection:
        connection.execute("CREATE TEMPORARY TABLE mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("""INSERT INTO "Link" VALUES ('c-0001', 99, 'x', 'y')""")


def test_no_password_gets_into_the_servers_statements(
    server: PostgresServer, endpoint: str, package: Path
) -> None:
    """GIVEN a server that logs every statement THEN its log holds no password, while it lets the user in."""
    with psycopg.connect(server.dsn, autocommit=True) as owner:
        owner.execute("ALTER SYSTEM SET log_statement = 'all'")
        owner.execute("SELECT pg_reload_conf()")
    asked(server, endpoint, package, "apply", **WITH_PASSWORD)
    as_reader(server).close()
    logs = [path.read_text(errors="replace") for path in server.directory.rglob("*log*") if path.is_file()]
    assert any("CREATE ROLE" in log for log in logs)
    assert not any(server.password in log for log in logs)
