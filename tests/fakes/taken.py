"""An account in which some names are taken. Every call and answer is checked against AWS's models."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.model import OperationModel, ServiceModel

SESSION = botocore.session.get_session()
ACCOUNT = "123456789012"
ABSENT = ("NotFound", "NoSuch", "DoesNotExist")
READS = ("describe_", "get_", "list_")
Tags = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """How a service shows a thing by its name.

    Attributes:
        by: Parameter that names the thing; empty if the operation lists all of them.
        shows: Builds the answer from names and their tags.
    """

    by: str
    shows: Callable[[dict[str, Tags]], dict[str, Any]]


def pairs(tags: Tags) -> list[dict[str, str]]:
    """Return tags in the form that most services use."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def listed(member: str, one: Callable[[str, Tags], dict[str, Any]]) -> Callable[[dict[str, Tags]], Any]:
    """Return a builder of answers that list things."""
    return lambda found: {member: [one(name, tags) for name, tags in found.items()]}


def the(member: str, one: Callable[[str, Tags], Any]) -> Callable[[dict[str, Tags]], Any]:
    """Return a builder of answers about one thing."""
    return lambda found: {member: next(one(name, tags) for name, tags in found.items())}


ROLE = {"Path": "/", "RoleId": "A" * 16, "Arn": "arn:aws:iam::1:role/x", "CreateDate": "2026-01-01"}
API = {"ProtocolType": "HTTP", "RouteSelectionExpression": "x"}


def named(key: str) -> Callable[[str, Tags], dict[str, Any]]:
    """Return a builder of things that show their name, or an ARN that ends with it."""
    return lambda name, _: {key: f"arn:{name}" if key.endswith("Arn") else name}


def tagged(key: str) -> Callable[[str, Tags], dict[str, Any]]:
    """Return a builder of things that show their tags."""
    return lambda _, tags: {key: pairs(tags)}


def identified(name: str, _: Tags) -> dict[str, Any]:
    """Build a thing with an id."""
    return {"Id": name, "Name": name}


KINDS: dict[tuple[str, str], Kind] = {
    ("lambda", "get_function"): Kind("FunctionName", lambda found: {"Tags": next(iter(found.values()))}),
    ("iam", "get_role"): Kind(
        "RoleName", the("Role", lambda name, tags: {**ROLE, "RoleName": name, "Tags": pairs(tags)})
    ),
    ("logs", "describe_log_groups"): Kind("", listed("logGroups", named("logGroupName"))),
    ("logs", "describe_query_definitions"): Kind("", listed("queryDefinitions", named("name"))),
    ("cloudwatch", "describe_alarms"): Kind("", listed("CompositeAlarms", named("AlarmName"))),
    ("cloudwatch", "get_dashboard"): Kind("DashboardName", the("DashboardName", lambda name, _: name)),
    ("sns", "get_topic_attributes"): Kind("TopicArn", lambda _: {"Attributes": {}}),
    ("codedeploy", "get_application"): Kind("applicationName", lambda _: {"application": {}}),
    ("codedeploy", "get_deployment_config"): Kind(
        "deploymentConfigName", lambda _: {"deploymentConfigInfo": {}}
    ),
    ("scheduler", "get_schedule"): Kind("Name", the("Name", lambda name, _: name)),
    ("appconfig", "list_applications"): Kind("", listed("Items", identified)),
    ("appconfig", "list_deployment_strategies"): Kind("", listed("Items", identified)),
    ("apigatewayv2", "get_apis"): Kind(
        "", listed("Items", lambda name, tags: {**API, "Name": name, "Tags": tags})
    ),
    ("ssm", "get_parameter"): Kind("Name", the("Parameter", named("Name"))),
    ("rds", "describe_db_instances"): Kind("DBInstanceIdentifier", listed("DBInstances", tagged("TagList"))),
    ("rds", "describe_db_subnet_groups"): Kind(
        "DBSubnetGroupName", listed("DBSubnetGroups", named("DBSubnetGroupArn"))
    ),
    ("rds", "describe_db_parameter_groups"): Kind(
        "DBParameterGroupName", listed("DBParameterGroups", named("DBParameterGroupArn"))
    ),
    ("rds", "describe_db_proxies"): Kind("DBProxyName", listed("DBProxies", named("DBProxyArn"))),
    ("ec2", "describe_security_groups"): Kind("", listed("SecurityGroups", tagged("Tags"))),
}
TAGS = {"appconfig": ("Tags", False), "logs": ("tags", False), "rds": ("TagList", True)}


class Taken:
    """Clients of an account with these names. Counts every call; only reading operations exist."""

    def __init__(self, *names: str, tags: Tags | None = None) -> None:
        self.names = dict.fromkeys(names, tags or {})
        self.calls: Counter[str] = Counter()

    def __getattr__(self, attribute: str) -> Any:
        return Client(self, {"lambda_": "lambda", "apigateway": "apigatewayv2"}.get(attribute, attribute))


@dataclass
class Client:
    """Client of one service."""

    account: Taken
    service: str

    @cached_property
    def model(self) -> ServiceModel:
        """AWS's own model of the service."""
        return SESSION.get_service_model(self.service)

    def __getattr__(self, operation: str) -> Any:
        return lambda **params: self.call(operation, params)

    def get_paginator(self, operation: str) -> Any:
        """Return a paginator with one page."""

        def pages(**params: Any) -> Iterator[Any]:
            yield self.call(operation, params)

        return SimpleNamespace(paginate=pages)

    def call(self, operation: str, params: dict[str, Any]) -> Any:
        """Answer or refuse as AWS would."""
        assert operation.startswith(READS), f"{operation} changes something"
        self.account.calls[operation] += 1
        names = {xform_name(name): name for name in self.model.operation_names}
        asked = self.model.operation_model(names[operation])
        if asked.input_shape is not None:
            validate_parameters(params, asked.input_shape)
        answer = self._answer(operation, params, asked)
        assert asked.output_shape is not None
        validate_parameters(answer, asked.output_shape)
        return answer

    def _answer(self, operation: str, params: dict[str, Any], asked: OperationModel) -> Any:
        if operation == "get_caller_identity":
            return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/jo"}
        if operation == "list_tags_for_resource":
            member, as_pairs = TAGS.get(self.service, ("Tags", True))
            tags = self._named(next(iter(params.values())))
            return {member: pairs(tags) if as_pairs else tags}
        kind = KINDS[self.service, operation]
        if not kind.by:
            return kind.shows(self._filtered(params))
        name = params[kind.by].rpartition(":")[2]
        if name not in self.account.names:
            raise ClientError({"Error": {"Code": _absent(asked), "Message": name}}, operation)
        return kind.shows({name: self.account.names[name]})

    def _named(self, arn: str) -> Tags:
        """Return the tags of the thing with whose name an ARN ends."""
        ends = (arn.endswith((f":{name}", f"/{name}")) and tags for name, tags in self.account.names.items())
        return next(tags for tags in ends if tags is not False)

    def _filtered(self, params: dict[str, Any]) -> dict[str, Tags]:
        wanted = params.get("AlarmNames") or [
            value
            for one in params.get("Filters", ())
            if one["Name"] == "group-name"
            for value in one["Values"]
        ]
        prefix = params.get("logGroupNamePrefix") or params.get("queryDefinitionNamePrefix") or ""
        return {
            name: tags
            for name, tags in self.account.names.items()
            if name.startswith(prefix) and (not wanted or name in wanted)
        }


def _absent(asked: OperationModel) -> str:
    """Return the code with which AWS says that a name does not exist, from its model."""
    shape = next(shape for shape in asked.error_shapes if any(word in shape.name for word in ABSENT))
    return str((shape.metadata.get("error") or {}).get("code") or shape.name)
