"""One stack of the rehearsal that is up, and `canary` run on it as a person runs it: as its own process."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from rehearsal import stack, toolchain
from rehearsal.engine import PROJECT, Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from canary.cli.target import Target
    from localaws.local_cloud import LocalCloud
    from rehearsal.postgres import PostgresServer

ROOT = toolchain.ROOT
REGION = "us-east-1"
OBSERVED = Path(__file__).parent / "observed"
"""Folder whose module Python imports at startup; the module records which calls are made to AWS."""
LONGEST_S = 180.0
"""Seconds. No command that ends by itself takes this long on two cores."""
ENDLESS_S = 90.0
"""Seconds within which an awaited line arrives; after that the waiting command is ended."""
ENDS_WITHIN_S = 20.0
SHOWN = 3000
"""Characters of output in the message of a failed test."""
INTERRUPTED = 130


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    @property
    def document(self) -> Any:
        """Standard output parsed as JSON.

        Raises:
            ValueError: Standard output is not JSON.
        """
        return json.loads(self.out)

    def __str__(self) -> str:
        """What it did, for the message of a failed test."""
        shown = "\n".join(
            text if len(text) < SHOWN else f"{text[:SHOWN]} ..." for text in (self.out, self.err)
        )
        return f"canary {' '.join(self.words)} -> {self.code} in {self.seconds:.1f} s\n{shown}"


@dataclass
class Unit:
    """A stack that is up.

    Attributes:
        outputs: File with the stack's outputs, as `--outputs` takes it.
        work: Folder of this run.
    """

    cloud: LocalCloud
    database: PostgresServer
    engine: Engine
    target: Target
    outputs: Path
    work: Path
    make: Callable[[str], Any]
    ran: list[Ran] = field(default_factory=list)

    @property
    def calls(self) -> Path:
        """File with the calls that commands made. Each line has service, operation and command words."""
        return self.work / "calls"

    @property
    def environment(self) -> dict[str, str]:
        """What a kept rehearsal tells a person to export, and nothing of the user's own AWS configuration."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CANARY_"))}
        return {
            **own,
            "AWS_ENDPOINT_URL": self.cloud.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            **self.cloud.keys.environment(),
            "AWS_EC2_METADATA_DISABLED": "true",
            "COLUMNS": "160",
            # Compile once per run instead of at every start, and only into this run's folder.
            "PYTHONPYCACHEPREFIX": str(self.work / "compiled"),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": os.pathsep.join(map(str, (OBSERVED, ROOT, ROOT / "functions"))),
            "CANARY_CALLS": str(self.calls),
        }

    def canary(self, *words: str, named: bool = False, code: int | None = None) -> Ran:
        """Run `canary` to its end.

        Args:
            words: Words as typed after `canary`.
            named: Whether the words themselves name the unit; otherwise ``--outputs`` precedes them.
            code: Required exit code; ``None`` allows any.
        """
        began = time.monotonic()
        done = subprocess.run(
            self.command(*words, named=named),
            cwd=ROOT,
            env={**self.environment, **(self.engine.environment if named else {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        ran = Ran(words, done.returncode, done.stdout, done.stderr, time.monotonic() - began)
        self.ran.append(ran)
        assert "Traceback" not in ran.err, str(ran)
        assert code is None or ran.code == code, str(ran)
        return ran

    def command(self, *words: str, named: bool = False) -> list[str]:
        """Return the command line of a process that runs `canary`."""
        unit = () if named else ("--outputs", str(self.outputs))
        return [sys.executable, "-m", "canary.cli", *unit, *words]

    @contextlib.contextmanager
    def going_on(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Run a command that does not end by itself, then end it with Ctrl-C and check its documented exit.

        Args:
            words: Words as typed after `canary`.
        """
        process = subprocess.Popen(
            self.command(*words),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        late = threading.Timer(ENDLESS_S, process.kill)
        late.start()
        try:
            yield process
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=ENDS_WITHIN_S)
            ran = Ran(words, process.returncode, out, err, 0.0)
            assert ran.code == INTERRUPTED, str(ran)
            assert "Traceback" not in err, str(ran)
        finally:
            late.cancel()
            process.kill()
            process.communicate()

    def await_line(self, pattern: str, *words: str) -> str:
        """Return the first line of `canary logs --follow` that contains a pattern.

        Args:
            pattern: Regular expression.
            words: More options of `canary logs`.
        """
        with self.going_on("logs", "--follow", "--since", "1m", *words) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if re.search(pattern, line):
                    return line
        raise AssertionError(f"no line with {pattern!r} came in {ENDLESS_S:g} s")

    def configure(self, name: str, value: str) -> None:
        """Change the stack's configuration as `pulumi config set` does; the next `up` applies it."""
        path = self.work / "engine" / f"Pulumi.{stack.NAME}.yaml"
        settings = yaml.safe_load(path.read_text())
        settings["config"][f"{PROJECT}:{name}"] = value
        path.write_text(yaml.safe_dump(settings))

    @property
    def api_url(self) -> str:
        """Base URL that users call."""
        return stack.api_url(self.cloud.endpoint, self.target)
