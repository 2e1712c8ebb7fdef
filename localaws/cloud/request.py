"""AWS requests as they arrive over HTTP, and the answers to them."""

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
        headers: Headers by name in lower case.
        query: All values of each query parameter.
        service: Signing name of the service, from the credential scope; ``""`` for an unsigned request.
    """

    method: str
    path: str
    headers: dict[str, str]
    query: dict[str, list[str]]
    body: bytes
    service: str

    @property
    def operation(self) -> str:
        """Operation that the ``X-Amz-Target`` header of the JSON protocols names; ``""`` without one."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    def json(self) -> dict[str, Any]:
        """Parse the body as a JSON object. An empty body is an empty object.

        Raises:
            ServiceError: The body is JSON, but not an object.
            ValueError: The body is not JSON.
        """
        parsed = json.loads(self.body or b"{}")
        if not isinstance(parsed, dict):
            raise ServiceError("SerializationException", "The body is not a JSON object.")
        return parsed

    def first(self, name: str) -> str | None:
        """Return the first value of a query parameter, or ``None`` if it is missing."""
        values = self.query.get(name)
        return values[0] if values else None


@dataclass(frozen=True)
class AwsResponse:
    """An HTTP answer, sent as it is."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class ServiceError(Exception):
    """The error that a service answers when it refuses a request.

    Args:
        code: Name of the exception in the service's API model. SDKs choose the exception to raise by it.
        message: Text for people.
        status: HTTP status. Defaults to 400, the status of most client errors.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def parse(
    method: str, path: str, query_string: bytes, headers: list[tuple[bytes, bytes]], body: bytes
) -> AwsRequest:
    """Build a request from the parts of an ASGI request.

    Args:
        method: HTTP method.
        path: Decoded path.
        query_string: Query string, as sent.
        headers: Names and values of the headers.
        body: The whole body.
    """
    named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
    scope = _SCOPE.search(named.get("authorization", ""))
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    return AwsRequest(method, path, named, query, body, scope["service"] if scope else "")


def json_response(result: dict[str, Any], status: int = 200) -> AwsResponse:
    """Build a JSON answer. Timestamps in it are epoch seconds, as in the JSON protocols."""
    return AwsResponse(status, json.dumps(result).encode(), {"content-type": "application/x-amz-json-1.1"})


def error_response(error: ServiceError) -> AwsResponse:
    """Build the answer for an error, in the form that all SDKs of the JSON protocols understand."""
    body = json.dumps({"__type": error.code, "message": str(error)}).encode()
    headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": error.code}
    return AwsResponse(error.status, body, headers)


def refusal(error: ServiceError, request: AwsRequest) -> AwsResponse:
    """Build the answer for an error that is found before any service sees the request.

    The answer is XML for a request of the query protocol, which is a form, and JSON for any other request.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return error_response(error)
    said = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{escape(str(error))}</Message>"
    body = f"<ErrorResponse><Error>{said}</Error></ErrorResponse>".encode()
    return AwsResponse(error.status, body, {"content-type": "text/xml"})
