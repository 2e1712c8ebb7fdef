"""Runs a policy pack. Other kinds of plugins are not written in Python here and are refused."""

from __future__ import annotations

import json
import queue
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pulumi.runtime.proto import language_pb2

from rehearsal.language_host.environment import Environment
from rehearsal.language_host.options import HostError, parsed
from rehearsal.language_host.policy_proxy import PolicyProxy
from rehearsal.language_host.running import when_call_ends

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    import grpc
    from pulumi.runtime.proto import analyzer_pb2

    from rehearsal.language_host.running import Running

    Said = queue.SimpleQueue[language_pb2.RunPluginResponse | None]


def run(
    request: language_pb2.RunPluginRequest, context: grpc.ServicerContext, running: Running
) -> Iterator[language_pb2.RunPluginResponse]:
    """Serve a policy pack.

    A pack reads the stack's configuration from environment variables, but the engine sends it in a call.
    Therefore a proxy takes that call, and the pack is started afterwards.

    Yields:
        What the pack prints, and its exit code if that is not 0.

    Raises:
        HostError: The plugin is not a policy pack, a debugger is requested, or an option is not accepted.
    """
    if request.kind != "analyzer" or request.attach_debugger:
        raise HostError(
            f"this stand-in runs policy packs without a debugger, no plugin of kind {request.kind}"
        )
    environment = Environment.of(parsed(request.info))
    folder = Path(request.info.program_directory)
    given = dict(variable.split("=", 1) for variable in request.env)
    with PolicyProxy() as proxy:
        if not context.add_callback(proxy.abandon):
            proxy.abandon()
        yield language_pb2.RunPluginResponse(stdout=f"{proxy.port}\n".encode())
        told = proxy.await_configuration()
        process = running.start(
            environment.command("-u", "-m", "pulumi.policy", *request.args, str(folder)),
            environment.variables(given) | given | stack_variables(told),
            folder=folder,
            piped=True,
        )
        when_call_ends(context, process)
        yield from _spoken(process, proxy)
        if code := running.wait(process):
            yield language_pb2.RunPluginResponse(exitcode=code)


def stack_variables(told: analyzer_pb2.AnalyzerStackConfigureRequest | None) -> dict[str, str]:
    """Return the environment variables that describe the stack to a pack, or none if the engine sent none."""
    if told is None:
        return {}
    variables = {
        "PULUMI_ORGANIZATION": told.organization,
        "PULUMI_PROJECT": told.project,
        "PULUMI_STACK": told.stack,
        "PULUMI_DRY_RUN": "true" if told.dry_run else "false",
        "PULUMI_CONFIG": json.dumps(dict(told.config)),
    }
    return {name: value for name, value in variables.items() if value}


def _spoken(process: subprocess.Popen[bytes], proxy: PolicyProxy) -> Iterator[language_pb2.RunPluginResponse]:
    """Yield what the pack prints after the line with its port, until it closes both streams."""
    if process.stdout is None or process.stderr is None:
        raise HostError("the pack has no output to read")
    said: Said = queue.SimpleQueue()
    readers = [
        threading.Thread(target=_read, args=(process.stderr, "stderr", said)),
        threading.Thread(target=_serve, args=(process.stdout, proxy, said)),
    ]
    for reader in readers:
        reader.start()
    for _ in readers:
        while (answer := said.get()) is not None:
            yield answer
    for reader in readers:
        reader.join()


def _serve(stdout: IO[bytes], proxy: PolicyProxy, said: Said) -> None:
    line = stdout.readline().strip()
    if line.isdigit():
        proxy.attach(int(line))
    else:
        proxy.fail(f"could not read policy pack port: {line.decode(errors='replace') or 'unexpected EOF'}")
    _read(stdout, "stdout", said)


def _read(stream: IO[bytes], name: str, said: Said) -> None:
    with stream:
        for line in stream:
            said.put(language_pb2.RunPluginResponse(**{name: line}))  # type: ignore[arg-type]
    said.put(None)
