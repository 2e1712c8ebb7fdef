"""Releases: `pulumi up` publishes a version, `canary release` shifts the alias to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from rehearsal import bad_package
from rehearsal.toolchain import ROOT

if TYPE_CHECKING:
    from rehearsal.engine import Outcome
    from rehearsal.hands import Hands
    from rehearsal.timeline import Step

PACKAGE = "mock_read"
ENDED_WITHIN_S = 180.0
"""Real seconds to wait for a command that runs beside the traffic; its own limits are in cloud time."""


class NotEndedError(RuntimeError):
    """A command did not end in time; the message has its output until then."""


def publish_bad(hands: Hands, _step: Step) -> dict[str, Any]:
    """Run `pulumi up` with a package of the entry function that fails on half of the creators."""
    hands.engine.package(PACKAGE, bad_package.write(hands.outputs.with_name("bad.zip"), PACKAGE))
    return _changed(hands.engine.up())


def publish_good(hands: Hands, _step: Step) -> dict[str, Any]:
    """Run `pulumi up` with the checkout's package."""
    hands.engine.package(PACKAGE, None)
    return _changed(hands.engine.up())


def up_again(hands: Hands, _step: Step) -> dict[str, Any]:
    """Run `pulumi up --refresh` although nothing has changed since the last run."""
    return _changed(hands.engine.up(refresh=True))


def release(hands: Hands, step: Step) -> None:
    """Start `canary release` in its own process while the traffic goes on."""
    command = [
        *(sys.executable, "-m", "canary.cli", "--outputs", str(hands.outputs)),
        *("release", "--reason", step.says, "--yes", "--json"),
    ]
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": hands.cloud.endpoint,
        "AWS_DEFAULT_REGION": hands.target.region,
        **hands.cloud.keys.environment(),
    }
    hands.running[step.name] = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def await_release(hands: Hands, _step: Step) -> dict[str, Any]:
    """Wait for the last `canary release` to end, and return its exit code and output.

    Raises:
        NotEndedError: It did not end in time.
    """
    name, process = hands.running.popitem()
    try:
        out, talk = process.communicate(timeout=ENDED_WITHIN_S)
    except subprocess.TimeoutExpired as error:
        process.kill()
        _, talk = process.communicate()
        raise NotEndedError(f"canary release did not end in {ENDED_WITHIN_S:.0f} s:\n{talk}") from error
    return {
        "release": name,
        "exit_code": process.returncode,
        "said": json.loads(out) if out.strip() else None,
        "talk": talk.splitlines()[-10:],
    }


def _changed(outcome: Outcome) -> dict[str, Any]:
    """Return what the engine changed, by operation."""
    return {
        "changed": dict(Counter(operation for operation, _, _ in outcome.planned)),
        "what": [f"{operation} {name}" for operation, _, name in outcome.planned],
    }
