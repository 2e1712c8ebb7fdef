"""The second contract takes the first one's place, on both sides, as `docs/your-own-read-path.md` says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rehearsal import postgres
from tests.mock_read.lambda_host import ROOT, Sandbox, Services, get
from tests.mock_read.parts import CANARY, SHADOW, until
from tests.prisma_read import migrated, node_host, secrets_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLE = ROOT / "examples" / "other-read-path"
PRISMA_READ = ROOT / "functions" / "prisma_read"


@pytest.fixture(scope="module")
def mock_side(tmp_path_factory: pytest.TempPathFactory) -> str:
    """PYTHONPATH of a mock_read whose contract is the example's."""
    folder = tmp_path_factory.mktemp("functions")
    shutil.copytree(ROOT / "functions" / "mock_read", folder / "mock_read")
    shutil.copytree(
        ROOT / "canary", folder / "canary", ignore=shutil.ignore_patterns("cli", "unit", "verdict")
    )
    shutil.copyfile(EXAMPLE / "contract.py", folder / "canary" / "read" / "contract.py")
    return f"{folder}:{ROOT / '.venvs' / 'bundles' / 'mock_read'}"


def order(number: int) -> dict[str, Any]:
    """Prisma's answer, with the labels in another order."""
    return {
        "status": "ok",
        "body": {
            "number": number,
            "status": "paid",
            "total": "12.50",
            "placedAt": "2026-01-05T08:30:00.000Z",
            "labels": ["eu", "gift"],
        },
    }


def test_its_requests_are_answered_shadowed_and_compared_by_its_rules(mock_side: str) -> None:
    """Nothing but the contract was replaced."""
    sandbox = Sandbox(Services(SHADOW, lambda _, query: order(query["number"])), PYTHONPATH=mock_side)
    try:
        done = sandbox.invoke(get("/orders/1"))
        assert done.answer["statusCode"] == 200
        assert json.loads(done.answer["body"])["status"] == "paid"
        assert done.rest.wait(20)
        until(lambda: sandbox.metric("ShadowCompared") == 1)
        assert sandbox.metric("ShadowDiffs") == 0
        assert sandbox.invoke(get("/creators/c-0001")).answer["statusCode"] == 404
        assert sandbox.invoke(get("/orders/none")).answer["statusCode"] == 400
    finally:
        sandbox.end()


def test_its_canary_falls_back_on_an_answer_that_breaks_its_contract(mock_side: str) -> None:
    """Another order's record is never served."""
    sandbox = Sandbox(Services(CANARY, lambda _, query: order(query["number"] + 1)), PYTHONPATH=mock_side)
    try:
        answer = sandbox.invoke(get("/orders/1")).answer
        assert json.loads(answer["body"])["number"] == 1
        until(lambda: bool(sandbox.messages("ERROR")))
        assert sandbox.messages("ERROR")[0]["canaryError"] == "malformed"
    finally:
        sandbox.end()


@pytest.fixture(scope="module")
def prisma_side() -> Iterator[Path]:
    """A prisma_read with the example's contract, schema and migration, type-checked and bundled."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "prisma_read"
        left_out = shutil.ignore_patterns("node_modules", "dist", "generated", "test", "migrations")
        shutil.copytree(PRISMA_READ, copy, ignore=left_out)
        (copy / "node_modules").symlink_to(PRISMA_READ / "node_modules")
        shutil.copyfile(EXAMPLE / "contract.ts", copy / "src" / "contract.ts")
        shutil.copytree(EXAMPLE / "prisma", copy / "prisma", dirs_exist_ok=True)
        for script in ("typecheck", "build"):
            done = subprocess.run(
                [node_host.NODE.with_name("npm"), "--prefix", str(copy), "run", "--silent", script],
                env={**os.environ, "PATH": f"{node_host.NODE.parent}:{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
        yield copy / "dist"


@pytest.mark.slow
@pytest.mark.skipif(not node_host.NODE.exists(), reason="make setup has not made build/bin/node yet")
def test_its_prisma_side_answers_from_a_migrated_database(prisma_side: Path) -> None:
    """Its schema, its migration, its query: the same document as the mock's."""
    with tempfile.TemporaryDirectory() as folder, postgres.running(Path(folder) / "postgres") as server:
        assert migrated.migrate(server, server.password, str(prisma_side / "migrate" / "index.mjs"))
        with secrets_endpoint.serving(lambda: server.password) as url:
            host = node_host.NodeHost(server, str(prisma_side / "index.mjs"), AWS_ENDPOINT_URL=url)
            try:
                told = host.ask({"version": 1, "operation": "getOrder", "number": 1})
                missing = host.ask({"version": 1, "operation": "getOrder", "number": 3})
            finally:
                host.end()
    assert told["answer"] == order(1)
    assert missing["answer"] == {"status": "not-found"}
