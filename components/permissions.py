"""IAM documents: who may assume a role, and what it may do.

No action is ever a wildcard; a resource is one only where the service takes no other.
"""

from __future__ import annotations

from typing import Any, TypedDict

import pulumi


class Statement(TypedDict):
    """Part of a policy: actions by name, on resources by ARN."""

    actions: list[str]
    resources: list[pulumi.Input[str]]


def document(statements: list[Statement]) -> pulumi.Output[str]:
    """A policy document that allows the statements."""
    parts: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": statement["actions"], "Resource": statement["resources"]}
        for statement in statements
    ]
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": parts})


def trust(service: str, account: pulumi.Input[str] | None) -> pulumi.Output[str]:
    """A trust policy for one AWS service.

    Args:
        service: For instance ``codedeploy.amazonaws.com``.
        account: Only when it acts for this account, so that no other account can lend the role out:
            https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html. ``None`` where the
            service's documentation shows no such condition, which would then refuse the service itself:
            Lambda for execution roles, AppConfig for monitors.
    """
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    if account is not None:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]})
