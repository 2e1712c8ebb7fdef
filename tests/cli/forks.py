"""Runs the command in child processes of one that has loaded it: each is a process with its own signals.

Reads one JSON document on stdin, command lines with the files that their streams go to; prints the processes'
ids, and, as each ends, its id, exit code and moment (`time.monotonic`, the same clock in every process).
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
    """Read AWS's models once, for all children: it is most of the time that a client takes to be made."""
    original = JSONFileLoader.load_file
    read = functools.cache(lambda path: original(JSONFileLoader(), path))
    JSONFileLoader.load_file = lambda _loader, path: read(path)  # type: ignore[assignment, method-assign]
    own = Clients("http://127.0.0.1:9", "us-east-1")
    for name in dir(type(own)):
        if isinstance(inspect.getattr_static(type(own), name), functools.cached_property):
            getattr(own, name)


def run() -> None:
    """Start them all, then tell of each that ends."""
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
