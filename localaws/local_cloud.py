"""Start and stop the local cloud.

The cloud is one process that runs in a virtual environment of its own. Its sandboxes are child processes.
"""

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
    """The local cloud did not start, or it refused a request to one of the rehearsal's routes."""


@dataclass(frozen=True)
class LocalCloud:
    """A running local cloud.

    Attributes:
        endpoint: URL that every AWS client is pointed at.
        pid: Process id of the cloud, which is also the id of its process group.
        factor: Cloud seconds that pass in one real second.
        log: File that holds the cloud's output.
        keys: Access key that requests must be signed with.
        process: Handle of the process. Only the process that started the cloud has one.
    """

    endpoint: str
    pid: int
    factor: float
    log: Path
    keys: Keys
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False, compare=False)

    def get(self, route: str) -> Any:
        """GET one of the rehearsal's own routes, such as ``events?since=0``, and return the answer."""
        return self._send(route, "GET")

    def post(self, route: str, body: Any) -> Any:
        """POST to one of the rehearsal's own routes, such as ``faults``, and return the answer."""
        return self._send(route, "POST", json.dumps(body).encode())

    def delete(self, route: str) -> Any:
        """DELETE one of the rehearsal's own routes, such as ``faults``, and return the answer."""
        return self._send(route, "DELETE")

    def _send(self, route: str, method: str, body: bytes | None = None) -> Any:
        url = f"{self.endpoint}/_rehearsal/{route}"
        opened = {"Authorization": f"Bearer {self.keys.secret_access_key}"}
        request = urllib.request.Request(url, body, opened, method=method)  # noqa: S310 - the cloud's port
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise CloudError(f"{method} {route}: {json.load(error)['message']}") from error


def start(
    state: Path, factor: float, runtime_python: Path, node: Path, *, outlive: bool = False
) -> LocalCloud:
    """Start a local cloud and wait until it answers requests.

    Args:
        state: Folder for the functions' code, the log and the ready file.
        factor: Cloud seconds that pass in one real second.
        runtime_python: Python interpreter that has AWS's runtime client installed.
        node: Node.js executable.
        outlive: Whether the cloud stays up when this process ends. By default the cloud ends with this
            process, even if this process is killed.

    Returns:
        The running cloud.

    Raises:
        CloudError: The process ended before it was ready, or it was not ready within `READY_WITHIN_S`
            seconds. The message has the last lines of its log.
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
    """Stop a cloud; safe to repeat.

    Sends SIGTERM, waits up to `ENDED_WITHIN_S` seconds, then sends SIGKILL to whatever is left of the
    process group.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + ENDED_WITHIN_S
        while time.monotonic() < deadline and alive(pid):
            time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Return whether the process still runs. A child process that has ended is reaped."""
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
    """Run a local cloud for the length of a ``with`` block."""
    cloud = start(state, factor, runtime_python, node)
    try:
        yield cloud
    finally:
        end(cloud.pid)
        if cloud.process is not None:
            cloud.process.wait()
