"""Converts entry events to requests, and answers back to each entry's shape: HTTP API v2, REST API v1, ALB.

Payload formats: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from mock_read.http import authorizer
from mock_read.http.asked_path import asked, below
from mock_read.http.repeated import DisagreeingError, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBLEM = "application/problem+json"
"""Media type of a problem document, RFC 9457."""
SINGLE = ("host", "x-amzn-trace-id")
"""Headers that a request may carry only once: https://www.rfc-editor.org/rfc/rfc9110#section-7.2."""
_AS_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Request:
    """A client's request, independent of the entry it came through.

    Attributes:
        method: HTTP method, in upper case.
        path: Decoded path, without a stage or a base path.
        below: The part of the path below a catch-all route; ``None`` if no such route was matched.
        parameters: Decoded query parameters. On every entry, the values of a repeated parameter are joined by
            commas, as HTTP API v2 does.
        headers: Headers by lower-case name. The values of a repeated header are joined by commas.
        claims: What an authorizer says about the user; ``None`` if no authorizer spoke.
    """

    method: str
    path: str
    below: str | None
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    claims: Mapping[str, Any] | None
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, before it is put into an entry's shape."""

    status: int
    body: Any
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class MalformedEventError(ValueError):
    """The event is not one that any of the three entries sends. The message is meant for the client."""


def parse(event: Any) -> Request:
    """Parse an entry event.

    Raises:
        MalformedEventError: The event has no method or no path, gives two values for something that has one,
            or has a body that claims to be base64 and is not.
    """
    if not isinstance(event, dict):
        raise MalformedEventError("The event is not an object.")
    context = _mapping(event.get("requestContext"))
    http = _mapping(context.get("http"))
    method = http.get("method") or event.get("httpMethod")
    path = event.get("rawPath") or event.get("path")
    if not isinstance(method, str) or not isinstance(path, str):
        raise MalformedEventError("The request has no method or no path.")
    try:
        # A load balancer passes parameters on as they came, still percent-encoded.
        spelled = unquote_plus if "elb" in context else str
        parameters = joined(
            event.get("queryStringParameters"), event.get("multiValueQueryStringParameters"), spelled
        )
        headers = joined(event.get("headers"), event.get("multiValueHeaders"), str.lower)
    except DisagreeingError as error:
        raise MalformedEventError("One name is given two values.") from error
    if any("," in headers.get(name, "") for name in SINGLE):
        raise MalformedEventError("A header that stands for itself is given twice.")
    if "elb" in context:
        parameters = {name: unquote_plus(value) for name, value in parameters.items()}
    return Request(
        method.upper(),
        asked(event, context, path),
        below(event, context),
        parameters,
        headers,
        authorizer.claims(context),
        _body(event),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _body(event: dict[str, Any]) -> bytes:
    body = event.get("body")
    if not isinstance(body, str):
        return b""
    if event.get("isBase64Encoded") is not True:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError as error:
        raise MalformedEventError("The body is not base64, which the request says it is.") from error


def problem(status: HTTPStatus, detail: str, **headers: str) -> Answer:
    """Make a problem document. It never repeats what the client sent.

    Args:
        status: Status of the answer.
        detail: Text for the client.
        headers: More headers by name; an underscore in a name stands for a hyphen.
    """
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(int(status), body, PROBLEM, named)


def respond(event: Any, answer: Answer) -> dict[str, Any]:
    """Put an answer into the shape of the entry that sent the event. The answer to HEAD has no body."""
    known = _mapping(event)
    context = _mapping(known.get("requestContext"))
    method = _mapping(context.get("http")).get("method") or known.get("httpMethod")
    headers = {"content-type": answer.content_type, **answer.headers}
    shaped: dict[str, Any] = {
        "statusCode": answer.status,
        "body": "" if method == "HEAD" else _text(answer.body),
        "isBase64Encoded": False,
    }
    if "elb" in context:
        shaped["statusDescription"] = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        if "multiValueHeaders" in known:
            # A target group with multi-value headers enabled accepts no other shape.
            shaped["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
            return shaped
    shaped["headers"] = headers
    return shaped


def _text(body: Any) -> str:
    text = _AS_TEXT(body)
    try:
        text.encode()
    except UnicodeEncodeError:
        # JSON may hold half of a surrogate pair only in escaped form.
        return json.dumps(body, separators=(",", ":"))
    return text
