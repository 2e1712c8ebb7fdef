"""The HTTP API in front of the entry function's alias."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from components.functions.versioned_function import VersionedFunction

ROUTES = ("GET /creators/{creatorId}", "HEAD /creators/{creatorId}", "GET /health", "$default")
"""Unknown paths reach the function too (``$default``), so that it answers them with its own error body."""
PUBLIC = frozenset({"GET /health"})
"""Routes without an authorizer: load balancers and people call them to check that the function answers."""


class EntrypointArgs(TypedDict):
    """Arguments of `Entrypoint`."""

    prefix: str
    entry: VersionedFunction
    jwt_issuer: NotRequired[str | None]
    """If omitted, a request header names the user. Put something in front of the API that sets the header."""
    jwt_audience: NotRequired[list[str]]
    """Default empty. An issuer needs at least one audience."""


class Entrypoint(pulumi.ComponentResource):
    """An HTTP API with its integration, routes and stage, and the permission to invoke the alias."""

    api_id: pulumi.Output[str]
    """ID of the HTTP API."""
    url: pulumi.Output[str]
    """Base URL that users call."""

    def __init__(self, name: str, args: EntrypointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("canary:index:Entrypoint", name, {}, opts)
        child, entry = pulumi.ResourceOptions(parent=self), args["entry"]
        api = aws.apigatewayv2.Api(
            f"{name}-api", name=f"{args['prefix']}-read", protocol_type="HTTP", opts=child
        )
        integration = aws.apigatewayv2.Integration(
            f"{name}-integration",
            api_id=api.id,
            integration_type="AWS_PROXY",
            integration_uri=entry.alias_invoke_arn,
            integration_method="POST",
            payload_format_version="2.0",
            opts=child,
        )
        authorizer = self._authorizer(name, api, args)
        for index, route in enumerate(ROUTES):
            token = authorizer if route not in PUBLIC else None
            aws.apigatewayv2.Route(
                f"{name}-route-{index}",
                api_id=api.id,
                route_key=route,
                target=pulumi.Output.concat("integrations/", integration.id),
                authorization_type="JWT" if token else "NONE",
                authorizer_id=token.id if token else None,
                opts=child,
            )
        aws.apigatewayv2.Stage(f"{name}-stage", api_id=api.id, name="$default", auto_deploy=True, opts=child)
        aws.lambda_.Permission(
            f"{name}-may-invoke",
            action="lambda:InvokeFunction",
            function=entry.function_name,
            qualifier=entry.alias_name,
            principal="apigateway.amazonaws.com",
            source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
            opts=child,
        )
        self.api_id = api.id
        self.url = api.api_endpoint
        self.register_outputs({"apiId": self.api_id, "url": self.url})

    def _authorizer(
        self, name: str, api: aws.apigatewayv2.Api, args: EntrypointArgs
    ) -> aws.apigatewayv2.Authorizer | None:
        issuer = args.get("jwt_issuer")
        if not issuer:
            return None
        return aws.apigatewayv2.Authorizer(
            f"{name}-authorizer",
            name=f"{args['prefix']}-users",
            api_id=api.id,
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration={"issuer": issuer, "audiences": args.get("jwt_audience", [])},
            opts=pulumi.ResourceOptions(parent=self),
        )
