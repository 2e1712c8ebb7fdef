"""Stacks as others write them, after public examples of Pulumi and AWS, in a preview with unknown ARNs.

Each stack consists of what its authors' examples use, good and bad. Beside it stands what a reviewer would
say, as (rule, resource); the tests require the pack to say exactly that.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import kinds
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE as UNKNOWN

from tests.policy.building import resource

if TYPE_CHECKING:
    from tests.policy.harness import Json

Findings = set[tuple[str, str]]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
TAGS = {"tags": {"Project": "shop", "Stack": "dev", "Owner": "web"}}


def role_of(name: str) -> list[Json]:
    """Build an execution role with AWS's managed policy for logs."""
    role = resource(kinds.ROLE, name, {"assumeRolePolicy": TRUST, **TAGS}, outputs={"arn": UNKNOWN})
    attachment = resource(
        kinds.ATTACHMENT, f"{name}-basic", {"role": UNKNOWN, "policyArn": BASIC}, made_from={"role": [role]}
    )
    return [role, attachment]


def function_of(called: str, role: Json, **more: object) -> Json:
    """Build a function with tags."""
    return resource(
        kinds.FUNCTION,
        called,
        {"runtime": "python3.13", "handler": "app.handler", "role": UNKNOWN, **TAGS, **more},
        outputs={"arn": UNKNOWN, "version": UNKNOWN},
        made_from={"role": [role]},
    )


def rest_api() -> tuple[list[Json], Findings]:
    """A REST API in front of one function, after pulumi/examples aws-py-apigateway-lambda-serverless."""
    role, attachment = role_of("api-role")
    function = function_of("hello", role, runtime="python3.9")
    integration = resource(
        kinds.REST_INTEGRATION,
        "hello-integration",
        {"type": "AWS_PROXY", "httpMethod": "ANY", "integrationHttpMethod": "POST", "uri": UNKNOWN},
        made_from={"uri": [function]},
    )
    method = resource(kinds.REST_METHOD, "hello-any", {"httpMethod": "ANY", "authorization": "NONE"})
    preflight = resource(kinds.REST_METHOD, "options", {"httpMethod": "OPTIONS", "authorization": "NONE"})
    permission = resource(
        kinds.PERMISSION,
        "api-may-invoke",
        {"function": UNKNOWN, "principal": "apigateway.amazonaws.com", "sourceArn": UNKNOWN},
        made_from={"function": [function]},
    )
    return [role, attachment, function, integration, method, preflight, permission], {
        ("entry-authorised", "hello-any"),
        ("lambda-log-retention", "hello"),
        ("lambda-served-through-alias", "hello-integration"),
        ("lambda-supported-runtime", "hello"),
        ("lambda-tracing-active", "hello"),
    }


def nightly_job() -> tuple[list[Json], Findings]:
    """A function on a schedule, well kept except for its retries; it has no canary."""
    role, attachment = role_of("job-role")
    log = resource(kinds.LOG_GROUP, "job-log", {"name": "/aws/lambda/job", "retentionInDays": 30, **TAGS})
    function = function_of("job", role, name="job", tracingConfig={"mode": "Active"})
    target = resource(
        kinds.EVENT_TARGET, "nightly", {"rule": "nightly", "arn": UNKNOWN}, made_from={"arn": [function]}
    )
    permission = resource(
        kinds.PERMISSION,
        "events-may-invoke",
        {"function": "job", "principal": "events.amazonaws.com", "sourceArn": UNKNOWN},
        made_from={"function": [function]},
    )
    return [role, attachment, log, function, target, permission], {("lambda-async-bounded", "job")}


def safe_deployment() -> tuple[list[Json], Findings]:
    """SAM's safe deployments by hand: alias, CodeDeploy, and an alarm that only the group uses."""
    role, attachment = role_of("orders-role")
    log = resource(kinds.LOG_GROUP, "orders-log", {"name": "/aws/lambda/orders", **TAGS})
    function = function_of("orders", role, name="orders", publish=True, tracingConfig={"mode": "Active"})
    alias = resource(
        kinds.ALIAS,
        "orders-live",
        {"name": "live", "functionName": UNKNOWN, "functionVersion": UNKNOWN},
        outputs={"arn": UNKNOWN, "invokeArn": UNKNOWN},
        made_from={"functionName": [function], "functionVersion": [function]},
    )
    alarm = resource(
        kinds.ALARM,
        "orders-errors",
        {
            "metricName": "Errors",
            "namespace": "AWS/Lambda",
            "dimensions": {"FunctionName": "orders", "Resource": "orders:live"},
            "statistic": "Sum",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 0,
            "period": 60,
            "evaluationPeriods": 2,
            **TAGS,
        },
        outputs={"arn": UNKNOWN},
    )
    deploying = resource(kinds.ROLE, "codedeploy-role", {"assumeRolePolicy": TRUST, **TAGS})
    managed = resource(
        kinds.ATTACHMENT,
        "codedeploy-lambda",
        {"role": UNKNOWN, "policyArn": "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"},
        made_from={"role": [deploying]},
    )
    application = resource(kinds.RELEASE_APPLICATION, "orders-app", {"computePlatform": "Lambda", **TAGS})
    group = resource(
        kinds.GROUP,
        "orders-group",
        {
            "appName": UNKNOWN,
            "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
            "alarmConfiguration": {"alarms": [UNKNOWN], "enabled": True},
            "autoRollbackConfiguration": {
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            },
            **TAGS,
        },
        made_from={
            "appName": [application],
            "serviceRoleArn": [deploying],
            "alarmConfiguration": [alarm],
        },
    )
    return [role, attachment, log, function, alias, alarm, deploying, managed, application, group], {
        ("canary-shift-gradual", "orders-group"),
        ("lambda-alias-left-to-codedeploy", "orders-live"),
        ("lambda-log-retention", "orders-log"),
        ("rollback-alarm-sensitive", "orders-errors"),
        ("rollback-chain-complete", "orders-errors"),
    }


STRANGERS = [rest_api, nightly_job, safe_deployment]
