"""One resource of each type that the local cloud has, in the order in which they can be made."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.provider.wire import SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from localaws.provider.wire import Properties
    from localaws.tests.provider.engine import Made

ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"


def _policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:sns:us-east-1:000000000000:t"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "lambda.amazonaws.com"},
            }
        ],
    }
)
FLAGS = json.dumps({"version": "1", "flags": {"a": {"name": "a"}}, "values": {"a": {"enabled": False}}})
ALARM = {"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "threshold": 2}
METRIC = {"namespace": "N", "metricName": "M", "period": 60, "statistic": "Sum"}


@dataclass(frozen=True)
class Case:
    """A type, its inputs given what was made before it, and a change in place if it has any."""

    token: str
    inputs: Callable[[World], Properties]
    change: Properties = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The type's last word."""
        return self.token.rpartition(":")[2]

    def name(self, world: World) -> str:
        """What the resource is called in the program."""
        return f"{world.prefix}-{self.short}"


@dataclass
class World:
    """What was made, by token."""

    prefix: str
    code: Path
    vpc: str
    subnets: list[str]
    made: dict[str, Made] = field(default_factory=dict)

    def of(self, token: str, output: str = "id") -> Any:
        """An output of what was made."""
        made = self.made[token]
        return made.identifier if output == "id" else made.state[output]

    def archive(self) -> dict[str, Any]:
        """The function's code, as the engine sends a file archive."""
        return {SIGNATURE: ARCHIVE, "path": str(self.code), "hash": "h"}


ROLE, TOPIC = "aws:iam/role:Role", "aws:sns/topic:Topic"
FUNCTION, ALIAS, KEY = "aws:lambda/function:Function", "aws:lambda/alias:Alias", "aws:kms/key:Key"
APP = "aws:appconfig/application:Application"
ENVIRONMENT = "aws:appconfig/environment:Environment"
PROFILE = "aws:appconfig/configurationProfile:ConfigurationProfile"
STRATEGY = "aws:appconfig/deploymentStrategy:DeploymentStrategy"
VERSION = "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion"
API, INTEGRATION = "aws:apigatewayv2/api:Api", "aws:apigatewayv2/integration:Integration"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
RELEASES = "aws:codedeploy/application:Application"
CONFIG = "aws:codedeploy/deploymentConfig:DeploymentConfig"
GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
SUBNETS, PARAMETERS = "aws:rds/subnetGroup:SubnetGroup", "aws:rds/parameterGroup:ParameterGroup"
INSTANCE, PROXY = "aws:rds/instance:Instance", "aws:rds/proxy:Proxy"
POOL = "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup"
SECRET = "aws:secretsmanager/secret:Secret"


def _invoke(world: World) -> Properties:
    return {
        "function": world.of(FUNCTION, "name"),
        "action": "lambda:InvokeFunction",
        "principal": "sns.amazonaws.com",
        "sourceArn": world.of(TOPIC, "arn"),
    }


def _rule(world: World) -> Properties:
    group = world.of(SECURITY_GROUP)
    return {
        "securityGroupId": group,
        "referencedSecurityGroupId": group,
        "ipProtocol": "tcp",
        "fromPort": 5432,
        "toPort": 5432,
    }


CASES = (
    Case(TOPIC, lambda w: {"name": w.prefix}, {"displayName": "changed"}),
    Case(ROLE, lambda _: {"assumeRolePolicy": TRUST}, {"description": "changed"}),
    Case(
        "aws:iam/rolePolicy:RolePolicy",
        lambda w: {"role": w.of(ROLE), "policy": _policy("sns:Publish")},
        {"policy": _policy("sns:Subscribe")},
    ),
    Case(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda w: {"role": w.of(ROLE, "name"), "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ),
    Case(
        KEY, lambda _: {"description": "of pseudonyms", "deletionWindowInDays": 7}, {"description": "changed"}
    ),
    Case("aws:kms/alias:Alias", lambda w: {"name": f"alias/{w.prefix}", "targetKeyId": w.of(KEY)}),
    Case(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda w: {"name": f"/aws/lambda/{w.prefix}", "retentionInDays": 14},
        {"retentionInDays": 30},
    ),
    Case(
        FUNCTION,
        lambda w: {
            "name": f"{w.prefix}-f",
            "role": w.of(ROLE, "arn"),
            "runtime": "python3.13",
            "handler": "f.handler",
            "code": w.archive(),
            "publish": True,
            "tracingConfig": {"mode": "Active"},
            "environment": {"variables": {"A": "1"}},
        },
        {"timeout": 9, "environment": {"variables": {"A": "2"}}},
    ),
    Case(
        ALIAS,
        lambda w: {"name": "live", "functionName": w.of(FUNCTION, "name"), "functionVersion": "1"},
        {"description": "changed"},
    ),
    Case("aws:lambda/permission:Permission", _invoke),
    Case(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        lambda w: {
            "functionName": w.of(FUNCTION, "name"),
            "maximumRetryAttempts": 0,
            "maximumEventAgeInSeconds": 60,
        },
        {"maximumRetryAttempts": 1},
    ),
    Case(APP, lambda w: {"name": w.prefix}, {"description": "changed"}),
    Case(ENVIRONMENT, lambda w: {"name": "ramp", "applicationId": w.of(APP)}, {"description": "changed"}),
    Case(
        PROFILE,
        lambda w: {
            "name": "flags",
            "applicationId": w.of(APP),
            "locationUri": "hosted",
            "type": "AWS.AppConfig.FeatureFlags",
        },
        {"description": "changed"},
    ),
    Case(
        STRATEGY,
        lambda w: {
            "name": w.prefix,
            "deploymentDurationInMinutes": 0,
            "growthFactor": 100,
            "replicateTo": "NONE",
            "finalBakeTimeInMinutes": 0,
        },
        {"finalBakeTimeInMinutes": 1},
    ),
    Case(
        VERSION,
        lambda w: {
            "applicationId": w.of(APP),
            "configurationProfileId": w.of(PROFILE, "configurationProfileId"),
            "content": FLAGS,
            "contentType": "application/json",
        },
    ),
    Case(
        "aws:appconfig/deployment:Deployment",
        lambda w: {
            "applicationId": w.of(APP),
            "environmentId": w.of(ENVIRONMENT, "environmentId"),
            "configurationProfileId": w.of(PROFILE, "configurationProfileId"),
            "configurationVersion": str(w.of(VERSION, "versionNumber")),
            "deploymentStrategyId": w.of(STRATEGY),
        },
    ),
    Case(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda w: {"arn": w.of(TOPIC, "arn"), "policy": _policy("sns:Publish")},
    ),
    Case(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda w: {"topic": w.of(TOPIC, "arn"), "protocol": "lambda", "endpoint": w.of(FUNCTION, "arn")},
    ),
    Case(METRIC_ALARM, lambda w: {"name": f"{w.prefix}-red", **ALARM, **METRIC}, {"threshold": 3}),
    Case(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        lambda w: {"alarmName": f"{w.prefix}-any", "alarmRule": f"ALARM({w.of(METRIC_ALARM, 'name')})"},
        {"alarmDescription": "changed"},
    ),
    Case(
        "aws:cloudwatch/dashboard:Dashboard",
        lambda w: {"dashboardName": w.prefix, "dashboardBody": '{"widgets":[]}'},
        {"dashboardBody": '{"widgets":[{"type":"text","properties":{"markdown":"x"}}]}'},
    ),
    Case(
        "aws:cloudwatch/queryDefinition:QueryDefinition",
        lambda w: {"name": w.prefix, "queryString": "fields @message"},
        {"queryString": "fields @timestamp"},
    ),
    Case(RELEASES, lambda w: {"name": w.prefix, "computePlatform": "Lambda"}),
    Case(
        CONFIG,
        lambda w: {
            "deploymentConfigName": w.prefix,
            "computePlatform": "Lambda",
            "trafficRoutingConfig": {"type": "AllAtOnce"},
        },
    ),
    Case(
        "aws:codedeploy/deploymentGroup:DeploymentGroup",
        lambda w: {
            "appName": w.of(RELEASES, "name"),
            "deploymentGroupName": "live",
            "serviceRoleArn": w.of(ROLE, "arn"),
            "deploymentConfigName": w.of(CONFIG, "deploymentConfigName"),
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "alarmConfiguration": {"enabled": True, "alarms": [w.of(METRIC_ALARM, "name")]},
            "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        },
        {"autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_STOP_ON_ALARM"]}},
    ),
    Case(API, lambda w: {"name": w.prefix, "protocolType": "HTTP"}, {"description": "changed"}),
    Case(
        INTEGRATION,
        lambda w: {
            "apiId": w.of(API),
            "integrationType": "AWS_PROXY",
            "integrationUri": w.of(FUNCTION, "arn"),
            "payloadFormatVersion": "2.0",
        },
        {"timeoutMilliseconds": 5000},
    ),
    Case(
        "aws:apigatewayv2/authorizer:Authorizer",
        lambda w: {
            "apiId": w.of(API),
            "authorizerType": "JWT",
            "name": "jwt",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": {"audiences": ["a"], "issuer": "https://issuer.example"},
        },
        {"jwtConfiguration": {"audiences": ["b"], "issuer": "https://issuer.example"}},
    ),
    Case(
        "aws:apigatewayv2/route:Route",
        lambda w: {"apiId": w.of(API), "routeKey": "GET /x", "target": f"integrations/{w.of(INTEGRATION)}"},
    ),
    Case(
        "aws:apigatewayv2/stage:Stage",
        lambda w: {"apiId": w.of(API), "name": "$default", "autoDeploy": True},
        {"description": "changed"},
    ),
    Case(GROUP, lambda w: {"name": w.prefix}),
    Case(
        "aws:scheduler/schedule:Schedule",
        lambda w: {
            "name": w.prefix,
            "groupName": w.of(GROUP, "name"),
            "scheduleExpression": "rate(1 minute)",
            "flexibleTimeWindow": {"mode": "OFF"},
            "target": {"arn": w.of(ALIAS, "arn"), "roleArn": w.of(ROLE, "arn")},
        },
        {"scheduleExpression": "rate(5 minutes)"},
    ),
    Case(
        "aws:ssm/parameter:Parameter",
        lambda w: {"name": f"/{w.prefix}", "type": "String", "value": "a"},
        {"value": "b"},
    ),
    Case(
        SECURITY_GROUP,
        lambda w: {"name": w.prefix, "description": "of a database", "vpcId": w.vpc},
    ),
    Case("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", _rule, {"description": "changed"}),
    Case("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", _rule, {"fromPort": 5431}),
    Case(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        lambda w: {
            "vpcId": w.vpc,
            "serviceName": "com.amazonaws.us-east-1.secretsmanager",
            "vpcEndpointType": "Interface",
            "subnetIds": w.subnets[:1],
            "securityGroupIds": [w.of(SECURITY_GROUP)],
            "privateDnsEnabled": False,
            "policy": _policy("secretsmanager:GetSecretValue"),
        },
        {"policy": _policy("secretsmanager:DescribeSecret")},
    ),
    Case(
        SUBNETS,
        lambda w: {"name": w.prefix, "subnetIds": w.subnets},
        {"description": "changed"},
    ),
    Case(
        PARAMETERS,
        lambda w: {
            "name": w.prefix,
            "family": "postgres17",
            "parameters": [
                {"name": "timezone", "value": "UTC", "applyMethod": "pending-reboot"},
                {"name": "log_statement", "value": "ddl", "applyMethod": "immediate"},
            ],
        },
        {"parameters": [{"name": "log_statement", "value": "all", "applyMethod": "immediate"}]},
    ),
    Case(
        INSTANCE,
        lambda w: {
            "identifier": w.prefix,
            "engine": "postgres",
            "engineVersion": "17",
            "instanceClass": "db.t4g.small",
            "allocatedStorage": 20,
            "maxAllocatedStorage": 100,
            "storageType": "gp3",
            "storageEncrypted": True,
            "dbName": "reads",
            "username": "reads",
            "manageMasterUserPassword": True,
            "multiAz": True,
            "dbSubnetGroupName": w.of(SUBNETS, "name"),
            "parameterGroupName": w.of(PARAMETERS, "name"),
            "vpcSecurityGroupIds": [w.of(SECURITY_GROUP)],
            "enabledCloudwatchLogsExports": ["postgresql"],
            "skipFinalSnapshot": True,
        },
        {"backupRetentionPeriod": 14, "maxAllocatedStorage": 200},
    ),
    Case(
        PROXY,
        lambda w: {
            "name": w.prefix,
            "engineFamily": "POSTGRESQL",
            "roleArn": w.of(ROLE, "arn"),
            "vpcSubnetIds": w.subnets,
            "vpcSecurityGroupIds": [w.of(SECURITY_GROUP)],
            "requireTls": True,
            "auths": [
                {
                    "authScheme": "SECRETS",
                    "iamAuth": "REQUIRED",
                    "secretArn": w.of(INSTANCE, "masterUserSecrets")[0]["secretArn"],
                }
            ],
        },
        {"idleClientTimeout": 900},
    ),
    Case(
        POOL,
        lambda w: {"dbProxyName": w.of(PROXY, "name"), "connectionPoolConfig": {"maxConnectionsPercent": 80}},
        {"connectionPoolConfig": {"maxConnectionsPercent": 60}},
    ),
    Case(
        "aws:rds/proxyTarget:ProxyTarget",
        lambda w: {
            "dbProxyName": w.of(PROXY, "name"),
            "targetGroupName": w.of(POOL, "name"),
            "dbInstanceIdentifier": w.of(INSTANCE, "identifier"),
        },
    ),
    Case(SECRET, lambda w: {"name": w.prefix, "recoveryWindowInDays": 7}, {"description": "changed"}),
    Case(
        "aws:secretsmanager/secretVersion:SecretVersion",
        lambda w: {"secretId": w.of(SECRET), "secretString": "{}"},
    ),
)
