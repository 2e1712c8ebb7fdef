"""The Prisma function's own bundle against a real PostgreSQL in another time zone."""

from __future__ import annotations

import json
import os
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from canary.read import contract, seed
from canary.read.compare import comparison
from tests.prisma_read import migrated, secrets_endpoint
from tests.prisma_read.node_host import NODE, NodeHost, get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
]
ZONE = "America/New_York"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A seeded server whose own zone is not UTC."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated.prepared(Path(folder) / "postgres", ZONE) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def endpoint(server: PostgresServer) -> Iterator[str]:
    """Secrets Manager with the server's password."""
    with secrets_endpoint.serving(lambda: server.password) as url:
        yield url


@pytest.fixture
def host(server: PostgresServer, endpoint: str) -> Iterator[NodeHost]:
    """One sandbox of the function."""
    running = NodeHost(server, AWS_ENDPOINT_URL=endpoint)
    yield running
    running.end()


def killed_connections(server: PostgresServer) -> int:
    """Ends every connection of the function, as an idle time-out or a failover does."""
    with psycopg.connect(server.dsn) as connection:
        rows = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'prisma-read'"
        ).fetchall()
    return len(rows)


def test_both_sides_answer_alike_from_a_server_in_another_zone(host: NodeHost) -> None:
    """Every creator of the seed, field by field: decimals, instants, nulls, orders, cursors."""
    for creator in seed.creator_ids():
        control = contract.mock(contract.Query(creator, 7))
        candidate = host.ask(get(creator, 7))["answer"]["body"]
        assert comparison.compare(json.loads(json.dumps(control)), candidate, contract.RULES, b"k") == []
        assert contract.fault(contract.Query(creator, 7), candidate) is None


def test_pages_follow_each_other_like_the_mocks(host: NodeHost) -> None:
    """To the last page, with posts that share a moment."""
    cursor = None
    while True:
        control = contract.mock(contract.Query("c-0003", 3, cursor))
        candidate = host.ask(get("c-0003", 3, cursor))["answer"]["body"]
        assert control is not None
        assert candidate["posts"] == json.loads(json.dumps(control["posts"]))
        cursor = candidate["posts"]["nextCursor"]
        if cursor is None:
            return


def test_the_server_really_is_in_another_zone(server: PostgresServer) -> None:
    """Or the test above would prove nothing."""
    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("SHOW TimeZone").fetchone() == (ZONE,)


def test_an_unknown_creator_is_not_found_and_an_invalid_request_named(host: NodeHost) -> None:
    """Answers, not errors."""
    assert host.ask(get("c-9999"))["answer"] == {"status": "not-found"}
    assert host.ask({"version": 9})["answer"]["status"] == "invalid"


def test_a_sandbox_holds_one_connection(host: NodeHost, server: PostgresServer) -> None:
    """However often it is asked."""
    for _ in range(20):
        host.ask(get())
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'prisma-read'"
        ).fetchone()
    assert row == (1,)


def test_a_connection_killed_while_frozen_costs_nobody_an_answer(
    host: NodeHost, server: PostgresServer
) -> None:
    """Stopped, its connection ended, continued: the read is repeated once on a new connection."""
    assert "answer" in host.ask(get())
    os.kill(host.pid, signal.SIGSTOP)
    assert killed_connections(server) == 1
    os.kill(host.pid, signal.SIGCONT)
    assert host.ask(get())["answer"]["status"] == "ok"


def test_a_pool_that_is_exhausted_is_a_fault_within_its_deadline(
    host: NodeHost, server: PostgresServer
) -> None:
    """The one connection waits for a lock: the statement ends at its own time-out."""
    host.ask(get())
    with psycopg.connect(server.dsn) as connection:
        connection.execute('LOCK TABLE "Creator" IN ACCESS EXCLUSIVE MODE')
        told = host.ask(get())
    assert "error" in told
    assert told["ms"] < 8_000
    assert host.ask(get())["answer"]["status"] == "ok"


def test_no_connection_left_is_a_fault_without_a_value(server: PostgresServer, endpoint: str) -> None:
    """The server's slots are taken: the fault has a code and no text of the database's."""
    taken = [psycopg.connect(server.dsn) for _ in range(36)]
    extra: list[psycopg.Connection] = []
    try:
        while True:
            extra.append(psycopg.connect(server.dsn))
    except psycopg.OperationalError:
        host = NodeHost(server, AWS_ENDPOINT_URL=endpoint)
        told = host.ask(get())
    finally:
        for connection in (*taken, *extra):
            connection.close()
    assert "DatabaseFault" in told["error"]
    assert server.user not in told["error"]
    assert host.ask(get())["answer"]["status"] == "ok"
    host.end()


def test_a_password_that_was_rotated_is_read_anew(server: PostgresServer, endpoint: str) -> None:
    """The sandbox remembers the old one; the refused connection makes it ask again."""
    host, before = NodeHost(server, AWS_ENDPOINT_URL=endpoint), server.password
    assert "answer" in host.ask(get())
    try:
        with psycopg.connect(server.dsn) as connection:
            connection.execute("ALTER USER huntaze PASSWORD 'another'")
        server.password = "another"
        killed_connections(server)
        assert host.ask(get())["answer"]["status"] == "ok"
    finally:
        with psycopg.connect(server.dsn) as connection:
            connection.execute(f"ALTER USER huntaze PASSWORD '{before}'")
        server.password = before
        host.end()


def test_a_database_gone_and_back(host: NodeHost, server: PostgresServer) -> None:
    """A fault while it is away, answers when it is back; the sandbox is the same."""
    assert "answer" in host.ask(get())
    server.stop()
    assert "DatabaseFault" in host.ask(get())["error"]
    server.start()
    assert host.ask(get())["answer"]["status"] == "ok"


@pytest.mark.parametrize(
    "moment", ["infinity", "-infinity", "0044-03-15 10:00:00+00 BC", "12026-01-01 00:00:00+00"]
)
def test_a_moment_that_the_contract_cannot_write_is_a_difference_with_its_path(
    host: NodeHost, server: PostgresServer, moment: str
) -> None:
    """GIVEN a timestamp that is no instant THEN the record is answered, and differs and is refused there."""
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("""UPDATE "Creator" SET "lastSeenAt" = %s WHERE id = 'c-0002'""", (moment,))
    asked = contract.Query("c-0002", 10)
    candidate = host.ask(get("c-0002"))["answer"]["body"]
    control = json.loads(json.dumps(contract.mock(asked)))
    found = comparison.compare(control, candidate, contract.RULES, b"k")
    assert [diff.path for diff in found] == ["creator.lastSeenAt"]
    assert contract.fault(asked, candidate) == "creator.lastSeenAt is not written as agreed"
