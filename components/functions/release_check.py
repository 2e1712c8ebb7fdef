"""The release check: a function that CodeDeploy asks before a release takes any traffic.

CodeDeploy names it in the AppSpec, without a qualifier, so the code that checks is always that of the stack.
Its own name begins with ``CodeDeployHook_``, which AWS's managed policy for CodeDeploy asks for:
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
"""Five questions of at most 20 s each, and the answer; CodeDeploy itself would wait an hour."""


def release_check(
    name: str, unit: Unit, entry: VersionedFunction, prisma: VersionedFunction, opts: pulumi.ResourceOptions
) -> VersionedFunction:
    """The check of a unit's releases: it may ask any version, and tell CodeDeploy what it found."""
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
                    # Versions are numbered as they are published, so they cannot be named here.
                    "resources": [pulumi.Output.concat(entry.arn, ":*"), prisma.alias_arn],
                },
                {"actions": ["codedeploy:GetDeployment"], "resources": [group]},
                # The service reference knows no resource of it, and a check whose answer is refused holds a
                # release up for an hour. Whoever answers needs the id that CodeDeploy gives its hook alone:
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
