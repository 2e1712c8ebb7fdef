"""Turn function versions into programs: unzip the code and set the environment that Lambda sets."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localaws.cloud.account import REGION
from localaws.cloud.credentials import session_of
from localaws.cloud.functions.sandbox import Program

if TYPE_CHECKING:
    from localaws.cloud.clock import Clock
    from localaws.cloud.functions.orphans import Orphans
    from localaws.keys import Keys

NODE_RUNTIME = Path(__file__).resolve().parent / "node_runtime"

NODE_FLAGS = ("--v8-pool-size=1", "--max-semi-space-size=4")
"""Node.js flags for half a dozen processes on one machine: fewer threads to stop and continue, and less
memory for short-lived values. On AWS an execution environment has a machine of its own and uses Node's
defaults."""

DIVIDED = frozenset({"POLL_INTERVAL_S", "SETTLE_S", "TELL_AGAIN_AFTER_S"})
"""Environment variables of functions that set the durations of loops on the cloud's clock. Their values are
cloud seconds, which are divided by the clock factor."""


class UnsupportedRuntimeError(ValueError):
    """The local cloud has no interpreter for a function's runtime."""


@dataclass(frozen=True)
class Programs:
    """Builds the programs of function versions.

    Attributes:
        python: Python interpreter that has AWS's runtime client installed.
        node: Node.js executable.
        code: Folder for unzipped code, with one subfolder per hash of the code.
        endpoint: URL of this cloud, for the SDKs inside functions.
        daemon: Address of the X-Ray daemon.
        clock: The cloud's clock, which converts the durations in `DIVIDED`.
        keys: The cloud's access key, from which the keys of sandboxes are derived.
        orphans: Ends the processes if the cloud is killed. By default nothing does.
    """

    python: Path
    node: Path
    code: Path
    endpoint: str
    daemon: str
    clock: Clock
    keys: Keys
    orphans: Orphans | None = None

    def build(self, record: dict[str, Any], stream: str) -> Program:
        """Build the program of a function version.

        Args:
            record: The function version, as MiniStack keeps it.
            stream: Log stream of the sandbox.

        Raises:
            UnsupportedRuntimeError: The runtime is neither Python nor Node.js.
        """
        config = record["config"]
        directory = self._unzipped(record["code_zip"])
        return Program(
            command=self._command(config["Runtime"], config["Handler"]),
            environment=self._environment(config, directory, stream),
            directory=directory,
            timeout_s=float(config.get("Timeout", 3)),
            function=config["FunctionName"],
            version=config.get("Version", "$LATEST"),
            handler=config["Handler"],
        )

    def _command(self, runtime: str, handler: str) -> list[str]:
        if runtime.startswith("python"):
            return [str(self.python), "-m", "awslambdaric", handler]
        if runtime.startswith("nodejs"):
            shim = NODE_RUNTIME / "native-client.cjs"
            client = NODE_RUNTIME / "node_modules" / "aws-lambda-ric" / "index.mjs"
            return [str(self.node), *NODE_FLAGS, "--require", str(shim), str(client), handler]
        raise UnsupportedRuntimeError(f"No interpreter for runtime {runtime}")

    def _unzipped(self, code: bytes) -> Path:
        target = self.code / hashlib.sha256(code).hexdigest()[:24]
        if not target.exists():
            partial = target.with_suffix(f".{os.getpid()}")
            with zipfile.ZipFile(io.BytesIO(code)) as archive:
                archive.extractall(partial)
            partial.rename(target)
        return target

    def _environment(self, config: dict[str, Any], directory: Path, stream: str) -> dict[str, str]:
        own = dict((config.get("Environment") or {}).get("Variables") or {})
        for name in DIVIDED & own.keys():
            own[name] = str(self.clock.real(float(own[name])))
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": str(directory),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LAMBDA_TASK_ROOT": str(directory),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": config["Handler"],
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **session_of(config["FunctionName"], stream, self.keys),
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
            "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{config['FunctionName']}",
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_XRAY_DAEMON_ADDRESS": self.daemon,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            **own,
        }
