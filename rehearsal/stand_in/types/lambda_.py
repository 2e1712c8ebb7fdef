"""Lambda: functions with versions, aliases, permissions, event invoke configurations."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pulumi_aws as aws

from rehearsal.stand_in import wire
from rehearsal.stand_in.kind import Context, Kind
from rehearsal.stand_in.types.calls import deep_pascal, found

if TYPE_CHECKING:
    from rehearsal.stand_in.wire import Props


def _configuration(props: Props) -> dict[str, Any]:
    given: dict[str, Any] = {
        "Role": props["role"],
        "Handler": props.get("handler"),
        "Runtime": props.get("runtime"),
        "Timeout": props.get("timeout"),
        "MemorySize": props.get("memorySize"),
        "Environment": {"Variables": (props.get("environment") or {}).get("variables") or {}},
        "TracingConfig": deep_pascal(props.get("tracingConfig")),
        "LoggingConfig": deep_pascal(props.get("loggingConfig")),
        "VpcConfig": deep_pascal(props.get("vpcConfig")),
    }
    return {name: value for name, value in given.items() if value is not None}


def _create_function(context: Context, props: Props) -> tuple[str, Props]:
    client = context.client("lambda")
    created = client.create_function(
        FunctionName=props["name"],
        Code={"ZipFile": wire.archive_bytes(props["code"], context.root)},
        Architectures=props.get("architectures", ["x86_64"]),
        Publish=bool(props.get("publish")),
        Tags=props.get("tagsAll") or {},
        **_configuration(props),
    )
    _reserve(client, props)
    return props["name"], _function(context, created)


def _reserve(client: Any, props: Props) -> None:
    reserved = props.get("reservedConcurrentExecutions", -1)
    if reserved >= 0:
        client.put_function_concurrency(FunctionName=props["name"], ReservedConcurrentExecutions=reserved)


def _function(context: Context, config: dict[str, Any]) -> Props:
    name = config["FunctionName"]
    arn = f"arn:aws:lambda:{context.region}:{context.account}:function:{name}"
    version = config["Version"]
    return {
        "arn": arn,
        "version": version,
        "qualifiedArn": f"{arn}:{version}",
        "invokeArn": _invoke_arn(context, arn),
        "qualifiedInvokeArn": _invoke_arn(context, f"{arn}:{version}"),
        "lastModified": config.get("LastModified", ""),
        "codeSha256": config.get("CodeSha256", ""),
        "sourceCodeSize": config.get("CodeSize", 0),
    }


def _invoke_arn(context: Context, arn: str) -> str:
    return f"arn:aws:apigateway:{context.region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _read_function(context: Context, identifier: str, state: Props) -> Props | None:
    client = context.client("lambda")
    answer = found(lambda: client.get_function_configuration(FunctionName=identifier))
    if answer is None:
        return None
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=identifier)
    numbers = [int(v["Version"]) for page in pages for v in page["Versions"] if v["Version"] != "$LATEST"]
    latest = str(max(numbers)) if numbers else str(state.get("version", "$LATEST"))
    return {
        **_function(context, {**answer, "Version": latest}),
        "timeout": answer["Timeout"],
        "memorySize": answer["MemorySize"],
        "handler": answer["Handler"],
        "runtime": answer["Runtime"],
        "environment": {"variables": (answer.get("Environment") or {}).get("Variables", {})},
        "tracingConfig": {"mode": (answer.get("TracingConfig") or {}).get("Mode", "PassThrough")},
    }


def _update_function(context: Context, identifier: str, olds: Props, news: Props) -> Props:
    client = context.client("lambda")
    if _configuration(olds) != _configuration(news):
        client.update_function_configuration(FunctionName=identifier, **_configuration(news))
    if wire.comparable(olds.get("code")) != wire.comparable(news.get("code")):
        code = wire.archive_bytes(news["code"], context.root)
        client.update_function_code(FunctionName=identifier, ZipFile=code, Publish=False)
    _reserve(client, news)
    if news.get("publish"):
        return _function(context, client.publish_version(FunctionName=identifier))
    return _function(context, client.get_function_configuration(FunctionName=identifier))


def _delete_function(context: Context, identifier: str, _state: Props) -> None:
    context.client("lambda").delete_function(FunctionName=identifier)


def _alias_arguments(props: Props) -> dict[str, Any]:
    weights = (props.get("routingConfig") or {}).get("additionalVersionWeights") or {}
    return {
        "FunctionName": props["functionName"],
        "Name": props["name"],
        "FunctionVersion": props["functionVersion"],
        "RoutingConfig": {"AdditionalVersionWeights": weights},
    }


def _create_alias(context: Context, props: Props) -> tuple[str, Props]:
    created = context.client("lambda").create_alias(**_alias_arguments(props))
    return f"{props['functionName']}/{props['name']}", _alias(context, created)


def _alias(context: Context, alias: dict[str, Any]) -> Props:
    return {"arn": alias["AliasArn"], "invokeArn": _invoke_arn(context, alias["AliasArn"])}


def _read_alias(context: Context, identifier: str, _state: Props) -> Props | None:
    function, _, name = identifier.partition("/")
    answer = found(lambda: context.client("lambda").get_alias(FunctionName=function, Name=name))
    if answer is None:
        return None
    weights = (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    routing = {"additionalVersionWeights": weights} if weights else None
    return {**_alias(context, answer), "functionVersion": answer["FunctionVersion"], "routingConfig": routing}


def _delete_alias(context: Context, identifier: str, _state: Props) -> None:
    function, _, name = identifier.partition("/")
    context.client("lambda").delete_alias(FunctionName=function, Name=name)


def _create_permission(context: Context, props: Props) -> tuple[str, Props]:
    identity = f"{props['function']}|{props.get('qualifier')}|{props['principal']}|{props.get('sourceArn')}"
    statement = props.get("statementId") or f"allow-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    optional = {
        "Qualifier": props.get("qualifier"),
        "SourceArn": props.get("sourceArn"),
        "SourceAccount": props.get("sourceAccount"),
    }
    context.client("lambda").add_permission(
        FunctionName=props["function"],
        StatementId=statement,
        Action=props["action"],
        Principal=props["principal"],
        **{name: value for name, value in optional.items() if value is not None},
    )
    return statement, {"statementId": statement}


def _delete_permission(context: Context, identifier: str, state: Props) -> None:
    qualifier = {"Qualifier": state["qualifier"]} if state.get("qualifier") else {}
    context.client("lambda").remove_permission(FunctionName=state["function"], StatementId=identifier, **qualifier)


def _put_event_config(context: Context, props: Props) -> tuple[str, Props]:
    qualifier = {"Qualifier": props["qualifier"]} if props.get("qualifier") else {}
    context.client("lambda").put_function_event_invoke_config(
        FunctionName=props["functionName"],
        MaximumRetryAttempts=props.get("maximumRetryAttempts", 2),
        MaximumEventAgeInSeconds=props.get("maximumEventAgeInSeconds", 21600),
        **qualifier,
    )
    return f"{props['functionName']}:{props.get('qualifier', '$LATEST')}", {}


def _delete_event_config(context: Context, _identifier: str, state: Props) -> None:
    qualifier = {"Qualifier": state["qualifier"]} if state.get("qualifier") else {}
    context.client("lambda").delete_function_event_invoke_config(FunctionName=state["functionName"], **qualifier)


KINDS = (
    Kind(
        aws.lambda_.Function,
        "aws:lambda/function:Function",
        create=_create_function,
        read=_read_function,
        update=_update_function,
        delete=_delete_function,
        replace_on=frozenset({"name", "packageType"}),
        changes_with_update=frozenset(
            {"version", "qualifiedArn", "qualifiedInvokeArn", "lastModified", "codeSha256", "sourceCodeSize"}
        ),
    ),
    Kind(
        aws.lambda_.Alias,
        "aws:lambda/alias:Alias",
        create=_create_alias,
        read=_read_alias,
        # Version and routing go together with every update, as the real provider sends them.
        update=lambda context, _id, _olds, news: _alias(
            context, context.client("lambda").update_alias(**_alias_arguments(news))
        ),
        delete=_delete_alias,
        replace_on=frozenset({"name", "functionName"}),
    ),
    Kind(
        aws.lambda_.Permission,
        "aws:lambda/permission:Permission",
        create=_create_permission,
        delete=_delete_permission,
    ),
    Kind(
        aws.lambda_.FunctionEventInvokeConfig,
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        create=_put_event_config,
        update=lambda context, _id, _olds, news: _put_event_config(context, news)[1],
        delete=_delete_event_config,
        replace_on=frozenset({"functionName", "qualifier"}),
    ),
)
