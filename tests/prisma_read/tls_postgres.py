"""PostgreSQL with TLS, which the wheel's build lacks: Debian's server, or the wheel's behind a terminator.

Both use a certificate authority of our own. Every user is trusted once TLS is established, so that an IAM
token is accepted as it is by RDS Proxy.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from rehearsal import database
from tests.mock_read.parts import until
from tests.prisma_read import migrated, tls_terminator
from tests.prisma_read.secrets_endpoint import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

DEBIANS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""Where Debian and Ubuntu install the binaries of their servers."""


@dataclass(frozen=True)
class TlsServer:
    """A server that accepts only TLS, with the seed's rows; has what `NodeHost` needs from a server."""

    port: int
    authority: Path
    host: str = "localhost"
    user: str = "huntaze"
    database: str = "postgres"


@contextlib.contextmanager
def terminated() -> Iterator[TlsServer]:
    """Run the wheel's server behind a terminator with a certificate for localhost; works everywhere."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tls"
        folder.mkdir()
        _certificates(folder, TlsServer.host)
        with migrated.prepared(Path(name) / "postgres") as plain:
            (plain.directory / "data" / "pg_hba.conf").write_text("host all all 127.0.0.1/32 trust\n")
            with psycopg.connect(plain.dsn) as connection:
                connection.execute("SELECT pg_reload_conf()")
            with tls_terminator.running(plain.port, folder / "server.crt", folder / "server.key") as port:
                yield TlsServer(port, folder / "authority.crt", database=plain.database)


@contextlib.contextmanager
def debians() -> Iterator[TlsServer]:
    """Run Debian's server with a certificate for localhost."""
    folder = Path(tempfile.mkdtemp())
    as_user = _unprivileged(folder)
    try:
        _certificates(folder, TlsServer.host)
        data = folder / "data"
        _run(
            DEBIANS[-1] / "initdb",
            "-D",
            data,
            "-U",
            "huntaze",
            "--auth=trust",
            "--no-sync",
            cwd=folder,
            **as_user,
        )
        (data / "pg_hba.conf").write_text(
            "hostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust\n"
        )
        port = free_port()
        options = {
            "port": str(port),
            "listen_addresses": "localhost",
            "unix_socket_directories": "",
            "ssl": "on",
            "ssl_cert_file": str(folder / "server.crt"),
            "ssl_key_file": str(folder / "server.key"),
            "fsync": "off",
        }
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [DEBIANS[-1] / "postgres", "-D", data, *flags], cwd=folder, stdout=log, stderr=log, **as_user
            )
        try:
            dsn = f"host=127.0.0.1 port={port} user=huntaze dbname=postgres sslmode=require"
            _await(dsn)
            server = TlsServer(port, folder / "authority.crt")
            trust = {"DATABASE_TLS": "verify-full", "NODE_EXTRA_CA_CERTS": str(server.authority)}
            migrated.migrate(server, "any", **trust)
            database.load(dsn)
            yield server
        finally:
            process.terminate()
            process.wait()
    finally:
        shutil.rmtree(folder)


def _await(dsn: str) -> None:
    def answers() -> bool:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            return False
        return True

    until(answers, 20.0)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Run as ``nobody`` when root, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _certificates(folder: Path, name: str) -> None:
    authority = ["-keyout", "authority.key", "-out", "authority.crt", "-subj", "/CN=authority"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    signed = ["-CA", "authority.crt", "-CAkey", "authority.key", "-addext", f"subjectAltName=DNS:{name}"]
    server = ["-keyout", "server.key", "-out", "server.crt", "-subj", f"/CN={name}"]
    _run("openssl", "req", "-x509", *key, *authority, cwd=folder)
    _run("openssl", "req", "-x509", *key, *signed, *server, cwd=folder)
    (folder / "server.key").chmod(0o600)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        for file in folder.iterdir():
            os.chown(file, nobody.pw_uid, nobody.pw_gid)


def _run(*command: str | Path, cwd: Path, **more: Any) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stderr
