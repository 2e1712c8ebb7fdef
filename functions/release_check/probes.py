"""The requests that a version is checked with, and the answers it must give: a user's reads, on both paths.

The events are those of an HTTP API (payload format 2.0,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html) with
one more member, ``releaseCheck``. An entry makes the event itself and puts what a client sends only into its
own members. So no client can send ``releaseCheck``: that takes the permission to invoke the version.

The member names the path that the read must take, whatever the flags say, and keeps the read out of the
counts that are judged. Beside the status, the answer says which side has served, since from outside a
fallback looks like success. A version that does not say so cannot be shown to have taken that path, and is
refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from canary.read import contract, probing

CHECKER = "release-check"
"""User of the reads. It is sent as an authorizer's claim, which the function believes on every entry."""
MEMBER = "releaseCheck"


@dataclass(frozen=True)
class Probe:
    """One request to the new version.

    Attributes:
        name: What is checked.
        event: The event that the version is invoked with.
        status: HTTP status that the answer must have.
        path: Path of the read contract that the body must fulfil; empty if the body is not checked.
    """

    name: str
    event: dict[str, Any]
    status: int
    path: str = ""

    def fault(self, answer: Any) -> str | None:
        """Describe what is wrong with an answer; ``None`` if nothing is. Never quotes a record."""
        if not isinstance(answer, dict) or answer.get("statusCode") != self.status:
            status = answer.get("statusCode") if isinstance(answer, dict) else None
            return f"{self.name}: answered {status}, not {self.status}"
        problem = _problem(self.path, answer.get("body")) if self.path else None
        if problem is not None:
            return f"{self.name}: answered outside the contract: {problem}"
        wanted = self.event[MEMBER].get("path")
        taken = answer.get(MEMBER)
        if wanted and taken is None:
            return f"{self.name}: did not say which path it took; the version must know {MEMBER}"
        if wanted and taken != {"served": wanted}:
            return f"{self.name}: took another path: {json.dumps(taken)[:200]}"
        return None


def probes(claim: str = "sub") -> tuple[Probe, ...]:
    """Make all probes of a version. The contract names the paths.

    Args:
        claim: The claim that names a user to the version, default ``sub``.
    """
    read, user = contract.PROBED, {claim: CHECKER}
    return (
        Probe("health", _event("/health", None, user), 200),
        Probe("a request that nobody can answer", _event(contract.REFUSED, None, user), 400),
        Probe("the mock path", _event(read, "mock", user), 200, read),
        Probe("the canary path", _event(read, "prisma", user), 200, read),
    )


def prisma_fault(answer: Any) -> str | None:
    """Describe what is wrong with Prisma's own answer to the probed path; ``None`` if nothing is."""
    status = answer.get("status") if isinstance(answer, dict) else None
    if status != "ok":
        return f"Prisma: answered {status}, not ok"
    problem = contract.fault(probing.query(contract.PROBED), answer.get("body"))
    return None if problem is None else f"Prisma: answered outside the contract: {problem}"


def _event(path: str, taken: str | None, claims: dict[str, str]) -> dict[str, Any]:
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
            "authorizer": {"jwt": {"claims": claims, "scopes": None}},
        },
        "isBase64Encoded": False,
        MEMBER: {"path": taken} if taken else {},
    }


def _problem(path: str, body: Any) -> str | None:
    try:
        return contract.fault(probing.query(path), json.loads(body))
    except (ValueError, TypeError):
        return "the body is no JSON"
