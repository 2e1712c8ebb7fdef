"""Reads through a pooler that gives each transaction another connection: no statement has a name.

PgBouncer is no evidence for what RDS Proxy does. Whether that pins sessions that send unnamed statements of
the extended protocol is open until it was looked at on an account: docs/first-deployment.md.
"""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from canary.read import contract, seed
from canary.read.compare import comparison
from tests.prisma_read import migrated, pgbouncer, secrets_endpoint
from tests.prisma_read.node_host import NODE, NodeHost, get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.postgres import PostgresServer
    from tests.prisma_read.pgbouncer import Pooler

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
    pytest.mark.skipif(
        pgbouncer.program() is None, reason="needs PgBouncer: install it, or run tools/pgbouncer.sh"
    ),
]
ZONE = "America/New_York"
SANDBOXES, READS = 5, 400


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A seeded server whose own zone is not UTC."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated.prepared(Path(folder) / "postgres", ZONE) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def pooler(server: PostgresServer) -> Iterator[Pooler]:
    """Two connections to it, for however many come."""
    with pgbouncer.pooling(server) as running:
        yield running


@pytest.fixture
def sandboxes(pooler: Pooler) -> Iterator[list[NodeHost]]:
    """More sandboxes than the pool has connections."""
    with secrets_endpoint.serving(lambda: pooler.password) as url:
        hosts = [NodeHost(pooler, AWS_ENDPOINT_URL=url) for _ in range(SANDBOXES)]
        yield hosts
        for host in hosts:
            host.end()


def test_two_thousand_reads_through_two_connections_are_all_right(
    sandboxes: list[NodeHost], server: PostgresServer
) -> None:
    """GIVEN five sandboxes at once THEN each answer is that creator's, in UTC, as the mock says it."""
    creators = seed.creator_ids()
    expected = {creator: contract.mock(contract.Query(creator, 3)) for creator in creators}

    def read(host: NodeHost, first: int) -> int:
        right = 0
        for number in range(first, first + READS):
            creator = creators[number % len(creators)]
            told = host.ask(get(creator, 3))
            assert "answer" in told, told
            control = json.loads(json.dumps(expected[creator]))
            right += comparison.compare(control, told["answer"]["body"], contract.RULES, b"k") == []
        return right

    with ThreadPoolExecutor(SANDBOXES) as pool:
        right = list(pool.map(read, sandboxes, range(0, 100 * SANDBOXES, 100)))
    assert right == [READS] * SANDBOXES
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'prisma-read%'"
        ).fetchone()
    assert row is not None
    assert 1 <= row[0] <= pgbouncer.POOL


def test_a_statement_with_a_name_is_lost_on_the_way(pooler: Pooler) -> None:
    """Or the test above would prove nothing: another transaction is on the connection that has it."""
    with (
        psycopg.connect(pooler.dsn, autocommit=True, prepare_threshold=0) as named,
        psycopg.connect(pooler.dsn, prepare_threshold=None) as other,
    ):
        named.execute("SELECT %s::int", (1,))
        other.execute("SELECT 1")
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            named.execute("SELECT %s::int", (1,))
