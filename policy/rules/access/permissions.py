"""IAM: actions by name, on resources by ARN, and roles handed over to one service only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from documents import Statement, statements
from graph import Outcome, Resource, Undecided
from kinds import ATTACHMENT, KEY, POLICY, ROLE, ROLE_POLICY, TOPIC_POLICY
from pulumi_policy import Severity
from rule import ResourceRule, Settings, texts, well_architected
from values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DOCUMENTS = {
    ROLE: "assumeRolePolicy",
    ROLE_POLICY: "policy",
    POLICY: "policy",
    KEY: "policy",
    TOPIC_POLICY: "policy",
}
"""Resource types with a document, and where it stands."""
OF_THE_RESOURCE = frozenset({ROLE, KEY, TOPIC_POLICY})
"""Documents that stand at a resource: they say who may, and their own ``*`` is that resource."""
BROAD = ("/AdministratorAccess", "/PowerUserAccess", "/IAMFullAccess", "FullAccess", "_FullAccess")
"""Ends of managed policies that allow everything of a service, or everything."""
WITHOUT_RESOURCE = (
    "cloudwatch:describealarms",
    "cloudwatch:getmetricdata",
    "cloudwatch:getmetricstatistics",
    "cloudwatch:listmetrics",
    "cloudwatch:putmetricdata",
    "codedeploy:putlifecycleeventhookexecutionstatus",
    "codedeploy:stopdeployment",
    "ec2:assignprivateipaddresses",
    "ec2:createnetworkinterface",
    "ec2:deletenetworkinterface",
    "ec2:describenetworkinterfaces",
    "ec2:describesecuritygroups",
    "ec2:describesubnets",
    "ec2:describevpcs",
    "ec2:unassignprivateipaddresses",
    "ecr:getauthorizationtoken",
    "logs:describeloggroups",
    "sts:getcalleridentity",
    "xray:getsamplingrules",
    "xray:getsamplingtargets",
    "xray:puttelemetryrecords",
    "xray:puttracesegments",
)
"""Actions that take no resource but ``*``, or none that is known beforehand.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""
PASS_ROLE = "iam:passrole"  # noqa: S105 - an action's name
PASSED_TO = "iam:passedtoservice"


def _no_wildcard(holder: Resource, settings: Settings) -> Iterable[Outcome]:
    if holder.type == ATTACHMENT:
        yield from _managed(holder)
        return
    document = holder.get(DOCUMENTS[holder.type])
    if document is UNKNOWN:
        yield Undecided(holder, DOCUMENTS[holder.type])
    without = {*WITHOUT_RESOURCE, *(action.lower() for action in settings["withoutResource"])}
    for statement in statements(document):
        yield from _actions(holder, statement)
        if holder.type in OF_THE_RESOURCE:
            yield from _principals(holder, statement)
        else:
            yield from _resources(holder, statement, without)
    for inline in holder.get("inlinePolicies") or [] if holder.type == ROLE and _known_inline(holder) else []:
        for statement in statements(inline.get("policy") if isinstance(inline, dict) else None):
            yield from _actions(holder, statement)
            yield from _resources(holder, statement, without)


def _known_inline(role: Resource) -> bool:
    return isinstance(role.get("inlinePolicies"), list)


def _actions(holder: Resource, statement: Statement) -> Iterator[Outcome]:
    wild = [action for action in statement.actions if "*" in action or "?" in action]
    if statement.inverted:
        yield holder.must(
            "name what it allows, not what it does not (NotAction, NotResource, NotPrincipal)",
            "List the actions and resources that are needed.",
        )
    if wild:
        yield holder.must(
            f"name actions in full, not {', '.join(wild)}", "List the actions that are really called."
        )


def _resources(holder: Resource, statement: Statement, without: set[str]) -> Iterator[Outcome]:
    if "*" not in statement.resources:
        return
    needless = [action for action in statement.actions if action not in without and "*" not in action]
    if needless:
        yield holder.must(
            f"name the resources of {', '.join(needless)}, not *",
            "Give their ARNs; an action that takes none goes into withoutResource.",
        )


def _principals(holder: Resource, statement: Statement) -> Iterator[Outcome]:
    if "*" in statement.principals and not statement.conditions:
        yield holder.must("name who may use it, not everybody (*)", "Name the service or the account.")


def _managed(attachment: Resource) -> Iterator[Outcome]:
    arn: Any = attachment.get("policyArn")
    if arn is UNKNOWN:
        yield Undecided(attachment, "policyArn")
    elif isinstance(arn, str) and arn.endswith(BROAD):
        yield attachment.must(
            f"attach a policy that names its actions, not {arn}",
            "Write one with the actions that are called.",
        )


def _scoped(holder: Resource, _: Settings) -> Iterable[Outcome]:
    document = holder.get(DOCUMENTS[holder.type])
    if document is UNKNOWN:
        yield Undecided(holder, DOCUMENTS[holder.type])
    for statement in statements(document):
        if PASS_ROLE not in statement.actions:
            continue
        if any(arn == "*" or arn.endswith(("role/*", ":*")) for arn in statement.resources):
            yield holder.must("name the role of iam:PassRole, not all of them", "Give the role's ARN.")
        if PASSED_TO not in {key.lower() for part in statement.conditions.values() for key in part}:
            yield holder.must(
                "say to which service iam:PassRole hands the role",
                "Add Condition StringEquals iam:PassedToService.",
            )


RULES = [
    ResourceRule(
        name="iam-no-wildcard",
        description="Policies name their actions, their resources and who may use them.",
        why="A function that may do everything is an incident of everything.",
        severity=Severity.HIGH,
        framework=well_architected("Security", "SEC03-BP02"),
        remediation="List actions in full and give resources by ARN.",
        url="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        settings=(texts("withoutResource", "Further actions that take no resource but *.", []),),
        types=frozenset({*DOCUMENTS, ATTACHMENT}),
        check=_no_wildcard,
    ),
    ResourceRule(
        name="iam-pass-role-scoped",
        description="A role is passed by its ARN, and to one service.",
        why="Who may pass any role may act as any of them.",
        severity=Severity.HIGH,
        framework=well_architected("Security", "SEC03-BP02"),
        remediation="Give the role's ARN and a condition on iam:PassedToService.",
        url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        types=frozenset({ROLE_POLICY, POLICY}),
        check=_scoped,
    ),
]
