"""Least privilege: what each role of a stack may do, by name, and what no role may ever be given."""

from __future__ import annotations

import json
import re

import pytest

from components.functions.mock_function import KEY_ADMINISTRATION
from components.rollback.guard_function import FLAG_ACTIONS
from tests.program.recording import ACCOUNT, REGION, Program
from tests.program.stacks import EXISTING, KEY, POLICY, ROLE, default, listed, stack, statements

TAKES_NO_RESOURCE = {
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricData",
    "codedeploy:PutLifecycleEventHookExecutionStatus",
    "codedeploy:StopDeployment",
}
"""Actions for which AWS documents no resource but ``*``; `components` says where."""
PARTS = re.compile(r":/aws/lambda/\S+:\*$|:function:\S+:\*$|application/huntaze-read-migration/\*$")
"""Streams of one log group, versions of one function, what one AppConfig application holds."""
OF_EVERY_FUNCTION = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
IN_THE_NETWORK = {
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
}
GRANTS = {
    "huntaze-mock-read-role": OF_EVERY_FUNCTION
    | {
        "appconfig:GetLatestConfiguration",
        "appconfig:StartConfigurationSession",
        "lambda:InvokeFunction",
        "kms:GenerateMac",
    },
    "huntaze-prisma-read-role": OF_EVERY_FUNCTION | IN_THE_NETWORK | {"rds-db:connect"},
    "huntaze-prisma-read-shadow-role": OF_EVERY_FUNCTION | IN_THE_NETWORK | {"rds-db:connect"},
    "huntaze-prisma-migrate-role": OF_EVERY_FUNCTION | IN_THE_NETWORK | {"secretsmanager:GetSecretValue"},
    "huntaze-rollback-guard-role": OF_EVERY_FUNCTION
    | set(FLAG_ACTIONS)
    | {
        "lambda:GetAlias",
        "lambda:UpdateAlias",
        "codedeploy:GetApplicationRevision",
        "codedeploy:GetDeployment",
        "codedeploy:ListDeployments",
        "codedeploy:StopDeployment",
        "ssm:GetParameter",
        "ssm:PutParameter",
        "sns:Publish",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
    },
    "CodeDeployHook_huntaze-release-role": OF_EVERY_FUNCTION
    | {
        "lambda:InvokeFunction",
        "codedeploy:GetApplicationRevision",
        "codedeploy:GetDeployment",
        "codedeploy:PutLifecycleEventHookExecutionStatus",
    },
    "huntaze-codedeploy": {
        "lambda:GetAlias",
        "lambda:UpdateAlias",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:InvokeFunction",
        "cloudwatch:DescribeAlarms",
    },
    "huntaze-flag-monitor": {"cloudwatch:DescribeAlarms"},
    "huntaze-guard-clock": {"lambda:InvokeFunction"},
    "huntaze-database-proxy": {"rds-db:connect"},
}
"""Everything that each role may do."""


def granted(role: str, program: Program | None = None) -> dict[str, set[str]]:
    """Resources by action of a role's own policy."""
    found: dict[str, set[str]] = {}
    for resource, statement in statements(program or default()):
        if resource.token == POLICY and resource.inputs["role"] == role:
            for action in listed(statement["Action"]):
                found.setdefault(action, set()).update(listed(statement["Resource"]))
    return found


@pytest.mark.parametrize("role", GRANTS)
def test_a_role_may_do_what_is_listed_here_and_no_more(role: str) -> None:
    """A new permission is a decision: it shows up here."""
    assert set(granted(role)) == GRANTS[role]


def test_every_role_is_listed_here() -> None:
    """No role without a test."""
    assert {one.inputs["name"] for one in default().of(ROLE)} == set(GRANTS)


def test_no_action_and_no_principal_is_a_wildcard() -> None:
    """In any document of the stack: roles, topic, key."""
    found = list(statements(default()))
    assert len(found) > 30
    for resource, statement in found:
        assert statement["Effect"] == "Allow"
        assert not [action for action in listed(statement["Action"]) if "*" in action], resource.name
        assert "*" not in json.dumps(statement.get("Principal", "")), resource.name
        assert not {"NotAction", "NotResource", "NotPrincipal"} & statement.keys()


def test_a_resource_is_everything_only_where_aws_takes_nothing_else() -> None:
    """Everything else is named by its ARN; a part of one ends in a wildcard only within our own things."""
    for resource, statement in statements(default()):
        if resource.token != POLICY:
            continue
        for arn in listed(statement["Resource"]):
            if arn == "*":
                assert set(listed(statement["Action"])) <= TAKES_NO_RESOURCE, resource.name
            else:
                assert arn.startswith("arn:aws:")
                assert "*" not in arn or PARTS.search(arn), f"{resource.name}: {arn}"
                assert "huntaze" in arn


def test_a_key_policys_everything_is_the_key() -> None:
    """Only the entry function makes pseudonyms; the account may administer, and no more."""
    (key,) = default().of(KEY)
    administers, uses = (one for resource, one in statements(default()) if resource is key)
    assert administers["Action"] == KEY_ADMINISTRATION
    assert "kms:GenerateMac" not in administers["Action"]
    assert uses["Action"] == "kms:GenerateMac"
    assert uses["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/huntaze-mock-read-role"}
    }


def test_the_entry_function_invokes_both_sides_by_their_alias_and_reads_two_configurations() -> None:
    """No version of its choice, no other profile."""
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function"
    assert granted("huntaze-mock-read-role")["lambda:InvokeFunction"] == {
        f"{function}:huntaze-prisma-read:live",
        f"{function}:huntaze-prisma-read-shadow:live",
    }
    read = granted("huntaze-mock-read-role")["appconfig:GetLatestConfiguration"]
    assert len(read) == 2
    assert all(re.search(r"/environment/\S+/configuration/\S+[^*]$", arn) for arn in read)


def test_the_prisma_functions_connect_as_one_user_through_the_proxy_or_read_one_secret() -> None:
    """IAM where the stack made the database, a secret where one was there; never both."""
    (resource,) = granted("huntaze-prisma-read-role")["rds-db:connect"]
    assert resource.startswith(f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:")
    assert resource.endswith("/huntaze_reader")
    assert granted("huntaze-database-proxy")["rds-db:connect"] == {
        f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:db-ABCDEFGHIJKL/huntaze_reader"
    }
    existing = granted("huntaze-prisma-read-role", stack(**EXISTING))
    assert "rds-db:connect" not in existing
    assert existing["secretsmanager:GetSecretValue"] == {EXISTING["existingDatabaseCredentialsArn"]}


def test_the_function_that_migrates_reads_one_secret_and_connects_as_no_other_does() -> None:
    """The instance's own password; a way to Secrets Manager that serves this role and this secret alone."""
    (secret,) = granted("huntaze-prisma-migrate-role")["secretsmanager:GetSecretValue"]
    assert secret.endswith(":secret:rds!huntaze-database")
    (endpoint,) = default().of("aws:ec2/vpcEndpoint:VpcEndpoint")
    (through,) = [one for resource, one in statements(default()) if resource is endpoint]
    assert (through["Action"], through["Resource"]) == ("secretsmanager:GetSecretValue", secret)
    assert through["Condition"] == {
        "ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/huntaze-prisma-migrate-role"}
    }


@pytest.mark.parametrize("role", GRANTS)
def test_a_role_is_for_one_service_and_cannot_be_lent_to_another_account(role: str) -> None:
    """Lambda and AppConfig document no such condition and are refused with it; RDS may leave the key out."""
    (trusted,) = [
        one
        for resource, one in statements(default())
        if resource.token == ROLE and resource.inputs["name"] == role
    ]
    assert trusted["Action"] == "sts:AssumeRole"
    service = trusted["Principal"]["Service"]
    assert service.endswith(".amazonaws.com")
    if service in {"lambda.amazonaws.com", "appconfig.amazonaws.com"}:
        assert "Condition" not in trusted
    else:
        operator = "StringEqualsIfExists" if service == "rds.amazonaws.com" else "StringEquals"
        assert trusted["Condition"] == {operator: {"aws:SourceAccount": ACCOUNT}}


def test_who_may_invoke_is_named_with_the_source_and_meets_an_alias() -> None:
    """No permission to a function's unqualified name, none without a source."""
    permissions = default().of("aws:lambda/permission:Permission")
    assert {one.inputs["principal"] for one in permissions} == {
        "apigateway.amazonaws.com",
        "lambda.alarms.cloudwatch.amazonaws.com",
        "sns.amazonaws.com",
    }
    for one in permissions:
        assert one.inputs["qualifier"] == "live"
        assert one.inputs["action"] == "lambda:InvokeFunction"
        assert ACCOUNT in one.inputs["sourceArn"]
