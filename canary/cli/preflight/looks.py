"""Looking for a name, by kind: each look only reads, and brings the tags of what it finds.

A name that is not there is an error in some services and an empty list in others; the codes of these errors
are botocore's (tests/cli/test_preflight.py holds them against its models).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from canary.unit.patience import code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from canary.cli.clients import Clients

NOT_THERE = frozenset(
    {
        "ApplicationDoesNotExistException",
        "DBInstanceNotFound",
        "DBParameterGroupNotFound",
        "DBProxyNotFoundFault",
        "DBSnapshotNotFound",
        "DBSubnetGroupNotFoundFault",
        "DeploymentConfigDoesNotExistException",
        "NoSuchEntity",
        "NotFound",
        "ParameterNotFound",
        "ResourceNotFound",
        "ResourceNotFoundException",
    }
)
Tags = dict[str, str] | None
"""``None`` where a thing bears no tags, or they could not be read."""


@dataclass(frozen=True)
class Place:
    """Where is looked.

    Attributes:
        account: Its number, for ARNs.
        vpc: The stack's, in which names of security groups are taken; empty looks in all.
    """

    clients: Clients
    region: str
    account: str
    vpc: str = ""

    def arn(self, service: str, rest: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"


def _function(place: Place, name: str) -> list[Tags]:
    return [place.clients.lambda_.get_function(FunctionName=name).get("Tags", {})]


def _role(place: Place, name: str) -> list[Tags]:
    return [_pairs(place.clients.iam.get_role(RoleName=name)["Role"].get("Tags", []))]


def _log_group(place: Place, name: str) -> list[Tags]:
    logs = place.clients.logs
    pages = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name)
    found = [group for page in pages for group in page["logGroups"] if group["logGroupName"] == name]
    arn = place.arn("logs", f"log-group:{name}")
    return [logs.list_tags_for_resource(resourceArn=arn).get("tags", {}) for _ in found]


def _alarm(place: Place, name: str) -> list[Tags]:
    cloudwatch = place.clients.cloudwatch
    # Metric and composite alarms share their names; unless both are asked for, only the former are shown.
    kinds = ["MetricAlarm", "CompositeAlarm"]
    answer = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=kinds)
    found = [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
    arn = place.arn("cloudwatch", f"alarm:{name}")
    return [_pairs(cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"]) for _ in found]


def _dashboard(place: Place, name: str) -> list[Tags]:
    place.clients.cloudwatch.get_dashboard(DashboardName=name)
    return [None]


def _topic(place: Place, name: str) -> list[Tags]:
    arn = place.arn("sns", name)
    place.clients.sns.get_topic_attributes(TopicArn=arn)
    return [_pairs(place.clients.sns.list_tags_for_resource(ResourceArn=arn)["Tags"])]


def _codedeploy(place: Place, name: str) -> list[Tags]:
    codedeploy = place.clients.codedeploy
    codedeploy.get_application(applicationName=name)
    arn = place.arn("codedeploy", f"application:{name}")
    return [_pairs(codedeploy.list_tags_for_resource(ResourceArn=arn)["Tags"])]


def _shift(place: Place, name: str) -> list[Tags]:
    place.clients.codedeploy.get_deployment_config(deploymentConfigName=name)
    return [None]


def _schedule(place: Place, name: str) -> list[Tags]:
    place.clients.scheduler.get_schedule(Name=name)
    return [None]


def _flags(place: Place, name: str) -> list[Tags]:
    return _appconfig(place, "list_applications", "application", name)


def _strategy(place: Place, name: str) -> list[Tags]:
    return _appconfig(place, "list_deployment_strategies", "deploymentstrategy", name)


def _appconfig(place: Place, operation: str, kind: str, name: str) -> list[Tags]:
    appconfig = place.clients.appconfig
    pages = appconfig.get_paginator(operation).paginate()
    arns = [
        place.arn("appconfig", f"{kind}/{item['Id']}")
        for page in pages
        for item in page["Items"]
        if item["Name"] == name
    ]
    return [appconfig.list_tags_for_resource(ResourceArn=arn).get("Tags", {}) for arn in arns]


def _api(place: Place, name: str) -> list[Tags]:
    pages = place.clients.apigateway.get_paginator("get_apis").paginate()
    return [item.get("Tags", {}) for page in pages for item in page["Items"] if item["Name"] == name]


def _query(place: Place, name: str) -> list[Tags]:
    answer = place.clients.logs.describe_query_definitions(queryDefinitionNamePrefix=name)
    return [None for item in answer["queryDefinitions"] if item["name"] == name]


def _parameter(place: Place, name: str) -> list[Tags]:
    place.clients.ssm.get_parameter(Name=name)
    return [None]


def _instance(place: Place, name: str) -> list[Tags]:
    found = place.clients.rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return [_pairs(item.get("TagList", [])) for item in found]


def _subnets(place: Place, name: str) -> list[Tags]:
    found = place.clients.rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"]
    return [_rds_tags(place, item["DBSubnetGroupArn"]) for item in found]


def _parameters(place: Place, name: str) -> list[Tags]:
    found = place.clients.rds.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"]
    return [_rds_tags(place, item["DBParameterGroupArn"]) for item in found]


def _proxy(place: Place, name: str) -> list[Tags]:
    found = place.clients.rds.describe_db_proxies(DBProxyName=name)["DBProxies"]
    return [_rds_tags(place, item["DBProxyArn"]) for item in found]


def _rds_tags(place: Place, arn: str) -> Tags:
    return _pairs(place.clients.rds.list_tags_for_resource(ResourceName=arn)["TagList"])


def _group(place: Place, name: str) -> list[Tags]:
    filters = [{"Name": "group-name", "Values": [name]}]
    if place.vpc:
        filters.append({"Name": "vpc-id", "Values": [place.vpc]})
    pages = place.clients.ec2.get_paginator("describe_security_groups").paginate(Filters=filters)
    return [_pairs(item.get("Tags", [])) for page in pages for item in page["SecurityGroups"]]


def _pairs(tags: Iterable[Mapping[str, Any]]) -> Tags:
    return {str(tag["Key"]): str(tag.get("Value", "")) for tag in tags}


LOOKS: Mapping[str, Callable[[Place, str], list[Tags]]] = {
    "": _parameter,
    "aws:apigatewayv2/api:Api": _api,
    "aws:appconfig/application:Application": _flags,
    "aws:appconfig/deploymentStrategy:DeploymentStrategy": _strategy,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/queryDefinition:QueryDefinition": _query,
    "aws:codedeploy/application:Application": _codedeploy,
    "aws:codedeploy/deploymentConfig:DeploymentConfig": _shift,
    "aws:ec2/securityGroup:SecurityGroup": _group,
    "aws:iam/role:Role": _role,
    "aws:lambda/function:Function": _function,
    "aws:rds/instance:Instance": _instance,
    "aws:rds/parameterGroup:ParameterGroup": _parameters,
    "aws:rds/proxy:Proxy": _proxy,
    "aws:rds/subnetGroup:SubnetGroup": _subnets,
    "aws:scheduler/schedule:Schedule": _schedule,
    "aws:sns/topic:Topic": _topic,
}


def find(place: Place, token: str, name: str) -> list[Tags]:
    """Everything that bears a name; none where AWS says so."""
    try:
        return LOOKS[token](place, name)
    except ClientError as error:
        if code(error) in NOT_THERE:
            return []
        raise
