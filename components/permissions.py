"""IAM documents: who may assume a role, and what it may do.

No action is ever a wildcard; a resource is one only where the service takes no other.
"""

from __future__ import annotations

from typing import Any, TypedDict

import pulumi

EVERYTHING = "*"
"""A resource only where AWS takes no other, or documents no other: each use says which."""


class Statement(TypedDict):
    """Part of a policy: actions by name, on resources by ARN."""

    actions: list[str]
    resources: list[pulumi.Input[str]]


def watching_alarms() -> Statement:
    """What AWS itself needs to watch alarms for us: AppConfig's monitors, CodeDeploy's groups.

    The service reference knows alarms as a resource of DescribeAlarms, but both services document ``*`` and
    neither says which alarms it asks for together; asked about composite alarms too, CloudWatch wants ``*``.
    A monitor that may not read its alarm watches nothing and says nothing, so there is no safe way to try:
    https://docs.aws.amazon.com/appconfig/latest/userguide/setting-up-appconfig.html,
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambda.html,
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html.
    """
    return {"actions": ["cloudwatch:DescribeAlarms"], "resources": [EVERYTHING]}


def document(statements: list[Statement]) -> pulumi.Output[str]:
    """A policy document that allows the statements."""
    parts: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": statement["actions"], "Resource": statement["resources"]}
        for statement in statements
    ]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": parts})


def trust(service: str, account: pulumi.Input[str] | None, *, if_sent: bool = False) -> pulumi.Output[str]:
    """A trust policy for one AWS service.

    Args:
        service: For instance ``codedeploy.amazonaws.com``.
        account: Only when it acts for this account, so that no other account can lend the role out:
            https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html. ``None`` where the
            service's documentation shows no such condition, which would then refuse the service itself:
            Lambda for execution roles, AppConfig for monitors.
        if_sent: Checks the account only where the service sends it. For a service whose documentation shows
            a trust policy without a condition but recommends one for roles in general: RDS Proxy. Were the
            key required and not sent, the proxy could not read its secret, and no read would reach the
            database: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html.
    """
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if account is not None:
        operator = "StringEqualsIfExists" if if_sent else "StringEquals"
        statement["Condition"] = {operator: {"aws:SourceAccount": account}}
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
