"""API Gateway v2: HTTP APIs with their integrations, routes and stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.shape import camel, pascal, request, response, retag, tag_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

SERVICE = "apigatewayv2"
_API = (
    "name description disableExecuteApiEndpoint routeSelectionExpression apiKeySelectionExpression "
    "version ipAddressType"
)
_API_ONCE = f"{_API} protocolType"


def _api(properties: Properties, names: str) -> dict[str, Any]:
    arguments = request(properties, names)
    if cors := properties.get("corsConfiguration"):
        arguments["CorsConfiguration"] = pascal(cors)
    return arguments


def _create_api(cloud: Cloud, properties: Properties) -> str:
    made = cloud.client(SERVICE).create_api(**_api(properties, _API_ONCE), Tags=tag_map(properties))
    return str(made["ApiId"])


def _read_api(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    found = answer(cloud.client(SERVICE).get_api, ApiId=identifier)
    if found is None:
        return None
    return {
        **response(found, f"{_API_ONCE} apiEndpoint"),
        "corsConfiguration": camel(found.get("CorsConfiguration")) or None,
        "arn": _arn(cloud, identifier),
        "executionArn": cloud.arn("execute-api", identifier),
    }


def _arn(cloud: Cloud, path: str) -> str:
    return f"arn:aws:apigateway:{cloud.region}::/apis/{path}"


def _update_api(cloud: Cloud, change: Change) -> None:
    cloud.client(SERVICE).update_api(ApiId=change.identifier, **{"Description": "", **_api(change.new, _API)})
    _retag(cloud, change)


def _retag(cloud: Cloud, change: Change) -> None:
    client, arn = cloud.client(SERVICE), change.state["arn"]
    retag(
        change.old,
        change.new,
        lambda tags: client.tag_resource(ResourceArn=arn, Tags=tags),
        lambda gone: client.untag_resource(ResourceArn=arn, TagKeys=gone),
    )


def _delete_api(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client(SERVICE).delete_api(ApiId=identifier)


def _part(name: str, once: str, scalars: str, **renamed: str) -> Lifecycle:
    """Return the lifecycle of a part of an API whose calls follow one pattern: ``create_<name>(ApiId=…, …)``.

    Args:
        name: Name of the part in the calls.
        once: Inputs that only the create call accepts.
        scalars: Inputs that are sent unchanged.
        renamed: Further inputs, whose names do not follow from the argument's name.
    """
    key = f"{name.title()}Id"

    def arguments(properties: Properties, names: str) -> dict[str, Any]:
        return request(properties, f"apiId {names}", **renamed)

    def create(cloud: Cloud, properties: Properties) -> str:
        call: Callable[..., Any] = getattr(cloud.client(SERVICE), f"create_{name}")
        return str(call(**arguments(properties, f"{once} {scalars}"))[key])

    def read(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
        call: Callable[..., Any] = getattr(cloud.client(SERVICE), f"get_{name}")
        found = answer(call, ApiId=known["apiId"], **{key: identifier})
        if found is None:
            return None
        return response(found, f"{once} {scalars}", **renamed)

    def update(cloud: Cloud, change: Change) -> None:
        call: Callable[..., Any] = getattr(cloud.client(SERVICE), f"update_{name}")
        call(**{key: change.identifier}, **arguments(change.new, scalars))

    def delete(cloud: Cloud, identifier: str, state: Properties) -> None:
        call: Callable[..., Any] = getattr(cloud.client(SERVICE), f"delete_{name}")
        call(ApiId=state["apiId"], **{key: identifier})

    return Lifecycle(create, read, delete, update)


_STAGE = "description autoDeploy deploymentId clientCertificateId stageVariables"
_STAGE_SETTINGS = "accessLogSettings defaultRouteSettings"


def _stage(properties: Properties) -> dict[str, Any]:
    settings = {name: properties[name] for name in _STAGE_SETTINGS.split() if properties.get(name)}
    arguments = request(properties, f"apiId {_STAGE}", StageName="name")
    if properties.get("autoDeploy"):
        arguments.pop("DeploymentId", None)  # the service deploys by itself and rejects this
    return {**arguments, **pascal(settings)}


def _create_stage(cloud: Cloud, properties: Properties) -> str:
    return str(
        cloud.client(SERVICE).create_stage(**_stage(properties), Tags=tag_map(properties))["StageName"]
    )


def _read_stage(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    api = known["apiId"]
    found = answer(cloud.client(SERVICE).get_stage, ApiId=api, StageName=identifier)
    if found is None:
        return None
    path = "" if identifier == "$default" else identifier
    return {
        **response(found, _STAGE),
        "name": identifier,
        "accessLogSettings": camel(found.get("AccessLogSettings")) or None,
        "defaultRouteSettings": camel(found.get("DefaultRouteSettings")) or None,
        "arn": _arn(cloud, f"{api}/stages/{identifier}"),
        "executionArn": f"{cloud.arn('execute-api', api)}/{identifier}",
        "invokeUrl": f"https://{api}.execute-api.{cloud.region}.amazonaws.com/{path}",
    }


def _update_stage(cloud: Cloud, change: Change) -> None:
    cloud.client(SERVICE).update_stage(**{"Description": "", **_stage(change.new)})
    _retag(cloud, change)


def _delete_stage(cloud: Cloud, identifier: str, state: Properties) -> None:
    cloud.client(SERVICE).delete_stage(ApiId=state["apiId"], StageName=identifier)


_INTEGRATION = (
    "connectionId connectionType contentHandlingStrategy credentialsArn description "
    "integrationMethod integrationUri passthroughBehavior payloadFormatVersion requestParameters "
    "requestTemplates responseParameters templateSelectionExpression "
    "integrationSubtype"
)
_ROUTE = (
    "apiKeyRequired authorizationScopes authorizationType authorizerId modelSelectionExpression "
    "operationName requestModels routeKey routeResponseSelectionExpression target"
)

TYPES = (
    ResourceType(
        "aws:apigatewayv2/api:Api",
        Lifecycle(_create_api, _read_api, _delete_api, _update_api),
        replace=keys("protocolType"),
        defaults={
            "apiKeySelectionExpression": "$request.header.x-api-key",
            "routeSelectionExpression": "$request.method $request.path",
            "disableExecuteApiEndpoint": False,
        },
        computed=keys("ipAddressType"),
        autoname="name",
    ),
    ResourceType(
        "aws:apigatewayv2/integration:Integration",
        _part("integration", "integrationType", _INTEGRATION, TimeoutInMillis="timeoutMilliseconds"),
        replace=keys("apiId integrationType integrationSubtype"),
        defaults={"connectionType": "INTERNET", "payloadFormatVersion": "1.0"},
        computed=keys("timeoutMilliseconds integrationMethod"),
    ),
    ResourceType(
        "aws:apigatewayv2/route:Route",
        _part("route", "", _ROUTE),
        replace=keys("apiId"),
        defaults={"apiKeyRequired": False, "authorizationType": "NONE"},
    ),
    ResourceType(
        "aws:apigatewayv2/stage:Stage",
        Lifecycle(_create_stage, _read_stage, _delete_stage, _update_stage),
        replace=keys("apiId name"),
        defaults={"autoDeploy": False},
        computed=keys("deploymentId"),
        autoname="name",
    ),
)
