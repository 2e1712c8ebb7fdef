"""A real PostgreSQL stopped and started under both functions: what the user got before, meanwhile, after."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from mock_read.backend.breaker import FAILURES, OPEN_S

from tests.mock_read.parts import CANARY, read_path
from tests.prisma_read import migrated, secrets_endpoint
from tests.prisma_read.node_host import NODE, NodeHost

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not NODE.exists(), reason="make setup has not made build/bin/node yet"),
]


def test_a_canary_user_is_answered_by_the_mock_meanwhile_and_by_prisma_again() -> None:
    """GIVEN a canary WHEN its database stops and starts THEN 200 throughout, the breaker opens and closes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated.prepared(Path(folder) / "postgres") as server,
        secrets_endpoint.serving(lambda: server.password) as url,
    ):
        host = NodeHost(server, AWS_ENDPOINT_URL=url)
        path = read_path(CANARY, deadline_s=20.0)

        def prisma(query: dict[str, Any]) -> Any:
            told = host.ask(query)
            path.canary.error = "Unhandled" if "error" in told else None
            return told.get("answer", {"errorType": "DatabaseFault"})

        path.canary.answer = prisma
        try:
            got = [path.get()]
            server.stop()
            got += [path.get() for _ in range(FAILURES + 2)]
            server.start()
            path.clock.at += OPEN_S + 1
            got += [path.get() for _ in range(3)]
        finally:
            host.end()
    assert {answer["statusCode"] for answer in got} == {200}
    assert all(answer == got[0] for answer in got)
    lines = path.lines.messages("SUCCESS", "ERROR")
    away = ["function-error"] * FAILURES + ["breaker-open"] * 2
    assert [line.get("canaryError") for line in lines] == [None, *away, None, None, None]
    served = [line["served"] for line in lines]
    assert served == ["prisma", *["mock"] * len(away), "prisma", "prisma", "prisma"]
