"""What a version is asked, and what it has to answer: the questions of a user, on both paths.

The events are those of an HTTP API (payload format 2.0,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html) with
one member more, ``releaseCheck``. An entry makes the event itself, and puts what a client sends into its
members only, so no client can send that member: it takes the permission to invoke the version. It names the
path that the read is to take whatever the flags say, and keeps it out of the counts that are judged. The
answer says beside the status who has really served, since a fallback looks like success from outside; a
version that does not say it has not been asked on that path, and is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

CHECKER = "release-check"
"""User of the reads; it comes as an authorizer's claim, which the function believes on every entry."""
MEMBER = "releaseCheck"


@dataclass(frozen=True)
class Probe:
    """One question to the new version.

    Attributes:
        name: What is checked.
        status: The HTTP status it has to answer.
        creator: Whose record has to come back; empty where none has to.
    """

    name: str
    event: dict[str, Any]
    status: int
    creator: str = ""

    def fault(self, answer: Any) -> str | None:
        """What is wrong with an answer; ``None`` when nothing is. Never quotes a record."""
        if not isinstance(answer, dict) or answer.get("statusCode") != self.status:
            status = answer.get("statusCode") if isinstance(answer, dict) else None
            return f"{self.name}: answered {status}, not {self.status}"
        if self.creator and _creator_of(answer.get("body")) != self.creator:
            return f"{self.name}: answered without the record of {self.creator}"
        wanted = self.event[MEMBER].get("path")
        taken = answer.get(MEMBER)
        if wanted and taken is None:
            return f"{self.name}: did not say which path it took; the version must know {MEMBER}"
        if wanted and taken != {"served": wanted}:
            return f"{self.name}: took another path: {json.dumps(taken)[:200]}"
        return None


def probes(creator: str) -> tuple[Probe, ...]:
    """Everything a version is asked; a creator that the seed and the database both know."""
    read = f"/creators/{creator}"
    return (
        Probe("health", _event("/health", None), 200),
        Probe("a request that nobody can answer", _event("/creators/not%20an%20id", None), 400),
        Probe("the mock path", _event(read, "mock"), 200, creator),
        Probe("the canary path", _event(read, "prisma"), 200, creator),
    )


def prisma_query(creator: str) -> dict[str, Any]:
    """The canary path's other half: the contract's query, as the entry function sends it."""
    return {"version": 1, "operation": "getCreator", "creatorId": creator, "limit": 1, "cursor": None}


def prisma_fault(creator: str, answer: Any) -> str | None:
    """What is wrong with Prisma's answer."""
    status = answer.get("status") if isinstance(answer, dict) else None
    if status != "ok":
        return f"Prisma: answered {status}, not ok"
    body = answer.get("body")
    known = body.get("creator") if isinstance(body, dict) else None
    if not isinstance(known, dict) or known.get("id") != creator:
        return f"Prisma: answered without the record of {creator}"
    return None


def _event(path: str, taken: str | None) -> dict[str, Any]:
    http = {
        "method": "GET",
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": CHECKER,
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"user-agent": CHECKER},
        "requestContext": {
            "http": http,
            "stage": "$default",
            "authorizer": {"jwt": {"claims": {"sub": CHECKER}, "scopes": None}},
        },
        "isBase64Encoded": False,
        MEMBER: {"path": taken} if taken else {},
    }


def _creator_of(body: Any) -> str | None:
    try:
        return str(json.loads(body)["creator"]["id"])
    except (ValueError, TypeError, KeyError):
        return None
