"""The entry function: its environment variables, its permissions, and the key of its pseudonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import pulumi
import pulumi_aws as aws

from canary.unit.names import role
from components.functions.versioned_function import VersionedFunction

if TYPE_CHECKING:
    from components.flags.read_flags import ReadFlags
    from components.permissions import Statement
    from components.unit_args import Unit

TIMEOUT_S = 15
"""Seconds. The answer takes milliseconds; the rest is for the shadow work: two deadlines and more."""

KEY_ADMINISTRATION = [
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
]
"""What the account may do with the key. Creating a pseudonym is deliberately missing."""


class Sides(TypedDict):
    """What the entry function connects: the flags, both Prisma functions, and the pseudonym key."""

    application: aws.appconfig.Application
    flags: ReadFlags
    prisma: VersionedFunction
    shadow: VersionedFunction
    key: aws.kms.Key


def mock_function(name: str, unit: Unit, sides: Sides, opts: pulumi.ResourceOptions) -> VersionedFunction:
    """Create the entry function of a unit."""
    return VersionedFunction(
        name,
        {
            "function_name": unit.names.mock,
            "handler": "mock_read.handler.lambda_handler",
            "runtime": "python3.13",
            "code": unit.zip_of("mock_read"),
            "environment": _environment(unit, sides),
            "statements": _statements(sides),
            "timeout_s": TIMEOUT_S,
            "memory_mb": unit.memory_mb,
            "log_retention_days": unit.log_retention_days,
            "retain": unit.protect,
        },
        opts,
    )


def pseudonym_key(name: str, unit: Unit, opts: pulumi.ResourceOptions) -> aws.kms.Key:
    """Create an HMAC key that only the entry function may use.

    Whoever can use the key can tell which pseudonym belongs to which user. HMAC keys do not rotate, and must
    not: every pseudonym would change. The key policy names the role in a condition, because KMS refuses
    principals that do not exist yet.
    https://docs.aws.amazon.com/kms/latest/developerguide/hmac.html
    """
    account = {"AWS": unit.at.arn("iam", "root")}
    user = unit.at.arn("iam", f"role/{role(unit.names.mock)}")
    statements = [
        {
            "Sid": "AdministeredByTheAccount",
            "Effect": "Allow",
            "Principal": account,
            "Action": KEY_ADMINISTRATION,
            "Resource": "*",
        },
        {
            "Sid": "UsedByTheEntryFunctionOnly",
            "Effect": "Allow",
            "Principal": account,
            "Action": "kms:GenerateMac",
            "Resource": "*",
            "Condition": {"ArnEquals": {"aws:PrincipalArn": user}},
        },
    ]
    return aws.kms.Key(
        name,
        description=f"Pseudonyms of the users of {unit.names.mock}",
        key_usage="GENERATE_VERIFY_MAC",
        customer_master_key_spec="HMAC_256",
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        deletion_window_in_days=30 if unit.protect else 7,
        opts=opts,
    )


def _environment(unit: Unit, sides: Sides) -> dict[str, pulumi.Input[str]]:
    flags = sides["flags"]
    return {
        "APPCONFIG_APPLICATION": sides["application"].id,
        "RAMP_ENVIRONMENT": flags.ramp_environment_id,
        "FLAG_PROFILE": flags.flag_profile_id,
        "KILL_ENVIRONMENT": flags.kill_environment_id,
        "KILL_PROFILE": flags.kill_profile_id,
        "POLL_INTERVAL_S": str(unit.poll_interval_s),
        "PRISMA_FUNCTION_ARN": sides["prisma"].alias_arn,
        "SHADOW_FUNCTION_ARN": sides["shadow"].alias_arn,
        "CANARY_DEADLINE_MS": str(unit.canary_deadline_ms),
        "SHADOW_DEADLINE_MS": str(unit.shadow_deadline_ms),
        "METRICS_NAMESPACE": unit.namespace,
        "PSEUDONYM_KEY_ID": sides["key"].arn,
        "BUCKET_SALT": unit.names.salt,
        "USER_HEADER": unit.user_header,
        "USER_CLAIM": unit.user_claim,
        "USER_NAMED_BY": "authorizer" if unit.jwt_issuer else "header",
    }


def _statements(sides: Sides) -> list[Statement]:
    """Permissions of the entry function: read both flags, invoke both Prisma functions, derive the key."""
    application, flags = sides["application"].arn, sides["flags"]

    def served(environment: pulumi.Output[str], profile: pulumi.Output[str]) -> pulumi.Output[str]:
        return pulumi.Output.concat(application, "/environment/", environment, "/configuration/", profile)

    return [
        {
            "actions": ["appconfig:GetLatestConfiguration", "appconfig:StartConfigurationSession"],
            "resources": [
                served(flags.ramp_environment_id, flags.flag_profile_id),
                served(flags.kill_environment_id, flags.kill_profile_id),
            ],
        },
        {
            "actions": ["lambda:InvokeFunction"],
            "resources": [sides["prisma"].alias_arn, sides["shadow"].alias_arn],
        },
        {"actions": ["kms:GenerateMac"], "resources": [sides["key"].arn]},
    ]
