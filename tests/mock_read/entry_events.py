"""Events as all entries send them, and with wrong, missing and forged parts; each made from a seed."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = "zq7"
"""Part of every value that a client or an authorizer writes."""
PATH = "/creators/c-0001"
HEADER = "x-user-id"
_SPELLINGS = (HEADER, "X-User-Id", "X-USER-ID", "x-User-iD")
_ODD_TEXTS = ("", " ", "\0", "\n", "\x1b]0;", "\u202e", "\ud800", "x" * 20_000, ",", "é", "%00", "../")
_KEYS = ("sub", "claims", "jwt", "lambda", "iam", "principalId", "userArn", "x")
_IDENTITY = {"userArn": f"arn:aws:iam::1:user/{MARK}", "caller": MARK, "sourceIp": "192.0.2.1"}

AUTHORIZERS: tuple[tuple[Callable[[str], Any], bool], ...] = (
    (lambda user: {"principalId": user, "integrationLatency": 9}, True),
    (lambda user: {"sub": user, "principalId": f"{MARK}-service"}, True),
    (lambda user: {"principalId": user, "tenant": f"{MARK}-t"}, True),
    (lambda user: {"claims": {"sub": user, "email": f"{MARK}@example.com"}}, True),
    (lambda user: {"claims": {"sub": user}, "scopes": None}, True),
    (lambda user: {"jwt": {"claims": {"sub": user}, "scopes": None}}, True),
    (lambda user: {"lambda": {"sub": user}}, True),
    (lambda _: {}, False),
    (lambda user: {"tenant": user}, False),
    (lambda _: {"claims": None, "scopes": None}, False),
    (lambda _: {"jwt": None}, False),
    (lambda _: {"jwt": {}}, False),
    (lambda _: {"jwt": {"claims": None}}, False),
    (lambda _: {"lambda": None}, False),
    (lambda _: {"lambda": {}}, False),
    (lambda _: {"iam": None}, False),
    (lambda _: {"iam": {}}, False),
    (lambda user: {"iam": {"userArn": f"arn:aws:iam::1:user/{user}", "userId": user}}, False),
    (lambda user: user, False),
    (lambda user: [user], False),
    (lambda _: False, False),
)
"""What an authorizer says about a user, in the shape of each kind, and whether that names the user."""


@dataclass(frozen=True)
class Case:
    """An event, and what its maker knows about it.

    Attributes:
        kept: Whether it is unchanged from what an entry sends.
        named: User that the unchanged authorizer names; ``None`` if it names no one.
    """

    event: Any
    kept: bool
    named: str | None


def case(seed: int) -> Case:
    """Make the event of a seed; half of all events are unchanged from what an entry sends."""
    draw = random.Random(seed)  # noqa: S311 - an example, nothing secret
    event: Any = draw.choice((_http_2, _http_1, _rest, _alb, _alb_multiple))(draw)
    named = None
    if "elb" not in event["requestContext"] and draw.random() < 0.6:
        user = f"{MARK}-me-{draw.randrange(99)}"
        shape, names = draw.choice(AUTHORIZERS)
        event["requestContext"]["authorizer"] = shape(user)
        named = user if names else None
    elif draw.random() < 0.3:
        event["requestContext"] |= draw.choice(({"authorizer": None}, {"identity": dict(_IDENTITY)}))
    if draw.random() < 0.5:
        return Case(event, kept=True, named=named)
    before = json.dumps(event["requestContext"].get("authorizer"))
    for _ in range(draw.randint(1, 3)):
        event = _changed(event, draw)
    context = event.get("requestContext") if isinstance(event, dict) else None
    after = context.get("authorizer") if isinstance(context, dict) else None
    return Case(event, kept=False, named=named if json.dumps(after) == before else None)


def junk(draw: random.Random, depth: int = 2) -> Any:
    """Make any JSON value."""
    kind = draw.randrange(9 if depth else 6)
    if kind < 2:
        return draw.choice(_ODD_TEXTS) + draw.choice(("", MARK, f"{MARK}-{draw.random()}"))
    if kind < 6:
        return draw.choice((None, True, False, 0, -1, 10**30, 1e308, MARK, [], {}))
    if kind == 6:
        return [junk(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return {draw.choice((*_KEYS, *_SPELLINGS)): junk(draw, depth - 1) for _ in range(draw.randint(0, 3))}


def _changed(event: Any, draw: random.Random) -> Any:
    """Return the event with one part missing, forged, or replaced."""
    event = copy.deepcopy(event)
    node, key = event, None
    holder: Any = None
    while isinstance(node, dict) and node and (holder is None or draw.random() < 0.7):
        holder, key = node, draw.choice(list(node))
        node = node[key]
    if holder is None:
        return junk(draw)
    match draw.randrange(5):
        case 0:
            del holder[key]
        case 1:
            holder[draw.choice((*_KEYS, *_SPELLINGS, "multiValueHeaders", "authorizer"))] = junk(draw)
        case 2 if isinstance(event.get("headers"), dict):
            event["headers"][draw.choice(_SPELLINGS)] = f"{MARK}-forged-{draw.randrange(9)}"
        case 3 if isinstance(event.get("multiValueHeaders"), dict):
            forged = [f"{MARK}-forged-{draw.randrange(9)}" for _ in range(draw.randint(0, 2))]
            event["multiValueHeaders"][draw.choice(_SPELLINGS)] = forged
        case _:
            holder[key] = junk(draw)
    return event


def _headers(draw: random.Random) -> dict[str, str]:
    user = f"{MARK}-victim-{draw.randrange(99)}"
    return {draw.choice(_SPELLINGS): user, "user-agent": f"{MARK}-agent", "host": f"{MARK}.example.com"}


def _many(plain: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in plain.items()}


def _query(draw: random.Random) -> dict[str, str] | None:
    return draw.choice((None, {}, {"limit": "3"}, {"limit": "3", MARK: MARK}))


def _http_2(draw: random.Random) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in _headers(draw).items()}
    stage = draw.choice(("$default", "beta"))
    path = PATH if stage == "$default" else f"/beta{PATH}"
    http = {"method": "GET", "path": path, "sourceIp": "192.0.2.1", "userAgent": MARK}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {"stage": stage, "http": http},
        "isBase64Encoded": False,
    }


def _rest(draw: random.Random) -> dict[str, Any]:
    headers, query = _headers(draw), _query(draw)
    mapped, above = draw.choice(("", "/v1")), draw.choice(("", "", "/reads"))
    identity = dict.fromkeys(("userArn", "caller", "user", "accessKey")) | {"sourceIp": "192.0.2.1"}
    return {
        "resource": f"{above}/{{proxy+}}",
        "path": f"{mapped}{above}{PATH}",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": _many(headers),
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and _many(query),
        "pathParameters": {"proxy": PATH[1:]},
        "requestContext": {"stage": "prod", "httpMethod": "GET", "identity": identity},
        "body": None,
        "isBase64Encoded": False,
    }


def _http_1(draw: random.Random) -> dict[str, Any]:
    event = _rest(draw)
    parameters = {"id": PATH.rpartition("/")[2]}
    path = f"/beta{PATH}"
    context = {"stage": "beta", "httpMethod": "GET", "path": path, "authorizer": None}
    changed = {"resource": "/creators/{id}", "path": path, "pathParameters": parameters}
    return {**event, "version": "1.0", **changed, "requestContext": context}


def _alb(draw: random.Random) -> dict[str, Any]:
    context = {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/t/1"}}
    event = {"requestContext": context, "httpMethod": "GET", "path": PATH, "queryStringParameters": {}}
    return {**event, "headers": _headers(draw), "body": "", "isBase64Encoded": False}


def _alb_multiple(draw: random.Random) -> dict[str, Any]:
    event = _alb(draw)
    event["multiValueHeaders"] = _many(event.pop("headers"))
    event["multiValueQueryStringParameters"] = _many(event.pop("queryStringParameters"))
    return event
