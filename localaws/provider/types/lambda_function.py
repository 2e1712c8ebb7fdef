"""Lambda functions: a change of code or configuration publishes a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.provider.archive import zipped
from localaws.provider.cloud import answer
from localaws.provider.model import Change, InitError, Lifecycle, ProviderError, ResourceType, keys
from localaws.provider.types.shape import camel, pascal, request, response, retag, tag_map
from localaws.provider.wire import Blob

if TYPE_CHECKING:
    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties

READY_WITHIN_S = 60.0
"""Seconds a function may take to become active; the real provider waits minutes for a real function."""
_CODE = keys("code s3Bucket s3Key s3ObjectVersion imageUri sourceCodeHash architectures")
_CONCURRENCY = "reservedConcurrentExecutions"
_STRUCTURES = (
    "deadLetterConfig ephemeralStorage loggingConfig snapStart tracingConfig vpcConfig imageConfig "
    "environment"
)
_SCALARS = "role description handler layers memorySize timeout runtime"
_SET_BY_SERVICE = keys("architectures ephemeralStorage loggingConfig tracingConfig codeSha256")


def invoke_arn(cloud: Cloud, arn: str) -> str:
    """Return the ARN by which API Gateway invokes a function, version or alias."""
    path = f"lambda:path/2015-03-31/functions/{arn}/invocations"
    return f"arn:aws:apigateway:{cloud.region}:{path}"


def _configuration(properties: Properties) -> dict[str, Any]:
    structures = {name: properties[name] for name in _STRUCTURES.split() if name in properties}
    environment = structures.pop("environment", {}).get("variables", {})
    arguments = request(properties, _SCALARS, FunctionName="name", KMSKeyArn="kmsKeyArn")
    return {**arguments, **pascal(structures), "Environment": {"Variables": dict(environment)}}


def _code(cloud: Cloud, properties: Properties) -> dict[str, Any]:
    code = properties.get("code")
    if isinstance(code, Blob):
        return {"ZipFile": zipped(code, cloud.root)}
    found = request(properties, "imageUri s3Bucket s3Key s3ObjectVersion")
    if not found:
        raise ProviderError("code, imageUri or s3Bucket with s3Key must be given")
    return found


def _create(cloud: Cloud, properties: Properties) -> str:
    client, name = cloud.client("lambda"), properties["name"]
    arguments = request(properties, "packageType publish architectures codeSigningConfigArn")
    arguments |= {**_configuration(properties), "Code": _code(cloud, properties), "Tags": tag_map(properties)}
    cloud.once_role_is_known("cannot be assumed by Lambda", lambda: client.create_function(**arguments))
    try:
        _await_ready(cloud, name)
        _reserve(cloud, name, properties)
    except ProviderError as error:
        raise InitError(name, str(error)) from error
    return str(name)


def _await_ready(cloud: Cloud, name: str) -> None:
    client = cloud.client("lambda")

    def ready() -> bool:
        found = client.get_function_configuration(FunctionName=name)
        state, last = found.get("State", "Active"), found.get("LastUpdateStatus", "Successful")
        if "Failed" in (state, last):
            why = found.get("StateReason") or found.get("LastUpdateStatusReason") or "no reason given"
            raise ProviderError(f"the function failed to become active: {why}")
        return (state, last) == ("Active", "Successful")

    cloud.await_true(ready, f"function {name} to become active", READY_WITHIN_S)


def _reserve(cloud: Cloud, name: str, properties: Properties) -> None:
    if (wanted := properties.get(_CONCURRENCY, -1)) >= 0:
        cloud.client("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=wanted
        )


def _read(cloud: Cloud, identifier: str, known: Properties) -> Properties | None:
    client = cloud.client("lambda")
    found = answer(client.get_function, FunctionName=identifier)
    if found is None:
        return None
    live, version = found["Configuration"], _latest_version(client, identifier)
    arn = live["FunctionArn"]
    qualified = f"{arn}:{version}"
    reserved = found.get("Concurrency", {}).get("ReservedConcurrentExecutions", -1)
    result = {
        **_structures(live),
        **response(
            live,
            f"{_SCALARS} architectures packageType codeSha256 lastModified version",
            FunctionArn="arn",
            FunctionName="name",
            CodeSize="sourceCodeSize",
            KMSKeyArn="kmsKeyArn",
        ),
        "layers": [layer["Arn"] for layer in live.get("Layers", [])],
        "version": version,
        "invokeArn": invoke_arn(cloud, arn),
        "qualifiedArn": qualified,
        "qualifiedInvokeArn": invoke_arn(cloud, qualified),
        "responseStreamingInvokeArn": invoke_arn(cloud, arn).replace(
            "/invocations", "/response-streaming-invocations"
        ),
        _CONCURRENCY: reserved,
        "signingJobArn": "",
        "signingProfileVersionArn": "",
    }
    if "sourceCodeHash" in known:
        result["sourceCodeHash"] = live["CodeSha256"]
    return result


def _structures(live: dict[str, Any]) -> Properties:
    variables = (live.get("Environment") or {}).get("Variables") or {}
    network = {key: value for key, value in (live.get("VpcConfig") or {}).items() if key != "VpcId" and value}
    letters = live.get("DeadLetterConfig") or {}
    snap = (live.get("SnapStart") or {}).get("ApplyOn")
    return {
        "environment": {"variables": variables} if variables else None,
        "vpcConfig": camel(network) if network.get("SubnetIds") else None,
        "deadLetterConfig": camel(letters) if letters.get("TargetArn") else None,
        "snapStart": {"applyOn": snap} if snap not in (None, "None") else None,
        "tracingConfig": camel(live.get("TracingConfig")) or None,
        "ephemeralStorage": camel(live.get("EphemeralStorage")) or None,
        "loggingConfig": camel(live.get("LoggingConfig")) or None,
    }


def _latest_version(client: Any, name: str) -> str:
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    numbers = [item["Version"] for page in pages for item in page["Versions"] if item["Version"].isdigit()]
    return max(numbers, key=int, default="$LATEST")


def _update(cloud: Cloud, change: Change) -> None:
    """Update the configuration, then the code, then publish one version for both, as the real provider does.

    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/function.go
    """
    client, name, new = cloud.client("lambda"), change.identifier, change.new
    retag(
        change.old,
        new,
        lambda tags: client.tag_resource(Resource=change.state["arn"], Tags=tags),
        lambda gone: client.untag_resource(Resource=change.state["arn"], TagKeys=gone),
    )
    code = bool(change.keys & _CODE)
    configuration = bool(change.keys - _CODE - keys(f"tags tagsAll publish {_CONCURRENCY} skipDestroy"))
    if configuration:
        client.update_function_configuration(**_emptied(change))
        _await_ready(cloud, name)
    if code:
        where = request(new, "architectures")
        client.update_function_code(FunctionName=name, **where, **_code(cloud, new))
        _await_ready(cloud, name)
    if _CONCURRENCY in change.keys:
        _reserve(cloud, name, new)
        if new.get(_CONCURRENCY, -1) < 0:
            client.delete_function_concurrency(FunctionName=name)
    if new.get("publish") and (code or configuration or "publish" in change.keys):
        client.publish_version(FunctionName=name)
        _await_ready(cloud, name)


def _emptied(change: Change) -> dict[str, Any]:
    """Return the new configuration, with empty values for what the program no longer gives.

    The service would keep those settings if they were left out.
    """
    empty: dict[str, Any] = {
        "description": {"Description": ""},
        "layers": {"Layers": []},
        "kmsKeyArn": {"KMSKeyArn": ""},
        "deadLetterConfig": {"DeadLetterConfig": {"TargetArn": ""}},
        "vpcConfig": {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}},
        "tracingConfig": {"TracingConfig": {"Mode": "PassThrough"}},
        "snapStart": {"SnapStart": {"ApplyOn": "None"}},
        "ephemeralStorage": {"EphemeralStorage": {"Size": 512}},
    }
    gone = [name for name in empty if name in change.keys and change.new.get(name) is None]
    return {
        **_configuration(change.new),
        **{key: value for name in gone for key, value in empty[name].items()},
    }


def _delete(cloud: Cloud, identifier: str, _state: Properties) -> None:
    cloud.client("lambda").delete_function(FunctionName=identifier)


FUNCTION = ResourceType(
    "aws:lambda/function:Function",
    Lifecycle(_create, _read, _delete, _update),
    replace=keys("name packageType tenancyConfig"),
    defaults={
        "memorySize": 128,
        "packageType": "Zip",
        "publish": False,
        "reservedConcurrentExecutions": -1,
        "skipDestroy": False,
        "timeout": 3,
    },
    computed=_SET_BY_SERVICE,
    unordered=keys("architectures vpcConfig.subnetIds vpcConfig.securityGroupIds"),
    volatile=keys("version qualifiedArn qualifiedInvokeArn lastModified codeSha256 sourceCodeSize"),
    quiet=keys(f"tags tagsAll skipDestroy {_CONCURRENCY}"),
    autoname="name",
)
