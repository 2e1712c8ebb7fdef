"""How an operation and its parameters travel in a request, and an answer back.

A service is spoken to in the one protocol that botocore chooses for it: JSON
(https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html) for CloudWatch and CodeDeploy since 1.43, the
query protocol for RDS. CloudWatch takes the query protocol and CBOR too; here both are refused, as no client
of this project speaks them. A service that once spoke the query protocol tells its old error code in a
header: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#querycompatible.
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
    """An operation that was asked for."""

    operation: str
    protocol: Literal["json", "query", "cbor"]


class Wire:
    """One service's requests and answers.

    Args:
        model: The service's API model.
        content_type: Of its JSON answers.
    """

    def __init__(self, model: ApiModel, content_type: str) -> None:
        self._model = model
        self._content_type = content_type

    def call(self, request: AwsRequest) -> Call | None:
        """Which operation is asked for, or ``None`` for none of the service's."""
        call = Call(request.operation, "json")
        if found := _CBOR_PATH.match(request.path):
            call = Call(found["operation"], "cbor")
        elif not request.operation:
            call = Call(wire_query.form(request.body).get("Action", ""), "query")
        return call if self._model.has(call.operation) else None

    def params(self, call: Call, request: AwsRequest) -> dict[str, Any]:
        """The operation's parameters.

        Raises:
            ServiceError: They cannot be read.
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
        """A result; timestamps in it are epoch seconds."""
        if call.protocol == "query":
            body = wire_query.encode(
                call.operation, result, self._model.output_of(call.operation), self._model.namespace
            )
            return AwsResponse(200, body, {"content-type": "text/xml"})
        return AwsResponse(200, json.dumps(result).encode(), {"content-type": self._content_type})

    def refuse(self, call: Call, error: ServiceError) -> AwsResponse:
        """A refusal that SDKs raise under its name."""
        fault = "Sender" if error.status < 500 else "Receiver"  # noqa: PLR2004 - HTTP's own number
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
