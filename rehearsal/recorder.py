"""An analyzer that judges nothing and writes down what the engine asks policies: resources, as it sees them.

The engine starts it as it starts any analyzer plugin, and reads the port from its first line of output:
https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/README.html.
"""

# ruff: noqa: ARG002, N802 - names and arguments of the methods are the protocol's
from __future__ import annotations

import json
import sys
import threading
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

LARGEST_MESSAGE = 400 * 1024 * 1024
"""The engine's own limit on a message."""


class Recorder(analyzer_pb2_grpc.AnalyzerServicer):
    """Keeps each resource's inputs, and writes them with the whole stack's requests when that comes.

    Args:
        target: File that is written, as JSON: ``inputs`` by URN, and ``resources``.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._inputs: dict[str, Any] = {}

    def GetAnalyzerInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """No policies."""
        return analyzer_pb2.AnalyzerInfo(name="recorder", version="0.0.1", supportsConfig=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """No version: it is never chosen by one."""
        return plugin_pb2.PluginInfo()

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing to configure."""
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing that depends on the stack."""
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Nothing runs that could be cancelled."""
        return empty_pb2.Empty()

    def Remediate(self, request: Any, context: grpc.ServicerContext) -> Any:
        """No remedies."""
        return analyzer_pb2.RemediateResponse()

    def Analyze(self, request: Any, context: grpc.ServicerContext) -> Any:
        """One resource's checked inputs."""
        with self._lock:
            self._inputs[request.urn] = json_format.MessageToDict(request.properties)
        return analyzer_pb2.AnalyzeResponse()

    def AnalyzeStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Every resource as the preview leaves it."""
        resources = [json_format.MessageToDict(resource) for resource in request.resources]
        with self._lock:
            self._target.write_text(json.dumps({"inputs": self._inputs, "resources": resources}))
        return analyzer_pb2.AnalyzeResponse()


def main() -> None:
    """Serve until the engine ends this process; the first argument says where to write."""
    options = [
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_send_message_length", LARGEST_MESSAGE),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(4), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Recorder(Path(sys.argv[1])), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
