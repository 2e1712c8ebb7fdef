"""Runs commands in forked children of a process that has already loaded the application.

Each child is a separate process with its own signal handling. Reads one JSON document from stdin: command
lines, and the files for their streams. Prints the process ids, and for each process that ends its id, exit
code and time (`time.monotonic`, which is the same clock in every process).
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import signal
import sys
import time

from botocore.loaders import JSONFileLoader

from canary.cli.__main__ import main
from canary.cli.clients import Clients


def child(words: list[str], environment: dict[str, str], out: str) -> None:
    """Become the command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.update(environment)
    for number, name in ((1, f"{out}.out"), (2, f"{out}.err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    code = 1
    try:
        main(words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def read_models() -> None:
    """Read AWS's models once for all children, because that takes most of the time of making a client."""
    original = JSONFileLoader.load_file
    read = functools.cache(lambda path: original(JSONFileLoader(), path))
    JSONFileLoader.load_file = lambda _loader, path: read(path)  # type: ignore[assignment, method-assign]
    own = Clients("http://127.0.0.1:9", "us-east-1")
    for name in dir(type(own)):
        if isinstance(inspect.getattr_static(type(own), name), functools.cached_property):
            getattr(own, name)


def run() -> None:
    """Start all commands, then report each one that ends."""
    read_models()
    asked = json.loads(sys.stdin.buffer.readline())
    started = []
    for one in asked:
        process = os.fork()
        if process == 0:
            child(one["words"], one["environment"], one["out"])
        started.append(process)
    sys.stdout.write(json.dumps(started) + "\n")
    sys.stdout.flush()
    for _ in started:
        process, status = os.wait()
        sys.stdout.write(json.dumps([process, os.waitstatus_to_exitcode(status), time.monotonic()]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run()
