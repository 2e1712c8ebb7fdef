"""What the tables say cannot change in place is held against CloudFormation's own schemas.

`createOnlyProperties` is AWS's word on what an update cannot reach:
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from localaws.provider.schema import schema_of
from localaws.provider.types import TYPES

SERVICES = {
    "apigatewayv2": "ApiGatewayV2",
    "appconfig": "AppConfig",
    "cloudwatch": "CloudWatch",
    "codedeploy": "CodeDeploy",
    "ec2": "EC2",
    "iam": "IAM",
    "kms": "KMS",
    "lambda": "Lambda",
    "rds": "RDS",
    "scheduler": "Scheduler",
    "secretsmanager": "SecretsManager",
    "sns": "SNS",
    "ssm": "SSM",
    "vpc": "EC2",
}
NAMED_OTHERWISE = {
    "aws:cloudwatch/logGroup:LogGroup": "AWS::Logs::LogGroup",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "AWS::CloudWatch::Alarm",
    "aws:cloudwatch/queryDefinition:QueryDefinition": "AWS::Logs::QueryDefinition",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "AWS::EC2::VPCEndpoint",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "AWS::Lambda::EventInvokeConfig",
    "aws:rds/instance:Instance": "AWS::RDS::DBInstance",
    "aws:rds/parameterGroup:ParameterGroup": "AWS::RDS::DBParameterGroup",
    "aws:rds/proxy:Proxy": "AWS::RDS::DBProxy",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "AWS::RDS::DBProxyTargetGroup",
    "aws:rds/subnetGroup:SubnetGroup": "AWS::RDS::DBSubnetGroup",
    "aws:sns/topicPolicy:TopicPolicy": "AWS::SNS::TopicInlinePolicy",
    "aws:sns/topicSubscription:TopicSubscription": "AWS::SNS::Subscription",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "AWS::EC2::SecurityGroupEgress",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "AWS::EC2::SecurityGroupIngress",
}
WITHOUT = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:rds/proxyTarget:ProxyTarget",
    "aws:secretsmanager/secretVersion:SecretVersion",
}
"""Types that CloudFormation has as properties of others."""
RENAMED = {
    "AWS::ApiGatewayV2::Stage": {"StageName": "name"},
    "AWS::CloudWatch::Alarm": {"AlarmName": "name"},
    "AWS::CodeDeploy::DeploymentGroup": {"ApplicationName": "appName"},
    "AWS::EC2::SecurityGroup": {"GroupDescription": "description", "GroupName": "name"},
    "AWS::IAM::Role": {"RoleName": "name"},
    "AWS::IAM::RolePolicy": {"PolicyName": "name", "RoleName": "role"},
    "AWS::KMS::Alias": {"AliasName": "name"},
    "AWS::Lambda::Function": {"FunctionName": "name"},
    "AWS::Lambda::Permission": {"FunctionName": "function", "PrincipalOrgID": "principalOrgId"},
    "AWS::Logs::LogGroup": {"LogGroupName": "name"},
    "AWS::SNS::Subscription": {"TopicArn": "topic"},
    "AWS::SNS::Topic": {"TopicName": "name"},
    "AWS::SNS::TopicInlinePolicy": {"TopicArn": "arn"},
}
"""Properties that Pulumi calls otherwise, by their words and not by their capitals."""
IN_PLACE = {
    # Tags alone have an update (deployment.go).
    "AWS::AppConfig::Deployment": {"tags"},
    # UpdateDeploymentGroup takes a new name (deployment_group.go).
    "AWS::CodeDeploy::DeploymentGroup": {"deploymentGroupName"},
    # ModifySecurityGroupRules takes them (vpc_security_group_ingress_rule.go).
    "AWS::EC2::SecurityGroupEgress": {"cidrIpv6", "fromPort", "ipProtocol", "toPort"},
    "AWS::EC2::SecurityGroupIngress": {"cidrIpv6", "fromPort", "ipProtocol", "toPort"},
}
"""What hashicorp/terraform-provider-aws changes in place though CloudFormation would not, and where."""
LIVE = sorted(token for token, kind in TYPES.items() if kind.lifecycle and token not in WITHOUT)


def _cloudformation(token: str) -> str:
    _, path, name = token.split(":")
    return NAMED_OTHERWISE.get(token) or f"AWS::{SERVICES[path.split('/')[0]]}::{name}"


@pytest.mark.parametrize("token", LIVE)
def test_what_aws_cannot_change_in_place_is_replaced(token: str) -> None:
    """GIVEN what CloudFormation can only set at creation WHEN it is an input here THEN it replaces."""
    there = _cloudformation(token)
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", there).schema
    once = [path.split("/")[2] for path in schema.get("createOnlyProperties", []) if path.count("/") == 2]
    names = {RENAMED.get(there, {}).get(name, name[:1].lower() + name[1:]) for name in once}
    inputs = names & schema_of(token).inputs.kinds.keys()
    assert inputs - TYPES[token].replace - IN_PLACE.get(there, set()) == set()
