"""A sandbox for tests: AWS's own runtime client against a small Runtime and Extensions API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and …/runtimes-extensions-api.html
"""

from __future__ import annotations

import base64
import json
import os
import queue
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
ARN = "arn:aws:lambda:us-east-1:000000000000:function"
HANDLER = "mock_read.handler.lambda_handler"
LIMIT_S = 20.0
"""Longest wait for anything, in seconds; a test that reaches it has failed."""


def interpreter() -> str:
    """Return a Python with AWS's runtime client: the one that set-up made, otherwise FUNCTIONS_PYTHON."""
    made = ROOT / ".venvs" / "runtime" / "bin" / "python"
    return str(made) if made.exists() else os.environ["FUNCTIONS_PYTHON"]


@dataclass
class Services:
    """AWS as the function's SDK sees it.

    Attributes:
        flags: Served read-flags document.
        kill: Served kill-switch document.
        appconfig_up: Whether AppConfig answers at all.
        flag_reads: Number of calls to AppConfig.
        prisma: Maps an invoked ARN and its payload to the payload of the answer.
        invoked: ARN and trace header of each invocation.
    """

    flags: Any
    prisma: Callable[[str, dict[str, Any]], Any]
    kill: Any = field(default_factory=lambda: {"prismaKill": {"enabled": False}})
    appconfig_up: bool = True
    flag_reads: int = 0
    invoked: list[tuple[str, str | None]] = field(default_factory=list)

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        """Answer one AWS call."""
        if path.startswith("/configuration"):
            return self._appconfig(path, body)
        if invoked := re.fullmatch(r"/2015-03-31/functions/(.+)/invocations", path):
            arn = invoked[1].replace("%3A", ":")
            self.invoked.append((arn, headers.get("X-Amzn-Trace-Id")))
            if headers.get("X-Amz-Invocation-Type") == "Event":
                return 202, b"", {}  # queued; no one waits for it
            return 200, json.dumps(self.prisma(arn, json.loads(body))).encode(), {}
        if headers.get("X-Amz-Target") == "TrentService.GenerateMac":
            return 200, json.dumps({"Mac": base64.b64encode(b"k" * 32).decode()}).encode(), {}
        return 404, b"{}", {}

    def _appconfig(self, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        self.flag_reads += 1
        if not self.appconfig_up:
            return 500, b"{}", {"x-amzn-ErrorType": "InternalServerException"}
        if path == "/configurationsessions":
            token = json.loads(body)["ConfigurationProfileIdentifier"]
            return 201, json.dumps({"InitialConfigurationToken": token}).encode(), {}
        profile = path.partition("configuration_token=")[2]
        document = self.kill if profile == "kill-switch" else self.flags
        told = {"Next-Poll-Configuration-Token": profile, "Next-Poll-Interval-In-Seconds": "0"}
        return 200, json.dumps(document).encode(), told


@dataclass
class Done:
    """One invocation as Lambda sees it.

    Attributes:
        answer: What the runtime posted.
        failed: Whether it posted an error.
        answered_s: Seconds from the event to the posted answer.
        rest: Set when the extension has asked for the next event; `idle_s` is the time of that.
    """

    answer: Any = None
    failed: bool = False
    answered_s: float = 0.0
    idle_s: float = 0.0
    has_answer: threading.Event = field(default_factory=threading.Event)
    rest: threading.Event = field(default_factory=threading.Event)


class Sandbox:
    """One process of AWS's runtime client with a handler."""

    def __init__(
        self, services: Services, handler: str = "mock_read.handler.lambda_handler", **extra: str
    ) -> None:
        self.services = services
        self.lines: list[dict[str, Any]] = []
        self.segments: list[dict[str, Any]] = []
        self._runtime: queue.Queue[bytes] = queue.Queue()
        self._extension: queue.Queue[bytes] = queue.Queue()
        self._started = 0.0
        self._registered = False
        self._done = Done()
        self._idle = {"runtime": threading.Event(), "extension": threading.Event()}
        self._server = self._serve()
        self._daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._daemon.bind(("127.0.0.1", 0))
        threading.Thread(target=self._collect, daemon=True).start()
        here = f"127.0.0.1:{self._server.server_address[1]}"
        environment = {
            **settings(),
            "AWS_LAMBDA_RUNTIME_API": here,
            "AWS_ENDPOINT_URL": f"http://{here}",
            "AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{self._daemon.getsockname()[1]}",
            **extra,
        }
        self._process = subprocess.Popen(
            [interpreter(), "-P", "-m", "awslambdaric", handler],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._idle["runtime"].wait(LIMIT_S), f"the runtime never asked for an event: {self.lines}"
        # The extension's first `next` must not be taken for the end of an invocation.
        assert not self._registered or self._idle["extension"].wait(LIMIT_S), "the extension never began"

    def invoke(
        self, event: Any, *, timeout_s: float = 15.0, wait: bool = True, qualifier: str = "live"
    ) -> Done:
        """Pass an event to an alias or a version; with ``wait``, return once the answer has been posted."""
        self._done = done = Done()
        deadline = str(int((time.time() + timeout_s) * 1000))
        self._idle["extension"].clear()
        self._started = time.perf_counter()
        invocation = {"eventType": "INVOKE", "requestId": "r-1", "deadlineMs": int(deadline)}
        self._extension.put(json.dumps(invocation).encode())
        work = {"deadline": deadline, "event": event, "arn": f"{ARN}:huntaze-mock-read:{qualifier}"}
        self._runtime.put(json.dumps(work).encode())
        if wait:
            assert done.has_answer.wait(LIMIT_S), "no answer"
        return done

    def signal(self, number: signal.Signals) -> None:
        """Stop, continue or kill the whole process group, as Lambda does."""
        os.killpg(self._process.pid, number)

    def end(self) -> list[dict[str, Any]]:
        """Kill the process, clean up, and return its JSON lines."""
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join(LIMIT_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._server.shutdown()
        self._server.server_close()
        self._daemon.close()
        return self.lines

    def messages(self, *wanted: str) -> list[dict[str, Any]]:
        """Return the log lines with these messages."""
        return [line for line in self.lines if line.get("message") in wanted]

    def metric(self, name: str) -> float:
        """Return the sum of a metric over everything written so far."""
        return sum(float(line[name][0]) for line in self.lines if "_aws" in line and name in line)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self.lines.append(json.loads(line))
            else:
                self.lines.append({"text": line})

    def _collect(self) -> None:
        while True:
            try:
                data = self._daemon.recv(65_536)
            except OSError:
                return
            self.segments.append(json.loads(data.partition(b"\n")[2]))

    def _next(self, who: str, work: queue.Queue[bytes]) -> bytes:
        self._idle[who].set()
        if who == "extension" and self._started:
            self._done.idle_s = time.perf_counter() - self._started
            self._done.rest.set()
        return work.get()

    def _serve(self) -> ThreadingHTTPServer:
        sandbox = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def do_GET(self) -> None:
                self._handle()

            def do_POST(self) -> None:
                self._handle()

            def log_message(self, *_: Any) -> None:
                """Log nothing; tests are quiet."""

            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, content, headers = sandbox._route(self.path, self.headers, body)
                self.send_response(status)
                # The runtime client reads this header without checking that it exists.
                self.send_header("Content-Type", "application/json")
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                self.wfile.flush()

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server

    def _route(self, path: str, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if path == "/2018-06-01/runtime/invocation/next":
            work = json.loads(self._next("runtime", self._runtime))
            told = {
                "Lambda-Runtime-Aws-Request-Id": "r-1",
                "Lambda-Runtime-Deadline-Ms": work["deadline"],
                "Lambda-Runtime-Invoked-Function-Arn": work["arn"],
                "Lambda-Runtime-Trace-Id": TRACE,
            }
            return 200, json.dumps(work["event"]).encode(), told
        if path.startswith("/2018-06-01/runtime/"):
            self._done.answered_s = time.perf_counter() - self._started
            self._done.answer, self._done.failed = json.loads(body), path.endswith("/error")
            self._done.has_answer.set()
            return 202, b"", {}
        if path == "/2020-01-01/extension/register":
            self._registered = True
            return 200, b"{}", {"Lambda-Extension-Identifier": "e-1"}
        if path == "/2020-01-01/extension/event/next":
            return 200, self._next("extension", self._extension), {}
        return self.services.answer(path, headers, body)


def settings() -> dict[str, str]:
    """Return the function's environment variables as the stack sets them."""
    return {
        "PATH": "/usr/bin:/bin",
        # The sources, and the third-party packages of the function's package.
        "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT}:{ROOT / '.venvs' / 'bundles' / 'mock_read'}",
        "LAMBDA_TASK_ROOT": str(ROOT / "functions"),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_LAMBDA_FUNCTION_NAME": "huntaze-mock-read",
        "APPCONFIG_APPLICATION": "huntaze-read-migration",
        "RAMP_ENVIRONMENT": "ramp",
        "FLAG_PROFILE": "read-flags",
        "KILL_ENVIRONMENT": "kill",
        "KILL_PROFILE": "kill-switch",
        "POLL_INTERVAL_S": "15",
        "PRISMA_FUNCTION_ARN": f"{ARN}:huntaze-prisma-read:live",
        "SHADOW_FUNCTION_ARN": f"{ARN}:huntaze-prisma-read-shadow:live",
        "METRICS_NAMESPACE": "Huntaze/ReadMigration",
        "PSEUDONYM_KEY_ID": "alias/pseudonym",
        "BUCKET_SALT": "salt",
        "NOISE_PERCENT": "0",
        "USER_NAMED_BY": "header",
    }


def get(path: str = "/creators/c-0001", user: str = "user-1") -> dict[str, Any]:
    """Return an HTTP API v2 event."""
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"x-user-id": user},
        "requestContext": {"stage": "$default", "http": {"method": "GET", "path": path}},
    }
