"""Decode operations and parameters from requests, and encode results and errors as answers.

Each service speaks the one protocol that botocore chooses for it: JSON
(https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html) for CloudWatch and CodeDeploy since botocore
1.43, the query protocol for RDS. On AWS, CloudWatch accepts the query protocol and CBOR as well. Both are
refused here, since no client of this project speaks them.

A service that used to speak the query protocol reports its old error code in a header:
https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#querycompatible.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from localaws.cloud import wire_query
from localaws.cloud.request import AwsRequest, AwsResponse, ServiceError

if TYPE_CHECKING:
    from localaws.cloud.api_model import ApiModel

_CBOR_PATH = re.compile(r"^/service/\w+/operation/(?P<operation>\w+)$")


@dataclass(frozen=True)
class Call:
    """The operation that a request asks for, and the protocol that the request speaks."""

    operation: str
    protocol: Literal["json", "query", "cbor"]


class Wire:
    """Decodes the requests of one service and encodes its answers.

    Args:
        model: The service's API model.
        content_type: Content type of the service's JSON answers.
    """

    def __init__(self, model: ApiModel, content_type: str) -> None:
        self._model = model
        self._content_type = content_type

    def call(self, request: AwsRequest) -> Call | None:
        """Return the operation that a request asks for, or ``None`` if the service does not have it."""
        call = Call(request.operation, "json")
        if found := _CBOR_PATH.match(request.path):
            call = Call(found["operation"], "cbor")
        elif not request.operation:
            call = Call(wire_query.form(request.body).get("Action", ""), "query")
        return call if self._model.has(call.operation) else None

    def params(self, call: Call, request: AwsRequest) -> dict[str, Any]:
        """Decode the parameters of an operation.

        Raises:
            ServiceError: The request speaks another protocol, or its parameters cannot be decoded.
        """
        if call.protocol != self._model.protocol:
            raise ServiceError(
                "ValidationError", f"This local cloud speaks {self._model.protocol} here, not {call.protocol}"
            )
        if call.protocol == "json":
            return request.json()
        shape = self._model.input_of(call.operation)
        try:
            decoded: dict[str, Any] = wire_query.decode(wire_query.form(request.body), shape) if shape else {}
        except ValueError as error:
            raise ServiceError("ValidationError", f"{call.operation}: {error}") from error
        return decoded

    def answer(self, call: Call, result: dict[str, Any]) -> AwsResponse:
        """Encode a result. Timestamps in ``result`` are epoch seconds."""
        if call.protocol == "query":
            body = wire_query.encode(
                call.operation, result, self._model.output_of(call.operation), self._model.namespace
            )
            return AwsResponse(200, body, {"content-type": "text/xml"})
        return AwsResponse(200, json.dumps(result).encode(), {"content-type": self._content_type})

    def refuse(self, call: Call, error: ServiceError) -> AwsResponse:
        """Encode an error so that SDKs raise the exception of that name."""
        fault = "Sender" if error.status < 500 else "Receiver"  # noqa: PLR2004 - HTTP's first server error
        if call.protocol == "query":
            body = wire_query.encode_error(error.code, str(error), fault, self._model.namespace)
            return AwsResponse(error.status, body, {"content-type": "text/xml"})
        shape = self._model.shape_of_error(call.operation, error.code)
        headers = {
            "content-type": self._content_type,
            "x-amzn-errortype": shape,
            "x-amzn-query-error": f"{error.code};{fault}",
        }
        return AwsResponse(
            error.status, json.dumps({"__type": shape, "message": str(error)}).encode(), headers
        )
