"""Bad luck behind the canary, on real PostgreSQL and the real Prisma function: some reads fail, then none."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import psycopg
import pytest

from canary.read import contract, seed
from rehearsal.acts import backend
from rehearsal.scenarios import SCENARIOS
from rehearsal.timeline import Step
from tests.prisma_read import migrated, secrets_endpoint
from tests.prisma_read.node_host import NODE, NodeHost, get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.hands import Hands
    from rehearsal.postgres import PostgresServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
]
SHARES = sorted(
    {
        step.value
        for one in SCENARIOS.values()
        for step in one.steps
        if step.action == "spoil-records" and step.value is not None
    }
)
"""What scenarios ask for."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """With the seed's rows."""
    with tempfile.TemporaryDirectory() as folder, migrated.prepared(Path(folder) / "postgres") as running:
        yield running


@pytest.fixture(scope="module")
def host(server: PostgresServer) -> Iterator[NodeHost]:
    """One sandbox of the Prisma function."""
    with secrets_endpoint.serving(lambda: server.password) as url:
        running = NodeHost(server, AWS_ENDPOINT_URL=url)
        yield running
        running.end()


@pytest.fixture
def hands(server: PostgresServer) -> Hands:
    """Of all that acts have in hand, these take the database only."""
    return cast("Hands", SimpleNamespace(database=server))


def failing(host: NodeHost) -> list[str]:
    """Creators that a canary could not read: an error, or an answer that breaks the contract."""
    found = []
    for creator in seed.creator_ids():
        told = host.ask(get(creator, 3)).get("answer", {})
        query = contract.Query(creator, 3)
        if told.get("status") != "ok" or contract.fault(query, told["body"]) is not None:
            found.append(creator)
    return found


def rows(server: PostgresServer) -> list[tuple[Any, ...]]:
    """All creators as they are kept, as text: a number's scale is part of it."""
    with psycopg.connect(server.dsn) as connection:
        return connection.execute('SELECT c::text FROM "Creator" c ORDER BY id').fetchall()


@pytest.mark.parametrize("share", SHARES)
def test_the_share_of_reads_that_fail_is_the_share_asked_for(
    share: float, host: NodeHost, hands: Hands, server: PostgresServer
) -> None:
    """And all can be read again when mended, every row as it was."""
    before = rows(server)
    assert failing(host) == []
    spoiled = backend.spoil_records(hands, Step(0, "spoil-records", "spoiled", value=share))
    assert failing(host) == spoiled
    assert len(spoiled) == share * len(seed.creator_ids())
    backend.mend_records(hands, Step(0, "mend-records", "mended"))
    assert failing(host) == []
    assert rows(server) == before


def test_the_seeded_difference_is_in_one_field_of_half_of_the_creators_until_mended(
    host: NodeHost, hands: Hands, server: PostgresServer
) -> None:
    """Whom a minute of traffic is sure to meet."""
    before, step = rows(server), Step(0, "seed-difference", "seeded")

    def prices() -> dict[str, Any]:
        answers = {one: host.ask(get(one, 3))["answer"]["body"] for one in seed.creator_ids()}
        return {one: answer["creator"].pop("subscriptionPrice") for one, answer in answers.items()}

    right = prices()
    backend.seed_difference(hands, step)
    other = {one for one, price in prices().items() if price != right[one]}
    assert other == {one for one in seed.creator_ids() if one.startswith("c-00")}
    assert failing(host) == []
    backend.mend_difference(hands, step)
    assert rows(server) == before


def test_a_stopped_database_fails_every_read_and_a_started_one_none(
    host: NodeHost, hands: Hands, server: PostgresServer
) -> None:
    """With the data it had; the same sandbox comes back by itself."""
    before, step = rows(server), Step(0, "stop-database", "down")
    backend.stop_database(hands, step)
    assert server.pid == 0
    assert host.ask(get()).get("answer", {}).get("status") != "ok"
    backend.start_database(hands, step)
    assert failing(host) == []
    assert rows(server) == before
