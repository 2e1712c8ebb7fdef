"""Entry events to requests and answers back: HTTP API v2, REST API v1 and ALB, each in its own shape.

Payload formats: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html. Problem
documents are RFC 9457's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_USER_ID = 256


@dataclass(frozen=True)
class Request:
    """What the client asked.

    Attributes:
        user_id: From the authorizer's claim ``sub``, else from the configured header; ``None`` without.
    """

    method: str
    path: str
    parameters: dict[str, str]
    user_id: str | None


@dataclass(frozen=True)
class Answer:
    """An HTTP answer before it takes an entry's shape."""

    status: int
    body: Any
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class MalformedEventError(ValueError):
    """An event that none of the three entries sends."""


def parse(event: Any, user_header: str) -> Request:
    """Read an entry event.

    Raises:
        MalformedEventError: It has no method or no path.
    """
    if not isinstance(event, dict):
        raise MalformedEventError("the event is not an object")
    context = _mapping(event.get("requestContext"))
    http = _mapping(context.get("http"))
    method = http.get("method") or event.get("httpMethod")
    path = event.get("rawPath") or event.get("path")
    if not isinstance(method, str) or not isinstance(path, str):
        raise MalformedEventError("the event has no method or no path")
    stage = context.get("stage")
    if http and isinstance(stage, str) and stage != "$default":
        path = path.removeprefix(f"/{stage}") or "/"
    escaped = "elb" in context
    parameters = _single(event.get("queryStringParameters"), event.get("multiValueQueryStringParameters"))
    if escaped:
        # A load balancer hands parameters over as they came, still percent-encoded.
        parameters = {unquote(name): unquote(value.replace("+", " ")) for name, value in parameters.items()}
    headers = {name.lower(): value for name, value in _single(event.get("headers"), event.get("multiValueHeaders")).items()}
    return Request(method.upper(), unquote(path), parameters, _user(context, headers, user_header))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _single(plain: Any, multiple: Any) -> dict[str, str]:
    """One value a name: the last, as all three entries do where they must choose."""
    values = {name: items[-1] for name, items in _mapping(multiple).items() if isinstance(items, list) and items}
    values.update(_mapping(plain))
    return {name: value for name, value in values.items() if isinstance(name, str) and isinstance(value, str)}


def _user(context: dict[str, Any], headers: dict[str, str], user_header: str) -> str | None:
    authorizer = _mapping(context.get("authorizer"))
    claims = _mapping(_mapping(authorizer.get("jwt")).get("claims")) or _mapping(authorizer.get("claims"))
    user = claims.get("sub") if claims else headers.get(user_header)
    if not isinstance(user, str):
        return None
    user = user.strip()
    return user if 0 < len(user) <= MAX_USER_ID and user.isprintable() else None


def problem(status: HTTPStatus, detail: str, **headers: str) -> Answer:
    """A problem document."""
    body = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(int(status), body, "application/problem+json", named)


def respond(event: Any, answer: Answer) -> dict[str, Any]:
    """An answer in the shape of the entry that sent the event."""
    headers = {"content-type": answer.content_type, **answer.headers}
    shaped: dict[str, Any] = {
        "statusCode": answer.status,
        "body": json.dumps(answer.body, ensure_ascii=False, separators=(",", ":")),
        "isBase64Encoded": False,
    }
    known = _mapping(event)
    if "elb" in _mapping(known.get("requestContext")):
        shaped["statusDescription"] = f"{answer.status} {HTTPStatus(answer.status).phrase}"
        if "multiValueHeaders" in known:
            shaped["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
            return shaped
    shaped["headers"] = headers
    return shaped
