"""Reads what an authorizer says about the user; each kind of authorizer has its own shape.

Flat context of a REST API's Lambda authorizer, with ``principalId``:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html.
``claims`` of Cognito (REST) and of tokens (payload 1.0), ``identity`` of IAM:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html.
``jwt``, ``lambda`` and ``iam`` of payload 2.0:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html.
A token's claims in payload 1.0: https://github.com/awsdocs/amazon-api-gateway-developer-guide/issues/113.
An event sometimes has an empty authorizer object although no authorizer is configured. It looks the same as
an authorizer that says nothing, so it is refused too: https://github.com/seek-oss/serverless-haskell/pull/72.
A load balancer's ``x-amzn-oidc-*`` headers are not read: their signature would have to be verified first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PRINCIPAL = "principalId"
_NOBODY: Mapping[str, Any] = {}
_IAM = ("userArn", "caller", "user", "accessKey", "cognitoIdentityId", "principalOrgId")


def claims(context: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Find what an authorizer says about the user.

    Args:
        context: The event's ``requestContext``.

    Returns:
        The claims; empty if there is an authorizer but it says nothing usable; ``None`` only if no authorizer
        has spoken.
    """
    authorizer = context.get("authorizer")
    if authorizer is None:
        identity = context.get("identity")
        signed = isinstance(identity, dict) and any(identity.get(name) is not None for name in _IAM)
        return identity if signed else None
    if not isinstance(authorizer, dict):
        return _NOBODY
    spoken = [
        _nested(kind, authorizer[kind]) for kind in ("jwt", "claims", "lambda", "iam") if kind in authorizer
    ]
    nested = [one for one in spoken if one is not None]
    if not nested:
        return authorizer
    # A route has one authorizer. Two that speak, or one beside a principal, match no known shape.
    return nested[0] if len(nested) == 1 and PRINCIPAL not in authorizer else _NOBODY


def user(claims: Mapping[str, Any], claim: str) -> Any:
    """Return the claim's value, or the principal of a flat context that lacks the default claim."""
    if claim == "sub" and claim not in claims and PRINCIPAL in claims:
        return claims[PRINCIPAL]
    return claims.get(claim)


def _nested(kind: str, value: Any) -> Mapping[str, Any] | None:
    """Return the claims under a kind's name; ``None`` if the value is a scalar: a key of a flat context."""
    if isinstance(value, str | bool | int | float):
        return None
    found = value.get("claims") if kind == "jwt" and isinstance(value, dict) else value
    return found if isinstance(found, dict) else _NOBODY
