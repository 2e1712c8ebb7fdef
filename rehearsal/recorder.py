"""An analyzer plugin that judges nothing; it records the resources that the engine shows to policies.

The engine starts it like any analyzer plugin and reads the port from its first line of output:
https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/README.html.
"""

# ruff: noqa: ARG002, N802 - the protocol dictates the methods' names and arguments
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
"""Maximum size of a gRPC message in bytes; the engine's own limit."""


class Recorder(analyzer_pb2_grpc.AnalyzerServicer):
    """Collects each resource's inputs, and writes them to a file when the engine analyzes the whole stack.

    Args:
        target: JSON file to write, with ``inputs`` by URN and the list ``resources``.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._inputs: dict[str, Any] = {}

    def GetAnalyzerInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return a pack without policies."""
        return analyzer_pb2.AnalyzerInfo(name="recorder", version="0.0.1", supportsConfig=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return no version, because this plugin is never chosen by version."""
        return plugin_pb2.PluginInfo()

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Accept the configuration; nothing can be configured."""
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Accept the stack's configuration; nothing depends on it."""
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Accept the cancellation; there is nothing to cancel."""
        return empty_pb2.Empty()

    def Remediate(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return no remediations."""
        return analyzer_pb2.RemediateResponse()

    def Analyze(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Record the checked inputs of one resource."""
        with self._lock:
            self._inputs[request.urn] = json_format.MessageToDict(request.properties)
        return analyzer_pb2.AnalyzeResponse()

    def AnalyzeStack(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Write the recorded inputs and every resource as it is after the preview."""
        resources = [json_format.MessageToDict(resource) for resource in request.resources]
        with self._lock:
            self._target.write_text(json.dumps({"inputs": self._inputs, "resources": resources}))
        return analyzer_pb2.AnalyzeResponse()


def main() -> None:
    """Serve until the engine ends this process. The first command-line argument is the file to write."""
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
