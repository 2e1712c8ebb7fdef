"""The provider functions that a program can call for a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localaws.provider.cloud import PARTITION
from localaws.provider.model import ProviderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from localaws.provider.cloud import Cloud
    from localaws.provider.wire import Properties


def _caller_identity(cloud: Cloud, _arguments: Mapping[str, Any]) -> Properties:
    if not cloud.live:
        return {
            "id": cloud.account,
            "accountId": cloud.account,
            "arn": _caller(cloud.account),
            "userId": "preview",
        }
    who = cloud.client("sts").get_caller_identity()
    return {"id": who["Account"], "accountId": who["Account"], "arn": who["Arn"], "userId": who["UserId"]}


def _caller(account: str) -> str:
    return f"arn:{PARTITION}:iam::{account}:user/preview"


def _region(cloud: Cloud, arguments: Mapping[str, Any]) -> Properties:
    region = arguments.get("region") or arguments.get("name") or cloud.region
    return {
        "id": region,
        "name": region,
        "region": region,
        "description": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
    }


def _partition(_cloud: Cloud, _arguments: Mapping[str, Any]) -> Properties:
    names = {"id": PARTITION, "partition": PARTITION}
    return {**names, "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def _policy_document(_cloud: Cloud, arguments: Mapping[str, Any]) -> Properties:
    """Build the document of `aws.iam.get_policy_document`, without support for merging other documents."""
    if merged := [key for key in ("sourcePolicyDocuments", "overridePolicyDocuments") if arguments.get(key)]:
        raise ProviderError(
            f"getPolicyDocument: this stand-in does not merge documents ({', '.join(merged)})"
        )
    version = arguments.get("version") or "2012-10-17"
    body: Properties = {"Version": version}
    if arguments.get("policyId"):
        body["Id"] = arguments["policyId"]
    body["Statement"] = [_statement(item) for item in arguments.get("statements") or []]
    text = json.dumps(body, indent=2)
    return {
        "id": "document",
        "json": text,
        "minifiedJson": json.dumps(body, separators=(",", ":")),
        "version": version,
    }


def _statement(given: Mapping[str, Any]) -> Properties:
    result: Properties = {"Sid": given["sid"]} if given.get("sid") else {}
    result["Effect"] = given.get("effect") or "Allow"
    lists = {
        "actions": "Action",
        "notActions": "NotAction",
        "resources": "Resource",
        "notResources": "NotResource",
    }
    for key, name in lists.items():
        if given.get(key):
            result[name] = _one_or_list(given[key])
    for key, name in {"principals": "Principal", "notPrincipals": "NotPrincipal"}.items():
        if given.get(key):
            result[name] = _principals(given[key])
    for condition in given.get("conditions") or []:
        tests = result.setdefault("Condition", {}).setdefault(condition["test"], {})
        tests[condition["variable"]] = _one_or_list(condition["values"])
    return result


def _principals(given: list[Mapping[str, Any]]) -> Any:
    if [(item["type"], item["identifiers"]) for item in given] == [("*", ["*"])]:
        return "*"
    return {item["type"]: _one_or_list(item["identifiers"]) for item in given}


def _one_or_list(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


INVOKES: Mapping[str, Callable[[Cloud, Mapping[str, Any]], Properties]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
}


def invoke(cloud: Cloud, token: str, arguments: Mapping[str, Any]) -> Properties:
    """Answer one call of a provider function.

    Raises:
        ProviderError: This provider does not know the function.
    """
    function = INVOKES.get(token)
    if function is None:
        raise ProviderError(
            f"{token}: this stand-in does not know this function; it knows {', '.join(INVOKES)}"
        )
    return function(cloud, arguments)
