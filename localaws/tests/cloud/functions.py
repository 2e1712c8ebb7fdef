"""Small functions whose code is written where the test that needs it is."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import textwrap
import time
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from localaws.cloud.functions.programs import NODE_RUNTIME
from localaws.cloud.functions.runtime_api import Invocation
from localaws.cloud.functions.sandbox import Program, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
RUNTIME_PYTHON = Path(os.environ.get("FUNCTIONS_PYTHON") or ROOT / ".venvs" / "runtime" / "bin" / "python")
NODE = ROOT / "build" / "bin" / "node"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

EXTENSION = textwrap.dedent("""
    import http.client, json, os, threading, time

    API = os.environ["AWS_LAMBDA_RUNTIME_API"]
    def ask(method, path, headers, body=None):
        connection = http.client.HTTPConnection(API)
        connection.request(method, "/2020-01-01/extension" + path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("Lambda-Extension-Identifier")
    ME = {"Lambda-Extension-Identifier":
          ask("POST", "/register", {"Lambda-Extension-Name": "after"}, json.dumps({"events": ["INVOKE"]}))}
    answered = threading.Event()
    def work():
        while True:
            ask("GET", "/event/next", ME)
            answered.wait()
            answered.clear()
            time.sleep(AFTER_S)
    def handler(event, context):
        answered.set()
        return "early"
    threading.Thread(target=work, daemon=True).start()
""")
"""Module code that registers an internal extension and works `AFTER_S` seconds after each answer."""


def archive(code: str, name: str = "f.py") -> bytes:
    """A deployment package with one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr(name, textwrap.dedent(code))
    return content.getvalue()


def python_sandbox(folder: Path, code: str, line: Callable[[str], None], timeout_s: float = 5.0) -> Sandbox:
    """A sandbox of Python code whose handler is ``f.handler``."""
    (folder / "f.py").write_text(textwrap.dedent(code))
    return _sandbox(folder, [str(RUNTIME_PYTHON), "-m", "awslambdaric", "f.handler"], line, timeout_s)


def node_sandbox(folder: Path, code: str, line: Callable[[str], None]) -> Sandbox:
    """A sandbox of an ES module whose handler is ``f.handler``."""
    (folder / "f.mjs").write_text(textwrap.dedent(code))
    client = NODE_RUNTIME / "node_modules" / "aws-lambda-ric" / "index.mjs"
    shim = NODE_RUNTIME / "native-client.cjs"
    return _sandbox(folder, [str(NODE), "--require", str(shim), str(client), "f.handler"], line, 5.0)


def _sandbox(folder: Path, command: list[str], line: Callable[[str], None], timeout_s: float) -> Sandbox:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(folder),
        "LAMBDA_TASK_ROOT": str(folder),
        "_HANDLER": "f.handler",
        "AWS_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "s",
    }
    return Sandbox(Program(command, environment, folder, timeout_s, "f", "1", "f.handler"), line, "s")


def invocation(payload: bytes = b"{}", timeout_s: float = 5.0) -> Invocation:
    """An event with a request id of its own."""
    arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
    return Invocation(str(uuid.uuid4()), payload, arn, TRACE, int((time.time() + timeout_s) * 1000))


def state_of(pid: int) -> str:
    """A process's state as ``ps`` tells it: T stopped, S sleeping, R running; empty when it is gone."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "" if shown.stdout.startswith("Z") else shown.stdout.strip()


async def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait for a condition; a test that waits longer has failed."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)
