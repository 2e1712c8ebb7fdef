"""The release check: CodeDeploy invokes this function before a release takes any traffic.

The AppSpec names the function without a qualifier, so the deployed stack's code always does the checking. The
function's name begins with ``CodeDeployHook_``, which AWS's managed policy for CodeDeploy requires:
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.functions.versioned_function import VersionedFunction
from components.permissions import EVERYTHING

if TYPE_CHECKING:
    from components.unit_args import Unit

TIMEOUT_S = 120
"""Seconds: five questions of at most 20 s each, and the answer. CodeDeploy itself would wait an hour."""


def release_check(
    name: str, unit: Unit, entry: VersionedFunction, prisma: VersionedFunction, opts: pulumi.ResourceOptions
) -> VersionedFunction:
    """Create the check of a unit's releases. It may invoke any version and reports to CodeDeploy."""
    names, at = unit.names, unit.at
    group = at.arn("codedeploy", f"deploymentgroup:{names.migration}/{names.group}")
    return VersionedFunction(
        name,
        {
            "function_name": names.check,
            "handler": "release_check.handler.lambda_handler",
            "runtime": "python3.13",
            "code": unit.zip_of("release_check"),
            "environment": {"PRISMA_FUNCTION_ARN": prisma.alias_arn, "USER_CLAIM": unit.user_claim},
            "statements": [
                {
                    "actions": ["lambda:InvokeFunction"],
                    # Versions get their numbers when they are published, so they cannot be named here.
                    "resources": [pulumi.Output.concat(entry.arn, ":*"), prisma.alias_arn],
                },
                {"actions": ["codedeploy:GetDeployment"], "resources": [group]},
                # The service reference lists no resource for this action, and a check whose answer is refused
                # holds up a release for an hour. Only CodeDeploy's hook receives the id that an answer needs:
                # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html.
                {"actions": ["codedeploy:PutLifecycleEventHookExecutionStatus"], "resources": [EVERYTHING]},
                {
                    "actions": ["codedeploy:GetApplicationRevision"],
                    "resources": [at.arn("codedeploy", f"application:{names.migration}")],
                },
            ],
            "timeout_s": TIMEOUT_S,
            "memory_mb": unit.memory_mb,
            "log_retention_days": unit.log_retention_days,
            "retain": unit.protect,
        },
        opts,
    )
