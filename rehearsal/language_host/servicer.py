# ruff: noqa: ARG002, N802 - the protocol dictates the methods' names and arguments
"""The language host's gRPC service, which the CLI calls."""

from __future__ import annotations

import contextlib
import functools
import random
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    language_pb2_grpc,
    plugin_pb2,
)

from rehearsal.language_host import packages, plugin, program
from rehearsal.language_host.environment import Environment
from rehearsal.language_host.options import HostError, parsed
from rehearsal.language_host.running import with_the_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rehearsal.language_host.running import Running


@contextlib.contextmanager
def _refusing(context: grpc.ServicerContext) -> Iterator[None]:
    """Answer the call with the error that is raised in the block."""
    try:
        yield
    except HostError as error:
        context.abort(grpc.StatusCode.UNKNOWN, str(error))


class Servicer(language_pb2_grpc.LanguageRuntimeServicer):
    """The language host.

    Args:
        executor: Path of the program `pulumi-language-python-exec`.
        engine: Address of the engine; empty if a handshake will send it.
        version: Version of the CLI that this host belongs to.
        running: The processes that it starts.
    """

    def __init__(self, executor: Path, engine: str, version: str, running: Running) -> None:
        self._executor, self._engine, self._version, self._running = executor, engine, version, running

    def Handshake(self, request: Any, context: Any) -> language_pb2.LanguageHandshakeResponse:
        """Store the engine's address."""
        self._engine = request.engine_address
        with_the_engine(self._engine, self._running)
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """Return the host's version."""
        return plugin_pb2.PluginInfo(version=self._version)

    def GetRequiredPackages(self, request: Any, context: Any) -> language_pb2.GetRequiredPackagesResponse:
        """Return the plugins that a program needs; create its environment if there is none."""
        with _refusing(context):
            environment = Environment.of(parsed(request.info))
            environment.ensure(self._say())
            environment.ask("--version")
            return language_pb2.GetRequiredPackagesResponse(packages=packages.required(environment))

    def GetProgramDependencies(
        self, request: Any, context: Any
    ) -> language_pb2.GetProgramDependenciesResponse:
        """Return the packages of a program, for `pulumi about`."""
        with _refusing(context):
            listed = Environment.of(parsed(request.info)).packages(transitive=request.transitiveDependencies)
        return language_pb2.GetProgramDependenciesResponse(
            dependencies=[
                language_pb2.DependencyInfo(name=package.name, version=package.version) for package in listed
            ]
        )

    def About(self, request: Any, context: Any) -> language_pb2.AboutResponse:
        """Return which Python runs a program."""
        with _refusing(context):
            environment = Environment.of(parsed(request.info))
            executable = environment.ask("-c", "import sys; print(sys.executable)").strip()
            version = environment.ask("--version").strip().removeprefix("Python ")
        return language_pb2.AboutResponse(
            executable=executable, version=version, metadata={"toolchain": "Pip", "typechecker": "None"}
        )

    def InstallDependencies(
        self, request: Any, context: Any
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Install the dependencies, for `pulumi install`."""
        with _refusing(context):
            said: list[str] = ["Installing dependencies...\n"]
            Environment.of(parsed(request.info)).install(said.append)
            said.append("Finished installing dependencies\n")
            yield language_pb2.InstallDependenciesResponse(stdout="\n".join(said).encode())

    def Run(self, request: Any, context: Any) -> language_pb2.RunResponse:
        """Run a program."""
        with _refusing(context):
            return program.run(request, context, self._executor, self._engine, self._running)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack."""
        with _refusing(context):
            yield from plugin.run(request, context, self._running)

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Interrupt all running processes."""
        self._running.interrupt()
        return empty_pb2.Empty()

    def _say(self) -> Callable[[str], None]:
        """Return a function that shows a person a progress message until something else is shown."""
        stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._engine))
        message = functools.partial(
            engine_pb2.LogRequest,
            severity=engine_pb2.INFO,
            ephemeral=True,
            streamId=random.getrandbits(31),
        )

        def say(text: str) -> None:
            stub.Log(message(message=f"{text}\n"))

        return say
