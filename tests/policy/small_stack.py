"""The small canary's parts, joined into one stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import kinds

from tests.policy import small_canary as part
from tests.policy.building import arn, resource, tagged

if TYPE_CHECKING:
    from tests.policy.harness import Json


def _flags(application: Json, monitors: list[Json]) -> list[Json]:
    """Build a ramp watched by alarms and a kill switch watched by none, each with its baseline."""
    found = []
    for role, bake, watched in (("ramp", 10.0, monitors), ("kill", 0.0, [])):
        values = {"enabled": False, "percentage": 1} if role == "ramp" else {"enabled": False}
        text = json.dumps({"version": "1", "flags": {role: {"name": role}}, "values": {role: values}})
        made_from = {"applicationId": [application]}
        alarms = [one for one in watched if one["type"] == kinds.ALARM]
        monitor = [
            {"alarmArn": one["properties"]["arn"], "alarmRoleArn": watched[0]["properties"]["arn"]}
            for one in alarms
        ]
        environment = resource(
            kinds.ENVIRONMENT,
            f"{role}-environment",
            tagged(name=role, applicationId="app", **({"monitors": monitor} if monitor else {})),
            outputs={"environmentId": f"{role}1"},
            made_from={**made_from, **({"monitors": watched} if watched else {})},
        )
        profile = resource(
            kinds.PROFILE,
            f"{role}-profile",
            tagged(name=f"{role}-flags", type="AWS.AppConfig.FeatureFlags", applicationId="app"),
            made_from=made_from,
        )
        version = resource(
            kinds.FLAG_VERSION,
            f"{role}-baseline",
            {"content": text, "contentType": "application/json", "configurationProfileId": "p"},
            made_from={"configurationProfileId": [profile]},
            options={"ignoreChanges": ["content"]},
        )
        strategy = resource(
            kinds.STRATEGY,
            f"{role}-strategy",
            tagged(
                name=role,
                growthFactor=100.0,
                deploymentDurationInMinutes=0.0,
                finalBakeTimeInMinutes=bake,
            ),
        )
        deployment = resource(
            kinds.FLAG_DEPLOYMENT,
            f"{role}-deployment",
            {"environmentId": f"{role}1", "deploymentStrategyId": f"{role}s", "configurationProfileId": "p"},
            made_from={
                "environmentId": [environment],
                "configurationProfileId": [profile],
                "deploymentStrategyId": [strategy],
            },
        )
        found += [environment, profile, version, strategy, deployment]
    return found


def _release(reader: Json, alarm: Json) -> list[Json]:
    application = resource(
        kinds.RELEASE_APPLICATION, "releases", tagged(name="releases", computePlatform="Lambda")
    )
    role = part.role("codedeploy")
    may = part.document(
        "lambda:GetAlias",
        "lambda:UpdateAlias",
        "cloudwatch:DescribeAlarms",
        on=arn("lambda", "function:reader:*"),
    )
    group = resource(
        kinds.GROUP,
        "group",
        tagged(
            appName="releases",
            deploymentConfigName="CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
            alarmConfiguration={"enabled": True, "alarms": ["canary-errors"]},
            autoRollbackConfiguration={"enabled": True, "events": part.EVENTS},
        ),
        made_from={"appName": [application], "serviceRoleArn": [role], "alarmConfiguration": [alarm]},
    )
    return [application, role, part.policy(role, may, [reader]), group]


def _entry(reader_alias: Json, reader: Json) -> list[Json]:
    uri = reader_alias["properties"]["invokeArn"]
    integration = resource(
        kinds.HTTP_INTEGRATION,
        "integration",
        {"integrationType": "AWS_PROXY", "integrationUri": uri},
        outputs={"id": "i1"},
        made_from={"integrationUri": [reader_alias]},
    )
    asks = {"authorizationType": "JWT", "authorizerId": "a1"}
    return [
        integration,
        resource(
            kinds.HTTP_ROUTE,
            "route",
            {"routeKey": "GET /things", "target": "integrations/i1", **asks},
            made_from={"target": [integration]},
        ),
        resource(
            kinds.PERMISSION,
            "api-may-invoke",
            {"function": "reader", "qualifier": "live", "principal": "apigateway.amazonaws.com"},
            made_from={"function": [reader], "qualifier": [reader_alias]},
        ),
    ]


def _guarded(guard: Json, guard_alias: Json, alarm: Json) -> list[Json]:
    return [
        resource(
            kinds.PERMISSION,
            "alarm-may-invoke",
            {
                "function": "guard",
                "qualifier": "live",
                "principal": "lambda.alarms.cloudwatch.amazonaws.com",
                "sourceArn": alarm["properties"]["arn"],
            },
            made_from={"function": [guard], "qualifier": [guard_alias], "sourceArn": [alarm]},
        ),
        resource(
            kinds.INVOKE_CONFIG,
            "guard-once",
            {
                "functionName": "guard",
                "qualifier": "live",
                "maximumRetryAttempts": 0.0,
                "maximumEventAgeInSeconds": 60.0,
            },
            made_from={"functionName": [guard], "qualifier": [guard_alias]},
        ),
        resource(
            kinds.SCHEDULE,
            "clock",
            {
                "scheduleExpression": "rate(1 minute)",
                "state": "ENABLED",
                "target": {
                    "arn": guard_alias["properties"]["arn"],
                    "retryPolicy": {"maximumRetryAttempts": 0.0, "maximumEventAgeInSeconds": 60.0},
                },
            },
            made_from={"target": [guard_alias]},
        ),
    ]


def small_stack() -> list[Json]:
    """Build a stack to which every rule of the pack applies, and in which none finds a fault."""
    application = resource(kinds.FLAG_APPLICATION, "app", tagged(name="app"), outputs={"id": "app"})
    topic = resource(kinds.TOPIC, "people", tagged(name="people"), outputs={"arn": arn("sns", "people")})
    roles = {name: part.role(f"{name}-role") for name in ("reader", "guard", "monitor")}
    logs = {name: part.log(name) for name in ("reader", "guard")}
    guard = part.function(
        "guard", roles["guard"], logs["guard"], {"APPLICATION": "app", "KILL": "kill"}, [application]
    )
    guard_alias = part.alias(guard)
    alarm = part.alarm(guard_alias, topic)
    flags = _flags(application, [roles["monitor"], alarm])
    environments = [one for one in flags if one["type"] == kinds.ENVIRONMENT]
    told = {"RAMP": "ramp1", "KILL": "kill1", "USER_NAMED_BY": "authorizer"}
    reader = part.function("reader", roles["reader"], logs["reader"], told, environments)
    reader_alias = part.alias(reader)
    may_read = part.document("appconfig:GetLatestConfiguration", on=arn("appconfig", "application/app"))
    may_switch = part.document(
        "appconfig:StartDeployment",
        "appconfig:StopDeployment",
        "codedeploy:StopDeployment",
        "lambda:UpdateAlias",
        on=arn("appconfig", "application/app"),
    )
    may_watch = part.document("cloudwatch:DescribeAlarms", on=arn("cloudwatch", "alarm:canary-errors"))
    return [
        application,
        topic,
        *roles.values(),
        *logs.values(),
        part.policy(roles["reader"], may_read, [application]),
        part.policy(roles["guard"], may_switch, [application]),
        part.policy(roles["monitor"], may_watch, [alarm]),
        guard,
        guard_alias,
        alarm,
        *flags,
        reader,
        reader_alias,
        *_entry(reader_alias, reader),
        *_release(reader, alarm),
        *_guarded(guard, guard_alias, alarm),
        part.board(),
        part.database(),
    ]
