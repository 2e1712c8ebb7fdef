"""Runs the Pulumi program with the executor that ships with the real host."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from pulumi.runtime.proto import language_pb2

from rehearsal.language_host.environment import Environment
from rehearsal.language_host.options import HostError, parsed
from rehearsal.language_host.running import when_call_ends

if TYPE_CHECKING:
    from pathlib import Path

    import grpc

    from rehearsal.language_host.running import Running

TOLD_ALREADY = 32
"""Exit code of a program whose error has already been shown to a person."""


def run(
    request: language_pb2.RunRequest,
    context: grpc.ServicerContext,
    executor: Path,
    engine: str,
    running: Running,
) -> language_pb2.RunResponse:
    """Run a program to its end.

    Raises:
        HostError: The environment does not exist, or a debugger is requested.
    """
    if request.attach_debugger:
        raise HostError("this stand-in attaches no debugger")
    environment = Environment.of(parsed(request.info))
    environment.validate()
    configuration = {
        "PULUMI_CONFIG": json.dumps(dict(request.config)),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
    }
    process = running.start(
        environment.command(str(executor), *arguments(request, engine)),
        environment.variables(os.environ) | configuration,
    )
    when_call_ends(context, process)
    code = running.wait(process)
    if code == TOLD_ALREADY:
        return language_pb2.RunResponse(bail=True)
    return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {code}" if code else "")


def arguments(request: language_pb2.RunRequest, engine: str) -> list[str]:
    """Return the executor's command line; empty options are left out."""
    named = {
        "monitor": request.monitor_address,
        "engine": engine,
        "project": request.project,
        "root_directory": request.info.root_directory,
        "stack": request.stack,
        "pwd": request.pwd,
        "dry_run": "true" if request.dryRun else "false",
        "parallel": str(request.parallel),
        "organization": request.organization,
    }
    options = [word for name, value in named.items() if value for word in (f"--{name}", value)]
    return [*options, request.info.entry_point, *request.args]
