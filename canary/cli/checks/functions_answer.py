"""Each function answers through its alias: a read of a record that nobody has, which both sides can answer.

For the Prisma functions that is a query through the proxy to the migrated database: a missing table, a closed
port or a refused login is an error, "not found" is an answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from canary.cli.checks.finding import Check, failed, ok
from canary.read import contract, probing

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.checks.finding import Finding, Look

NOBODY = "canary-ready"
ANSWERS = {200, 404}
PRISMA_EVENT = probing.payload(contract.ABSENT)


def invoked(look: Look, arn: str, event: dict[str, Any]) -> tuple[Any, str | None]:
    """What an alias answers, and its error if it failed."""
    answer = look.clients.lambda_.invoke(FunctionName=arn, Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" not in answer:
        return payload, None
    said = payload if isinstance(payload, dict) else {}
    return None, f"{said.get('errorType', answer['FunctionError'])}: {said.get('errorMessage', payload)}"


def entry_event(claim: str) -> dict[str, Any]:
    """As an HTTP API with an authorizer sends it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    context = {
        "http": {"method": "GET", "path": contract.ABSENT},
        "authorizer": {"jwt": {"claims": {claim: NOBODY}}},
    }
    event = {"version": "2.0", "rawPath": contract.ABSENT, "headers": {}, "requestContext": context}
    return {**event, "isBase64Encoded": False}


def _entry(look: Look) -> Finding:
    payload, error = invoked(look, look.target.mock_alias_arn, entry_event(look.target.user_claim))
    status = payload.get("statusCode") if isinstance(payload, dict) else None
    if error is None and status in ANSWERS:
        return ok(f"answered {status} for a record that nobody has")
    return failed(
        error or f"answered {status}: {json.dumps(payload)[:200]}",
        "`canary logs --since 5m` shows why; the alias must name a version that starts: "
        f"`{_alias(look, 'mock_function')}`.",
    )


def _prisma(name: str) -> Callable[[Look], Finding]:
    def run(look: Look) -> Finding:
        payload, error = invoked(look, getattr(look.target, f"{name}_alias_arn"), PRISMA_EVENT)
        status = payload.get("status") if isinstance(payload, dict) else None
        if error is None and status in {"ok", "not-found"}:
            return ok(f"its database answered {status}")
        return failed(
            error or f"answered {json.dumps(payload)[:200]}",
            f"`canary logs --function {name} --since 5m` shows why. No such table: `canary migrate`. "
            "A time-out: security groups and the proxy's target. A refused login: rds-db:connect, or the "
            "secret.",
        )

    return run


def _alias(look: Look, function: str) -> str:
    return f"aws lambda get-alias --function-name {getattr(look.target, function)} --name {look.target.alias}"


CHECKS = (
    Check("the entry function answers through its alias", 2, "an invocation of the alias", _entry),
    Check(
        "the Prisma function reads its database",
        3,
        "an invocation of the alias, which queries the database",
        _prisma("prisma"),
    ),
    Check(
        "the shadow function reads its database",
        3,
        "an invocation of the alias, which queries the database",
        _prisma("shadow"),
    ),
)
