"""What a first request pays: mock_read's imports, the sizes, and prisma_read's start to first answer.

Beside the last stand two floors on the same machine, for reference: Node.js that does nothing, and `pg` alone
that connects and asks once, without Prisma, Secrets Manager or tracing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:1] = [str(ROOT), str(ROOT / "functions")]

from benchmarks import measuring  # noqa: E402 - needs the path above
from tests.mock_read.lambda_host import settings  # noqa: E402 - as above
from tests.prisma_read import migrated, secrets_endpoint  # noqa: E402 - as above
from tests.prisma_read.node_host import NODE, NodeHost, get  # noqa: E402 - as above

ROUNDS = 9
PACKAGES = ROOT / "build" / "functions"
MB = 1_000_000
_TIMED = "import time; began = time.perf_counter(); {work}; print((time.perf_counter() - began) * 1000)"
OURS = _TIMED.format(work="import mock_read.handler")
"""Imports the whole package and builds all clients. AppConfig and KMS are a closed port, refused at once."""
BASE = _TIMED.format(work="import boto3; boto3.client('lambda'); import aws_xray_sdk.core")


def imported_ms(program: str, package: Path) -> float:
    """Time one import in a fresh interpreter of Lambda's version, with the package's compiled files only."""
    environment = {
        **settings(),
        "PYTHONPATH": str(package),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "LAMBDA_TASK_ROOT": str(package),
    }
    done = subprocess.run(
        [measuring.RUNTIME, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"The import failed: {done.stderr[-600:]}")
    return float(done.stdout.splitlines()[-1])


PG = """
const { default: pg } = await import(process.argv[1]);
const [host, port, user, password, database] = process.argv.slice(2);
const client = new pg.Client({ host, port: Number(port), user, password, database });
await client.connect();
await client.query('SELECT * FROM "Creator" LIMIT 1');
process.exit(0);
"""
MODULES = ROOT / "functions" / "prisma_read" / "node_modules"


def ended_ms(*command: str | Path) -> float:
    """Time a process from its start to its end, in milliseconds."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = (time.perf_counter() - began) * 1000
    if done.returncode:
        sys.exit(f"A floor could not be measured: {done.stderr[-600:]}")
    return took


def first_answers_ms() -> tuple[list[float], list[float], list[float]]:
    """Time from process start, by round: the function's first answer, bare Node.js's end, pg's end."""
    os.environ.setdefault("PATH", "/usr/bin:/bin")
    ours: list[float] = []
    bare: list[float] = []
    alone: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        migrated.prepared(Path(folder) / "postgres") as server,
        secrets_endpoint.serving(lambda: server.password) as url,
    ):
        for _ in range(ROUNDS):
            began = time.perf_counter()
            host = NodeHost(server, AWS_ENDPOINT_URL=url)
            told = host.ask(get())
            ours.append((time.perf_counter() - began) * 1000)
            host.end()
            if "answer" not in told:
                sys.exit(f"The Prisma function failed: {told}")
            bare.append(ended_ms(NODE, "-e", "0"))
            where = (server.host, str(server.port), server.user, server.password, server.database)
            entry = (MODULES / "pg" / "lib" / "index.js").as_uri()
            alone.append(ended_ms(NODE, "--input-type=module", "-e", PG, entry, *where))
    return ours, bare, alone


def measure() -> list[measuring.Figure]:
    """Measure the imports in alternating rounds, then the sizes and the Prisma function."""
    ours, base = [], []
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder)
        with zipfile.ZipFile(PACKAGES / "mock_read.zip") as archive:
            archive.extractall(package)
            unpacked = sum(entry.file_size for entry in archive.infolist())
        for _ in range(ROUNDS):
            base.append(imported_ms(BASE, package))
            ours.append(imported_ms(OURS, package))
    ratios = [one / other for one, other in zip(ours, base, strict=True)]
    prisma = (PACKAGES / "prisma_read.zip").stat().st_size
    answered, bare, alone = first_answers_ms()
    return [
        measuring.figure("import of mock_read's package, all clients built", "ms", ours),
        measuring.figure("import of boto3 with one client and aws_xray_sdk", "ms", base),
        measuring.figure("ours / that", "x", ratios, 1.25),
        measuring.figure("mock_read unpacked", "MB", [unpacked / MB], 15),
        measuring.figure("prisma_read.zip", "MB", [prisma / MB], 1.5),
        measuring.figure("prisma_read: start to first answer", "ms", answered, 200),
        measuring.figure("  floor: Node.js starts and ends", "ms", bare),
        measuring.figure("  floor: pg alone, one connection and one query", "ms", alone),
    ]


if __name__ == "__main__":
    raise SystemExit(measuring.run("cold-start", __doc__, measure))
