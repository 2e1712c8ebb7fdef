"""An engine that is killed can end nothing: what it has started ends by itself."""

from __future__ import annotations

import socket
import subprocess

import pytest

from rehearsal.toolchain import ROOT

pytestmark = pytest.mark.slow

PACK = ("build/bin/pulumi-analyzer-policy-python", ".")
HOST = ("build/language-host/pulumi-language-python",)
ENDS_WITHIN_S = 30.0


@pytest.mark.parametrize("started", [PACK, HOST], ids=["pack", "host"])
def test_what_an_engine_has_started_ends_with_it(started: tuple[str, ...]) -> None:
    """GIVEN a program that serves WHEN the engine's port is closed, as the kernel does THEN it ends."""
    with socket.create_server(("127.0.0.1", 0)) as engine:
        host, port = engine.getsockname()
        process = subprocess.Popen(
            [ROOT / started[0], f"{host}:{port}", *started[1:]],
            cwd=ROOT / "policy",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            assert int(process.stdout.readline()) > 0
            assert process.poll() is None
            engine.close()
            assert process.wait(ENDS_WITHIN_S) != 0
        finally:
            process.kill()
            process.communicate()
