"""API Gateway v2: authorizers, whose Pulumi inputs have other names than the service's.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import request, response

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

SERVICE = "apigatewayv2"
_NAMES = (
    "authorizerType authorizerCredentialsArn authorizerPayloadFormatVersion "
    "authorizerResultTtlInSeconds authorizerUri enableSimpleResponses name"
)
_JWT = {"Audience": "audiences", "Issuer": "issuer"}


def _arguments(properties: Properties) -> dict[str, Any]:
    arguments = request(properties, f"apiId {_NAMES}", IdentitySource="identitySources")
    if jwt := properties.get("jwtConfiguration"):
        arguments["JwtConfiguration"] = request(jwt, "", **_JWT)
    return arguments


def _create(cloud: Cloud, properties: Properties) -> str:
    return str(cloud.client(SERVICE).create_authorizer(**_arguments(properties))["AuthorizerId"])


def _read(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    call, api = cloud.client(SERVICE).get_authorizer, known["apiId"]
    found = answer(call, ApiId=api, AuthorizerId=identifier)
    if found is None:
        return None
    jwt = response(found.get("JwtConfiguration") or {}, "", **_JWT)
    return {
        **response(found, _NAMES, IdentitySource="identitySources"),
        "apiId": api,
        "jwtConfiguration": {name: value for name, value in jwt.items() if value is not None} or None,
    }


def _update(cloud: Cloud, change: Change) -> None:
    cloud.client(SERVICE).update_authorizer(AuthorizerId=change.identifier, **_arguments(change.new))


def _delete(cloud: Cloud, identifier: str, state: Properties) -> None:
    cloud.client(SERVICE).delete_authorizer(ApiId=state["apiId"], AuthorizerId=identifier)


TYPES = (
    ResourceType(
        "aws:apigatewayv2/authorizer:Authorizer",
        Lifecycle(_create, _read, _delete, _update),
        replace=keys("apiId authorizerType"),
        unordered=keys("identitySources jwtConfiguration.audiences"),
        computed=keys("authorizerPayloadFormatVersion authorizerResultTtlInSeconds enableSimpleResponses"),
        autoname="name",
    ),
)
