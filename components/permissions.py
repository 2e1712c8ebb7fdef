"""IAM policy documents: who may assume a role, and what the role may do.

Actions never contain a wildcard. A resource is a wildcard only if the service accepts nothing else.
"""

from __future__ import annotations

from typing import Any, TypedDict

import pulumi

EVERYTHING = "*"
"""Used as a resource only if AWS accepts or documents no other; each use says which of the two applies."""


class Statement(TypedDict):
    """One statement of a policy: named actions on resources given by ARN."""

    actions: list[str]
    resources: list[pulumi.Input[str]]


def watching_alarms() -> Statement:
    """Return what AWS needs to watch alarms on our behalf: AppConfig's monitors and CodeDeploy's groups.

    The resource has to be ``*``. The service reference lists alarms as a resource of DescribeAlarms, but both
    services document ``*``, and neither says which alarms it asks for in one call. CloudWatch requires ``*``
    when composite alarms are asked for. A monitor that may not read its alarm watches nothing and reports
    nothing, so a narrower resource cannot be tried safely:
    https://docs.aws.amazon.com/appconfig/latest/userguide/setting-up-appconfig.html,
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambda.html,
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html.
    """
    return {"actions": ["cloudwatch:DescribeAlarms"], "resources": [EVERYTHING]}


def document(statements: list[Statement]) -> pulumi.Output[str]:
    """Build a policy document that allows the statements."""
    parts: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": statement["actions"], "Resource": statement["resources"]}
        for statement in statements
    ]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": parts})


def trust(service: str, account: pulumi.Input[str] | None, *, if_sent: bool = False) -> pulumi.Output[str]:
    """Build a trust policy for one AWS service.

    Args:
        service: Service principal, for instance ``codedeploy.amazonaws.com``.
        account: Account on whose behalf the service must act, so that no other account can make the service
            use the role: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html. Pass ``None``
            if the service's documentation shows no such condition, because the condition would then refuse
            the service itself: Lambda for execution roles, AppConfig for monitors.
        if_sent: Check the account only if the service sends it; default false. This is for RDS Proxy, whose
            documentation shows a trust policy without a condition but recommends one for roles in general.
            If the key were required and not sent, the proxy could not read its secret, and no read would
            reach the database:
            https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html.
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
