"""Parts of a small stack with one canary, after an update: all values known, all parts wired."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import kinds

from tests.policy.building import arn, resource, tagged

if TYPE_CHECKING:
    from tests.policy.harness import Json

TRUST = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
        ]
    }
)
EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]


def document(*actions: str, on: str) -> str:
    """Build a policy document with one statement."""
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": on}]})


def function(name: str, role: Json, log: Json, variables: Json, reads: list[Json]) -> Json:
    """Build a function with tracing, versions and its own log."""
    return resource(
        kinds.FUNCTION,
        name,
        tagged(
            name=name,
            runtime="python3.13",
            publish=True,
            role=role["properties"]["arn"],
            tracingConfig={"mode": "Active"},
            loggingConfig={"logFormat": "JSON", "logGroup": log["inputs"]["name"]},
            environment={"variables": variables},
        ),
        outputs={"arn": arn("lambda", f"function:{name}"), "version": "1", "id": name},
        made_from={"role": [role], "loggingConfig": [log], "environment": reads},
    )


def alias(of: Json) -> Json:
    """Build the function's alias ``live``, left to CodeDeploy."""
    name = of["name"]
    return resource(
        kinds.ALIAS,
        f"{name}-live",
        {"name": "live", "functionName": name, "functionVersion": "1"},
        outputs={"arn": arn("lambda", f"function:{name}:live"), "invokeArn": f"invoke/{name}:live"},
        made_from={"functionName": [of], "functionVersion": [of]},
        options={"ignoreChanges": ["functionVersion", "routingConfig"]},
    )


def role(name: str) -> Json:
    """Build a role."""
    return resource(
        kinds.ROLE,
        name,
        tagged(name=name, assumeRolePolicy=TRUST),
        outputs={"arn": f"arn:aws:iam::123456789012:role/{name}", "id": name},
    )


def policy(of: Json, text: str, sources: list[Json]) -> Json:
    """Build a role's inline policy."""
    return resource(
        kinds.ROLE_POLICY,
        f"{of['name']}-policy",
        {"role": of["name"], "policy": text},
        made_from={"role": [of], "policy": sources},
    )


def log(name: str) -> Json:
    """Build a function's log group."""
    group = f"/aws/lambda/{name}"
    return resource(kinds.LOG_GROUP, f"{name}-log", tagged(name=group, retentionInDays=30.0))


def alarm(guard: Json, topic: Json) -> Json:
    """Build an alarm on the canary's own error rate."""
    dimensions = {"FunctionName": "reader", "Path": "new"}
    metrics = [
        {
            "id": identifier,
            "returnData": False,
            "metric": {
                "namespace": "Somebody",
                "metricName": metric,
                "dimensions": dimensions,
                "period": 300.0,
                "stat": "Sum",
            },
        }
        for identifier, metric in (("e", "Errors"), ("n", "Requests"))
    ]
    rate = {"id": "rate", "expression": "IF(e >= 5, 100 * e / n, 0)", "returnData": True}
    return resource(
        kinds.ALARM,
        "canary-errors",
        tagged(
            name="canary-errors",
            comparisonOperator="GreaterThanThreshold",
            threshold=2.0,
            evaluationPeriods=1.0,
            treatMissingData="notBreaching",
            metricQueries=[*metrics, rate],
            alarmActions=[guard["properties"]["arn"], topic["properties"]["arn"]],
            okActions=[topic["properties"]["arn"]],
        ),
        outputs={"arn": arn("cloudwatch", "alarm:canary-errors")},
        made_from={"alarmActions": [guard, topic], "okActions": [topic]},
    )


def board() -> Json:
    """Build a dashboard that shows what the alarm watches."""
    dimensions = ["FunctionName", "reader", "Path", "new"]
    chart = {
        "metrics": [["Somebody", "Errors", *dimensions], [".", "Requests", ".", ".", ".", "."]],
        "annotations": {"horizontal": [{"label": "roll back", "value": 2}]},
    }
    body = json.dumps({"widgets": [{"type": "metric", "properties": chart}]})
    return resource(kinds.DASHBOARD, "board", {"dashboardName": "board", "dashboardBody": body})


def database() -> Json:
    """Build a private, encrypted and protected database."""
    return resource(
        kinds.DATABASE,
        "database",
        tagged(
            storageEncrypted=True,
            publiclyAccessible=False,
            manageMasterUserPassword=True,
            deletionProtection=True,
            skipFinalSnapshot=False,
            backupRetentionPeriod=14.0,
            multiAz=True,
        ),
        options={"protect": True},
    )
