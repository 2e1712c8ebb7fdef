"""Runs the Prisma function's bundle in a separate Node process and sends it events, one per line."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import Protocol

    class Server(Protocol):
        """Location of a database."""

        @property
        def host(self) -> str: ...
        @property
        def port(self) -> int: ...
        @property
        def user(self) -> str: ...
        @property
        def database(self) -> str: ...


ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "functions" / "prisma_read" / "dist"
NODE = ROOT / "build" / "bin" / "node"

_LOOP = """
import { createInterface } from "node:readline";
const context = { getRemainingTimeInMillis: () => Number(process.env.REMAINING_MS ?? 300_000) };
const { handler } = await import(process.argv[1]);
console.log = (line) => process.stderr.write(line + "\\n");  // the answers are alone on stdout
process.stdout.write("ready\\n");
for await (const line of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const told = await handler(JSON.parse(line), context).then(
    (answer) => ({ answer }),
    (error) => ({ error: `${error.name}: ${error.message}` }),
  );
  process.stdout.write(JSON.stringify({ ...told, ms: performance.now() - began }) + "\\n");
}
"""


class NodeHost:
    """One process that runs a bundle, as an execution environment does.

    Args:
        server: Database that the bundle reads from. A stand-in for Secrets Manager has the password.
        bundle: Bundle in `DIST`.
        environment: Additional or replacing environment variables.
    """

    def __init__(self, server: Server, bundle: str = "index.mjs", **environment: str) -> None:
        self._process = subprocess.Popen(
            [NODE, "--input-type=module", "-e", _LOOP, (DIST / bundle).as_uri()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**_settings(server), **environment},
            start_new_session=True,
        )
        assert self._line() == "ready"

    @property
    def pid(self) -> int:
        """Id of the process, for stopping and continuing it."""
        return self._process.pid

    def ask(self, event: Any) -> dict[str, Any]:
        """Run one invocation; returns ``answer`` or ``error``, and ``ms``."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(event) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._line())
        return told

    def end(self) -> None:
        """Kill the process and close its streams."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def _settings(server: Server) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_HOST": server.host,
        "DATABASE_PORT": str(server.port),
        "DATABASE_NAME": server.database,
        "DATABASE_USER": server.user,
        "DATABASE_AUTH": "secret",
        "DATABASE_SECRET_ARN": "arn:aws:secretsmanager:us-east-1:000000000000:secret:db",
        "DATABASE_TLS": "off",
        "CONNECT_TIMEOUT_MS": "2000",
        "QUERY_TIMEOUT_MS": "2000",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


def get(creator: str = "c-0001", limit: int = 10, cursor: str | None = None) -> dict[str, Any]:
    """Return the query that the entry function sends."""
    return {"version": 1, "operation": "getCreator", "creatorId": creator, "limit": limit, "cursor": cursor}
