"""Lambda: aliases, permissions and asynchronous invocation. Functions are in `lambda_function.py`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import answer
from localaws.provider.model import Change, Lifecycle, ResourceType, keys
from localaws.provider.types.lambda_function import FUNCTION, invoke_arn
from localaws.provider.types.shape import only, request, response

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _alias_arguments(properties: Properties) -> dict[str, Any]:
    """Return the arguments of an alias call.

    The version and the routing are always sent together; without routing, an empty one is sent.
    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/alias.go
    """
    weights = (properties.get("routingConfig") or {}).get("additionalVersionWeights") or {}
    return {
        "FunctionName": properties["functionName"],
        "Name": properties["name"],
        "FunctionVersion": properties["functionVersion"],
        "Description": properties.get("description", ""),
        "RoutingConfig": {
            "AdditionalVersionWeights": {version: float(share) for version, share in weights.items()}
        },
    }


def _create_alias(cloud: Cloud, properties: Properties) -> str:
    return str(cloud.client("lambda").create_alias(**_alias_arguments(properties))["AliasArn"])


def _read_alias(cloud: Cloud, identifier: str, _known: Properties) -> Properties | None:
    function, name = identifier.rsplit(":", 2)[1:]
    found = answer(cloud.client("lambda").get_alias, FunctionName=function, Name=name)
    if found is None:
        return None
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    return {
        **response(found, "functionVersion description name", AliasArn="arn"),
        "routingConfig": {"additionalVersionWeights": weights} if weights else None,
        "invokeArn": invoke_arn(cloud, found["AliasArn"]),
    }


def _update_alias(cloud: Cloud, change: Change) -> None:
    cloud.client("lambda").update_alias(**_alias_arguments(change.new))


def _delete_alias(cloud: Cloud, identifier: str, _state: Properties) -> None:
    function, name = identifier.rsplit(":", 2)[1:]
    cloud.client("lambda").delete_alias(FunctionName=function, Name=name)


_PERMISSION = "action principal sourceArn sourceAccount eventSourceToken functionUrlAuthType qualifier"


def _create_permission(cloud: Cloud, properties: Properties) -> str:
    arguments = request(
        properties,
        f"statementId {_PERMISSION} invokedViaFunctionUrl",
        FunctionName="function",
        PrincipalOrgID="principalOrgId",
    )
    cloud.client("lambda").add_permission(**arguments)
    return str(properties["statementId"])


def _read_permission(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    where = request(known, "qualifier", FunctionName="function")
    policy = answer(cloud.client("lambda").get_policy, **where)
    if policy is None:
        return None
    statement = only(json.loads(policy["Policy"])["Statement"], lambda item: item.get("Sid") == identifier)
    if statement is None:
        return None
    principal = statement["Principal"]
    return {
        "statementId": identifier,
        "action": statement["Action"],
        "principal": principal if isinstance(principal, str) else next(iter(principal.values())),
        **_conditions(statement),
    }


def _conditions(statement: dict[str, Any]) -> Properties:
    wanted = {"aws:sourcearn": "sourceArn", "aws:sourceaccount": "sourceAccount"}
    tests = statement.get("Condition", {}).values()
    found = {name.lower(): value for test in tests for name, value in test.items()}
    return {wanted[name]: value for name, value in found.items() if name in wanted}


def _delete_permission(cloud: Cloud, identifier: str, state: Properties) -> None:
    where = request(state, "qualifier", FunctionName="function")
    cloud.client("lambda").remove_permission(StatementId=identifier, **where)


_INVOKE_CONFIG = "functionName qualifier maximumEventAgeInSeconds maximumRetryAttempts"


def _put_invoke_config(cloud: Cloud, properties: Properties) -> None:
    arguments = request(properties, _INVOKE_CONFIG)
    destinations = {
        side[:1].upper() + side[1:]: {"Destination": given["destination"]}
        for side, given in (properties.get("destinationConfig") or {}).items()
        if given
    }
    if destinations:
        arguments["DestinationConfig"] = destinations
    cloud.client("lambda").put_function_event_invoke_config(**arguments)


def _create_invoke_config(cloud: Cloud, properties: Properties) -> str:
    _put_invoke_config(cloud, properties)
    return ":".join(filter(None, [properties["functionName"], properties.get("qualifier")]))


def _read_invoke_config(cloud: Cloud, _identifier: str, known: Properties) -> Properties | None:
    where = request(known, "functionName qualifier")
    found = answer(cloud.client("lambda").get_function_event_invoke_config, **where)
    return None if found is None else response(found, "maximumEventAgeInSeconds maximumRetryAttempts")


def _update_invoke_config(cloud: Cloud, change: Change) -> None:
    _put_invoke_config(cloud, change.new)


def _delete_invoke_config(cloud: Cloud, _identifier: str, state: Properties) -> None:
    cloud.client("lambda").delete_function_event_invoke_config(**request(state, "functionName qualifier"))


TYPES = (
    FUNCTION,
    ResourceType(
        "aws:lambda/alias:Alias",
        Lifecycle(_create_alias, _read_alias, _delete_alias, _update_alias),
        replace=keys("functionName name"),
        autoname="name",
    ),
    ResourceType(
        "aws:lambda/permission:Permission",
        Lifecycle(_create_permission, _read_permission, _delete_permission),
        replace=keys(
            f"function statementId statementIdPrefix principalOrgId invokedViaFunctionUrl {_PERMISSION}"
        ),
        autoname="statementId",
    ),
    ResourceType(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        Lifecycle(_create_invoke_config, _read_invoke_config, _delete_invoke_config, _update_invoke_config),
        replace=keys("functionName qualifier"),
        defaults={"maximumRetryAttempts": 2},
    ),
)
