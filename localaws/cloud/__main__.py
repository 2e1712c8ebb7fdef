"""`python -m localaws.cloud`: the local cloud as one process on one port of the loopback interface."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
import uvloop

from localaws import private_file
from localaws.cloud.clock import Clock
from localaws.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator

# Set before MiniStack is imported: it reads its settings from the environment at import time.
os.environ.update(
    {
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "PERSIST_STATE": "0",
    }
)


class Server(uvicorn.Server):
    """A uvicorn server that leaves signals to `_serve`, which has more to shut down than connections."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture no signals."""
        yield


def main() -> int:
    """Serve until SIGTERM or SIGINT arrives; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m localaws.cloud", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--factor", type=float, default=60.0, help="cloud seconds in a real one")
    parser.add_argument("--state", type=Path, required=True, help="folder for unzipped code")
    parser.add_argument("--python", type=Path, required=True, help="interpreter with awslambdaric")
    parser.add_argument("--node", type=Path, required=True, help="Node.js")
    parser.add_argument("--ready-file", type=Path, required=True, help="written when requests are answered")
    parser.add_argument("--seed", type=int, default=1, help="seed of sampling and weighted aliases")
    parser.add_argument("--parent", type=int, help="end when this process, which started it, is gone")
    arguments = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", arguments.port))
    os.environ["GATEWAY_PORT"] = str(listening.getsockname()[1])
    uvloop.run(_serve(arguments, listening))
    return 0


async def _serve(arguments: argparse.Namespace, listening: socket.socket) -> None:
    # Imports MiniStack, so it must come after `main` has put the port into the environment.
    from localaws.cloud.build import Places, build  # noqa: PLC0415

    keys = Keys.random()
    endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    cloud = await build(
        endpoint,
        Places(arguments.state, arguments.python, arguments.node),
        Clock(arguments.factor),
        random.Random(arguments.seed),  # noqa: S311 - sampling, not a secret
        keys,
    )
    server = Server(
        uvicorn.Config(
            cloud.app,
            http="httptools",
            ws="none",
            loop="none",
            access_log=False,
            log_level="warning",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
    )
    loops = [asyncio.create_task(work) for work in cloud.loops()]
    if arguments.parent is not None:
        loops.append(asyncio.create_task(_until_orphaned(arguments.parent, stop)))
    for task in loops:
        task.add_done_callback(lambda done: _fail_loudly(done, stop))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await _listening(endpoint, keys, serving)
    private_file.write(
        arguments.ready_file, json.dumps({"endpoint": endpoint, "pid": os.getpid(), **asdict(keys)})
    )
    await stop.wait()
    for task in loops:
        task.cancel()
    await cloud.end()
    server.should_exit = True
    await serving


async def _until_orphaned(parent: int, stop: asyncio.Event) -> None:
    """Stop the cloud when its parent process is gone, since no other process would stop it."""
    while os.getppid() == parent:  # noqa: ASYNC110 - neither Linux nor macOS signals a parent's death
        await asyncio.sleep(1)
    sys.stderr.write(f"Process {parent}, which started the local cloud, is gone\n")
    stop.set()


def _fail_loudly(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    if not task.cancelled() and task.exception() is not None:
        sys.stderr.write(f"A loop of the local cloud died: {task.exception()!r}\n")
        stop.set()


async def _listening(endpoint: str, keys: Keys, server: asyncio.Task[None]) -> None:
    """Wait for the first successful answer; the port is open before the app has started."""
    port = int(endpoint.rpartition(":")[2])
    while not server.done():
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            asked = "GET /_rehearsal/clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            writer.write(f"{asked}Authorization: Bearer {keys.secret_access_key}\r\n\r\n".encode())
            answer = await reader.readline()
            writer.close()
            if answer.startswith(b"HTTP/1.1 200"):
                return
        await asyncio.sleep(0.05)
    server.result()


if __name__ == "__main__":
    sys.exit(main())
