"""An AWS request as it came over HTTP, and the answer to it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True)
class AwsRequest:
    """One HTTP request.

    Attributes:
        service: Signing name from the credential scope, ``""`` for an unsigned request.
        headers: Names in lower case.
        query: Every value of every parameter.
    """

    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, list[str]]
    body: bytes
    service: str

    @property
    def operation(self) -> str:
        """Operation of the JSON protocols, from ``X-Amz-Target``; ``""`` for any other protocol."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object."""
        parsed = json.loads(self.body or b"{}")
        if not isinstance(parsed, dict):
            raise ServiceError("SerializationException", "The body is not a JSON object.")
        return parsed

    def first(self, name: str) -> str | None:
        """The first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True)
class AwsResponse:
    """An answer to be sent as it is."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class ServiceError(Exception):
    """A service's refusal.

    Args:
        code: The exception's name in the service's API model, which SDKs raise by.
        message: What a person reads.
        status: HTTP status; 400 is that of most client faults.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def parse(
    method: str, path: str, query_string: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> AwsRequest:
    """Build a request from its ASGI parts."""
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    scope = _SCOPE.search(named.get("authorization", ""))
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    return AwsRequest(method, path, named, query, body, scope["service"] if scope else "")


def json_response(result: dict[str, Any], status: int = 200) -> AwsResponse:
    """A JSON answer; timestamps in it are epoch seconds, as the JSON protocols have them."""
    return AwsResponse(status, json.dumps(result).encode(), {"content-type": "application/x-amz-json-1.1"})


def error_response(error: ServiceError) -> AwsResponse:
    """A refusal in the shape all JSON-speaking SDKs understand."""
    body = json.dumps({"__type": error.code, "message": str(error)}).encode()
    headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": error.code}
    return AwsResponse(error.status, body, headers)


def refusal(error: ServiceError, request: AwsRequest) -> AwsResponse:
    """A refusal before any service has seen the request, in the form of the protocol that it speaks."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return error_response(error)
    said = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{escape(str(error))}</Message>"
    body = f"<ErrorResponse><Error>{said}</Error></ErrorResponse>".encode()
    return AwsResponse(error.status, body, {"content-type": "text/xml"})
