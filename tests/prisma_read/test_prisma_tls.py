"""TLS is verified in full: the authority and the name; an IAM token is sent over nothing less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.prisma_read import tls_postgres
from tests.prisma_read.node_host import NODE, NodeHost, get

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.prisma_read.tls_postgres import TlsServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
]
IAM = {"DATABASE_AUTH": "iam", "DATABASE_TLS": "verify-full"}


DEBIANS = pytest.mark.skipif(not tls_postgres.DEBIANS, reason="needs Debian's package postgresql")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(tls_postgres.terminated, id="behind a terminator"),
        pytest.param(tls_postgres.debians, id="Debian's", marks=DEBIANS),
    ],
)
def server(request: pytest.FixtureRequest) -> Iterator[TlsServer]:
    """A server for localhost; where Debian's is not installed, the terminator's alone."""
    with request.param() as one:
        yield one


def told(server: TlsServer, **environment: str) -> str:
    """The outcome of one read: an answer's status, or the fault."""
    host = NodeHost(server, **{**IAM, **environment})
    try:
        outcome = host.ask(get())
    finally:
        host.end()
    return str(outcome["answer"]["status"] if "answer" in outcome else outcome["error"])


def test_a_known_authority_and_the_right_name_are_let_in(server: TlsServer) -> None:
    """With an IAM token, as through RDS Proxy."""
    assert told(server, NODE_EXTRA_CA_CERTS=str(server.authority)) == "ok"


def test_an_unknown_authority_is_refused(server: TlsServer) -> None:
    """Nothing but a configured authority is believed."""
    assert "TlsConnectionError" in told(server)


def test_another_name_is_refused(server: TlsServer) -> None:
    """The certificate is for localhost, the address that was asked for is not in it."""
    outcome = told(server, NODE_EXTRA_CA_CERTS=str(server.authority), DATABASE_HOST="127.0.0.1")
    assert "TlsConnectionError" in outcome


def test_a_server_that_wants_tls_is_not_read_without(server: TlsServer) -> None:
    """With TLS off nothing is answered."""
    outcome = told(
        server,
        DATABASE_TLS="off",
        DATABASE_AUTH="secret",
        DATABASE_SECRET_ARN="arn:aws:secretsmanager:us-east-1:000000000000:secret:db",
        AWS_ENDPOINT_URL="http://127.0.0.1:9",
    )
    assert "28000" in outcome
