"""PgBouncer with transaction pooling in front of a server.

No package registry for Python, Node.js or Go carries it. It is used if it is installed; CI unpacks Debian's
without root: `tools/pgbouncer.sh`.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.mock_read.parts import until
from tests.prisma_read.node_host import ROOT
from tests.prisma_read.secrets_endpoint import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.postgres import PostgresServer

UNPACKED = ROOT / "build" / "pgbouncer"
POOL = 2
"""Connections to the server, fewer than function processes, so any transaction may get another connection."""
NAMED_STATEMENTS = (1, 21)
"""First version that handles named statements unless configured otherwise:
https://www.pgbouncer.org/changelog.html."""


@dataclass(frozen=True)
class Pooler:
    """Address of the pool; has what `NodeHost` needs from a server."""

    port: int
    user: str
    password: str
    database: str
    host: str = "127.0.0.1"

    @property
    def dsn(self) -> str:
        """Connection string for libpq."""
        who = f"user={self.user} password={self.password}"
        return f"host={self.host} port={self.port} {who} dbname={self.database}"


def program() -> Path | None:
    """Return the binary, installed or unpacked in the build folder; None if there is none."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin"
    found = shutil.which("pgbouncer", path=path) or shutil.which(
        "pgbouncer", path=str(UNPACKED / "usr" / "sbin")
    )
    return Path(found) if found else None


@contextlib.contextmanager
def pooling(server: PostgresServer) -> Iterator[Pooler]:
    """Run the pooler without support for named statements, because not every pooler has it."""
    folder = Path(tempfile.mkdtemp(prefix="pgbouncer-"))
    try:
        binary, environment = _copied(folder)
        pooler = Pooler(free_port(), server.user, server.password, server.database)
        _configure(folder, server, pooler, _version(binary, environment))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [binary, folder / "pgbouncer.ini"], env=environment, stdout=log, stderr=log, **_nobody(folder)
            )
        try:
            until(lambda: _answers(pooler), 10.0)
            yield pooler
        finally:
            process.terminate()
            process.wait()
    finally:
        shutil.rmtree(folder)


def _configure(folder: Path, server: PostgresServer, pooler: Pooler, version: tuple[int, ...]) -> None:
    users = folder / "users"
    users.write_text(f'"{server.user}" "{server.password}"\n')
    settings = {
        "listen_addr": pooler.host,
        "listen_port": str(pooler.port),
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": str(users),
        "pool_mode": "transaction",
        "default_pool_size": str(POOL),
        **({"max_prepared_statements": "0"} if version >= NAMED_STATEMENTS else {}),
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    to = f"host={server.host} port={server.port} dbname={server.database}"
    content = ["[databases]", f"{pooler.database} = {to}", "[pgbouncer]", *lines]
    (folder / "pgbouncer.ini").write_text("\n".join(content) + "\n")


def _copied(folder: Path) -> tuple[Path, dict[str, str]]:
    """Copy the binary and its libraries to where ``nobody`` may run it."""
    binary = program()
    assert binary is not None
    shutil.copy(binary, folder / "pgbouncer")
    for library in UNPACKED.glob("usr/lib/*/lib*.so*"):
        shutil.copy(library, folder / library.name, follow_symlinks=True)
    return folder / "pgbouncer", {"LD_LIBRARY_PATH": str(folder)}


def _version(binary: Path, environment: dict[str, str]) -> tuple[int, ...]:
    done = subprocess.run([binary, "--version"], env=environment, capture_output=True, text=True, check=True)
    found = re.search(r"PgBouncer (\d+)\.(\d+)", done.stdout)
    assert found, done.stdout
    return tuple(map(int, found.groups()))


def _nobody(folder: Path) -> dict[str, Any]:
    """Run as ``nobody`` when root, because PgBouncer refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.iterdir()):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _answers(pooler: Pooler) -> bool:
    try:
        psycopg.connect(pooler.dsn, prepare_threshold=None).close()
    except psycopg.OperationalError:
        return False
    return True
