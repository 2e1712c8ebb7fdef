"""Reports failures to the engine as a gRPC status with a message, never as a traceback."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import any_pb2, struct_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

from localaws.provider.model import InitError, ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def told(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn an exception in `method` into a status that the engine shows without a traceback."""

    @functools.wraps(method)
    def wrapped(self: object, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(self, request, context)
        except InitError as error:
            _abort_half_made(
                context, error, request.properties if method.__name__ == "Create" else request.news
            )
        except ProviderError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            log.exception("%s failed", method.__name__)
            context.abort(grpc.StatusCode.INTERNAL, f"{method.__name__}: {type(error).__name__}: {error}")
        return None

    return wrapped


def _abort_half_made(context: grpc.ServicerContext, error: InitError, inputs: struct_pb2.Struct) -> None:
    """Tell the engine to remember a resource that exists but did not reach its intended state."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.identifier, properties=inputs, inputs=inputs, reasons=[str(error)]
        )
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=str(error), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, str(error))
