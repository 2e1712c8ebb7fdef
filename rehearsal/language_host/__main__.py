"""`pulumi-language-python [--tracing ENDPOINT] ENGINE`: serves, and prints on which port."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from concurrent import futures
from pathlib import Path

import grpc
from pulumi.runtime.proto import language_pb2_grpc

from rehearsal.language_host.policy_proxy import LIMITS
from rehearsal.language_host.running import Running, engine_in, with_the_engine
from rehearsal.language_host.servicer import Servicer

EXECUTOR = "pulumi-language-python-exec"
VERSION = "v3.259.0"
CALLS_AT_ONCE = 16
"""Maximum number of concurrent calls; a program and every policy pack hold one for as long as they run."""


def main() -> int:
    """Serve until interrupted, or until the engine is gone.

    Returns:
        The exit code: 0, or 1 if the executor does not exist.
    """
    parser = argparse.ArgumentParser(prog="pulumi-language-python", description=__doc__)
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("--tracing", help="taken, and not used")
    parser.add_argument("--use-executor", type=Path, required=True, help=f"the program {EXECUTOR}")
    arguments, rest = parser.parse_known_args()
    executor: Path = arguments.use_executor
    if not executor.exists():
        sys.stderr.write(f"missing executor {executor}\n")
        return 1
    engine, running = engine_in(rest), Running()
    server = grpc.server(futures.ThreadPoolExecutor(CALLS_AT_ONCE), options=LIMITS)
    servicer = Servicer(executor, engine, VERSION, running)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    signal.signal(signal.SIGINT, lambda *_: server.stop(grace=None))
    server.start()
    if engine:
        with_the_engine(engine, running)
    os.write(sys.stdout.fileno(), f"{port}\n".encode())
    server.wait_for_termination()
    running.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
