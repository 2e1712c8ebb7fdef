"""Where users come in, somebody asks who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Outcome, Resource, Stack, Undecided
from kinds import FUNCTION_URL, HTTP_API, HTTP_ROUTE, REST_METHOD
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, texts, well_architected
from values import UNKNOWN, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYS = {HTTP_ROUTE: "authorizationType", REST_METHOD: "authorization", FUNCTION_URL: "authorizationType"}
NEEDS_AUTHORIZER = frozenset({"JWT", "CUSTOM", "COGNITO_USER_POOLS"})
CONNECT, DEFAULT = "$connect", "$default"
"""A WebSocket API asks who the caller is once, on `$connect`; no other route of it takes an authorizer.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-auth.html
"""
PREFLIGHT = "OPTIONS"
"""Browsers ask without credentials: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials."""


def _authorised(stack: Stack, settings: Settings) -> Iterable[Outcome]:
    entries = stack.of_type(*KEYS)
    if not entries:
        raise NotApplicableError("the stack has no route, method or function URL")
    for entry in entries:
        if not (entry.type == HTTP_ROUTE and _connected(stack, entry)):
            yield from _asks(entry, settings)


def _connected(stack: Stack, route: Resource) -> bool:
    """Whether a route is met only by callers whom `$connect` of its WebSocket API has let in."""
    key = route.get("routeKey")
    if key == CONNECT or not isinstance(key, str):
        return False
    protocols = {api.get("protocolType") for api in stack.linked(route, "apiId", HTTP_API)}
    # An HTTP API's keys are `$default`, or a method and a path.
    return protocols == {"WEBSOCKET"} or (not protocols and key != DEFAULT and " /" not in key)


def _asks(entry: Resource, settings: Settings) -> Iterable[Outcome]:
    key = KEYS[entry.type]
    given, route = entry.get(key), entry.get("routeKey")
    if entry.get("httpMethod") == PREFLIGHT or str(route).startswith(f"{PREFLIGHT} "):
        return
    if route in settings["publicRoutes"]:
        return
    if given is UNKNOWN:
        yield Undecided(entry, key)
    elif given in (None, "NONE"):
        what = f" '{route}'" if isinstance(route, str) else ""
        yield entry.must(
            f"ask who the caller is, not be open to everybody{what} ({key})",
            "Set an authorizer (JWT, CUSTOM) or AWS_IAM; a route that is meant for everybody goes into "
            "publicRoutes.",
        )
    elif given in NEEDS_AUTHORIZER and entry.get("authorizerId") is None:
        yield entry.must(f"name its authorizer, for its {key} is {shown(given)}", "Set authorizer_id.")


RULES = [
    StackRule(
        name="entry-authorised",
        description="Every way in asks who the caller is, but for routes that are declared public.",
        why="A canary is chosen by the user's id: who may claim any id may choose to be in, and "
        "reads as another.",
        severity=Severity.HIGH,
        framework=well_architected("Security"),
        remediation="Put an authorizer on the route, or declare the route public.",
        url="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html",
        settings=(texts("publicRoutes", "Route keys that are open to everybody.", ["GET /health"]),),
        check=_authorised,
    )
]
