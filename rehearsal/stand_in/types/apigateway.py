"""API Gateway v2: HTTP APIs with integrations, routes and stages; authorizers are only previewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import renamed

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _create_api(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("apigatewayv2").create_api(
        Name=props["name"], ProtocolType=props["protocolType"], Tags=props.get("tagsAll") or {}
    )
    identifier = created["ApiId"]
    return identifier, {
        "apiEndpoint": created["ApiEndpoint"],
        "arn": f"arn:aws:apigateway:{context.region}::/apis/{identifier}",
        "executionArn": f"arn:aws:execute-api:{context.region}:{context.account}:{identifier}",
    }


def _create_integration(context: Context, props: Props) -> tuple[str, Props]:
    names = {
        "apiId": "ApiId",
        "integrationType": "IntegrationType",
        "integrationUri": "IntegrationUri",
        "integrationMethod": "IntegrationMethod",
        "payloadFormatVersion": "PayloadFormatVersion",
    }
    return context.client("apigatewayv2").create_integration(**renamed(props, names))["IntegrationId"], {}


def _create_route(context: Context, props: Props) -> tuple[str, Props]:
    names: dict[str, str] = {
        "apiId": "ApiId",
        "routeKey": "RouteKey",
        "target": "Target",
        "authorizationType": "AuthorizationType",
    }
    return context.client("apigatewayv2").create_route(**renamed(props, names))["RouteId"], {}


def _create_stage(context: Context, props: Props) -> tuple[str, Props]:
    context.client("apigatewayv2").create_stage(
        ApiId=props["apiId"], StageName=props["name"], AutoDeploy=bool(props.get("autoDeploy"))
    )
    outputs: dict[str, Any] = {
        "arn": f"arn:aws:apigateway:{context.region}::/apis/{props['apiId']}/stages/{props['name']}",
        "invokeUrl": "",
        "executionArn": "",
        "deploymentId": "",
    }
    return props["name"], outputs


KINDS = (
    Kind(
        aws.apigatewayv2.Api,
        "aws:apigatewayv2/api:Api",
        create=_create_api,
        delete=lambda context, identifier, _state: context.client("apigatewayv2").delete_api(ApiId=identifier),
    ),
    Kind(
        aws.apigatewayv2.Integration,
        "aws:apigatewayv2/integration:Integration",
        create=_create_integration,
        delete=lambda context, identifier, state: context.client("apigatewayv2").delete_integration(
            ApiId=state["apiId"], IntegrationId=identifier
        ),
    ),
    Kind(
        aws.apigatewayv2.Route,
        "aws:apigatewayv2/route:Route",
        create=_create_route,
        delete=lambda context, identifier, state: context.client("apigatewayv2").delete_route(
            ApiId=state["apiId"], RouteId=identifier
        ),
    ),
    Kind(
        aws.apigatewayv2.Stage,
        "aws:apigatewayv2/stage:Stage",
        create=_create_stage,
        delete=lambda context, identifier, state: context.client("apigatewayv2").delete_stage(
            ApiId=state["apiId"], StageName=identifier
        ),
    ),
    Kind(aws.apigatewayv2.Authorizer, "aws:apigatewayv2/authorizer:Authorizer"),
)
