"""Start and end the local cloud: one process of its own environment, with its sandboxes as children."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localaws.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 60.0
ENDED_WITHIN_S = 10.0


class CloudError(RuntimeError):
    """The local cloud did not start, or died."""


@dataclass(frozen=True)
class LocalCloud:
    """A running local cloud.

    Attributes:
        endpoint: URL that every AWS client is pointed at.
        pid: Process id, which is also its process group's.
        factor: How many cloud seconds pass in a real one.
        log: File with what it printed.
        keys: Whoever has them is answered.
        process: Its handle, in the process that started it.
    """

    endpoint: str
    pid: int
    factor: float
    log: Path
    keys: Keys
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    def get(self, route: str) -> Any:
        """Ask one of the rehearsal's own routes, such as ``events?since=0``."""
        return self._send(route, "GET")

    def post(self, route: str, body: Any) -> Any:
        """Tell one of the rehearsal's own routes something, such as ``faults``."""
        return self._send(route, "POST", json.dumps(body).encode())

    def delete(self, route: str) -> Any:
        """Clear one of the rehearsal's own routes, such as ``faults``."""
        return self._send(route, "DELETE")

    def _send(self, route: str, method: str, body: bytes | None = None) -> Any:
        url = f"{self.endpoint}/_rehearsal/{route}"
        opened = {"Authorization": f"Bearer {self.keys.secret_access_key}"}
        request = urllib.request.Request(url, body, opened, method=method)  # noqa: S310 - this cloud's own port
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise CloudError(f"{method} {route}: {json.load(error)['message']}") from error


def start(
    state: Path, factor: float, runtime_python: Path, node: Path, *, outlive: bool = False
) -> LocalCloud:
    """Start the process and wait until it listens.

    Args:
        state: Folder for its code, its log and its address.
        factor: Cloud seconds in a real one.
        runtime_python: Interpreter with AWS's runtime client.
        node: Node.js.
        outlive: Whether it stays up when this process ends; otherwise it ends too, however that happens.

    Raises:
        CloudError: It ended before it was ready, or was not ready in time; with the end of its log.
    """
    state.mkdir(parents=True, exist_ok=True)
    ready, log = state / "ready.json", state / "cloud.log"
    command = [
        *(str(ROOT / ".venvs" / "cloud" / "bin" / "python"), "-m", "localaws.cloud"),
        *("--port", "0", "--factor", str(factor), "--state", str(state)),
        *("--python", str(runtime_python), "--node", str(node), "--ready-file", str(ready)),
    ]
    if not outlive:
        command += ["--parent", str(os.getpid())]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    try:
        _await_ready(process, ready, log)
    except BaseException:
        end(process.pid)
        process.wait()
        raise
    said = json.loads(ready.read_text())
    ready.unlink()
    keys = Keys(said["access_key_id"], said["secret_access_key"])
    return LocalCloud(said["endpoint"], process.pid, factor, log, keys, process)


def _await_ready(process: subprocess.Popen[bytes], ready: Path, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not (ready.exists() and ready.read_text().strip()):
        if process.poll() is not None:
            raise CloudError(f"The local cloud ended at once (exit {process.returncode}):\n{_tail(log)}")
        if time.monotonic() > deadline:
            raise CloudError(f"The local cloud was not ready in {READY_WITHIN_S:.0f} s:\n{_tail(log)}")
        time.sleep(0.02)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])


def end(pid: int) -> None:
    """Ask the process to end, and end its whole group if it does not; safe to repeat."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + ENDED_WITHIN_S
        while time.monotonic() < deadline and alive(pid):
            time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether the process still runs; a child that has ended is reaped on the way."""
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def running(state: Path, factor: float, runtime_python: Path, node: Path) -> Iterator[LocalCloud]:
    """A local cloud for the length of a ``with`` block."""
    cloud = start(state, factor, runtime_python, node)
    try:
        yield cloud
    finally:
        end(cloud.pid)
        if cloud.process is not None:
            cloud.process.wait()
