"""A proxy between the engine and a policy pack: takes the stack's configuration, forwards all other calls."""

from __future__ import annotations

import functools
import threading
from concurrent import futures
from typing import TYPE_CHECKING, Self

import grpc
from pulumi.runtime.proto import analyzer_pb2

if TYPE_CHECKING:
    from types import TracebackType

SERVICE = "/pulumirpc.Analyzer/"
CALLS_AT_ONCE = 16
LARGEST_MESSAGE = 400 * 1024 * 1024
"""Maximum size of a gRPC message in bytes; the engine's own limit."""
LIMITS = [
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", LARGEST_MESSAGE),
]


class PolicyProxy(grpc.GenericRpcHandler):  # type: ignore[type-arg] # generic in its stub alone
    """Serves the analyzer's protocol on a free port until its ``with`` block ends.

    Attributes:
        port: Port that the engine calls.
    """

    def __init__(self) -> None:
        self._configuration: futures.Future[analyzer_pb2.AnalyzerStackConfigureRequest | None]
        self._configuration = futures.Future()
        self._pack: futures.Future[grpc.Channel] = futures.Future()
        self._lock = threading.Lock()
        self._server = grpc.server(futures.ThreadPoolExecutor(CALLS_AT_ONCE), options=LIMITS)
        self._server.add_generic_rpc_handlers((self,))
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.fail("the pack has ended")
        self._server.stop(grace=None).wait()

    def await_configuration(self) -> analyzer_pb2.AnalyzerStackConfigureRequest | None:
        """Wait for the stack's configuration; None if the engine made another call first or went away."""
        return self._configuration.result()

    def attach(self, port: int) -> None:
        """Forward calls to the pack, which listens on this port."""
        channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=LIMITS)
        with self._lock:
            if not self._pack.done():
                self._pack.set_result(channel)

    def fail(self, why: str) -> None:
        """Answer all calls with an error, because there is no pack and none will come."""
        with self._lock:
            if not self._pack.done():
                self._pack.set_exception(RuntimeError(why))

    def abandon(self) -> None:
        """Stop waiting, because the engine no longer wants a pack."""
        self._told(None)
        self.fail("the engine has gone")

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        """Return the handler of a call; None if the call is not of the analyzer's protocol."""
        method = handler_call_details.method
        if not method.startswith(SERVICE):
            return None
        own = {"Handshake": self._handshake, "ConfigureStack": self._configure}
        hand_on = functools.partial(self._hand_on, method)
        return grpc.unary_unary_rpc_method_handler(own.get(method.removeprefix(SERVICE), hand_on))

    def _handshake(self, _request: bytes, _context: grpc.ServicerContext) -> bytes:
        return analyzer_pb2.AnalyzerHandshakeResponse().SerializeToString()

    def _configure(self, request: bytes, _context: grpc.ServicerContext) -> bytes:
        self._told(analyzer_pb2.AnalyzerStackConfigureRequest.FromString(request))
        return analyzer_pb2.AnalyzerStackConfigureResponse().SerializeToString()

    def _hand_on(self, method: str, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._told(None)
        try:
            call = self._pack.result().unary_unary(method, _as_it_is, _as_it_is)
            answer: bytes = call(request)
        except RuntimeError as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"policy pack not started: {error}")
        except grpc.RpcError as error:
            context.abort(error.code(), error.details() or "")
        return answer

    def _told(self, told: analyzer_pb2.AnalyzerStackConfigureRequest | None) -> None:
        with self._lock:
            if not self._configuration.done():
                self._configuration.set_result(told)


def _as_it_is(message: bytes) -> bytes:
    return message
