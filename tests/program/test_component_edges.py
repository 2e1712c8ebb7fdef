"""A unit's edges: who reaches it, whom it tells, and the database behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.program.recording import ACCOUNT
from tests.program.stacks import EXISTING, FUNCTION, default, protected, stack

if TYPE_CHECKING:
    from tests.program.recording import Program

ROUTE, AUTHORIZER = "aws:apigatewayv2/route:Route", "aws:apigatewayv2/authorizer:Authorizer"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
INSTANCE, PROXY = "aws:rds/instance:Instance", "aws:rds/proxy:Proxy"
TOKENS = {"jwtIssuer": "https://auth.test/", "jwtAudience": '["web"]'}


def routes(program: Program) -> dict[str, str]:
    """Authorization type by route."""
    return {one.inputs["routeKey"]: one.inputs["authorizationType"] for one in program.of(ROUTE)}


def test_the_api_leads_to_the_alias() -> None:
    """A release moves the alias, and traffic with it; nothing invokes a version or ``$LATEST``."""
    (integration,) = default().of("aws:apigatewayv2/integration:Integration")
    assert "function:huntaze-mock-read:live/" in integration.inputs["integrationUri"]
    assert integration.inputs["payloadFormatVersion"] == "2.0"


def test_without_an_issuer_every_route_is_open() -> None:
    """Then the header names the user, and something in front must set it."""
    assert set(routes(default()).values()) == {"NONE"}
    assert not default().of(AUTHORIZER)


def test_with_an_issuer_every_route_but_health_asks_for_a_token() -> None:
    """What is not a route of ours is refused before a function runs."""
    program = stack(**TOKENS)
    asked = routes(program)
    assert asked.pop("GET /health") == "NONE"
    assert set(asked.values()) == {"JWT"}
    assert "$default" in asked
    (authorizer,) = program.of(AUTHORIZER)
    assert authorizer.inputs["jwtConfiguration"] == {"issuer": "https://auth.test/", "audiences": ["web"]}


def test_only_the_guard_listens_unless_people_are_named() -> None:
    """An address and an endpoint are told when they are given."""
    assert [one.inputs["protocol"] for one in default().of(SUBSCRIPTION)] == ["lambda"]
    told = stack(notifyEmail="ops@a.test", notifyUrl="https://ops.a.test/hook").of(SUBSCRIPTION)
    by_protocol = {one.inputs["protocol"]: one.inputs["endpoint"] for one in told}
    assert by_protocol.pop("lambda").endswith(":function:huntaze-rollback-guard:live")
    assert by_protocol == {"email": "ops@a.test", "https": "https://ops.a.test/hook"}


def test_the_topic_takes_messages_from_this_accounts_alarms_alone() -> None:
    """Another account's alarm could wake the guard otherwise."""
    (policy,) = default().of("aws:sns/topicPolicy:TopicPolicy")
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_the_clock_wakes_the_guard_every_minute_and_never_late() -> None:
    """A tick that failed is followed by the next; an old one would judge old news."""
    (clock,) = default().of("aws:scheduler/schedule:Schedule")
    assert clock.inputs["scheduleExpression"] == "rate(1 minute)"
    assert clock.inputs["target"]["arn"].endswith(":huntaze-rollback-guard:live")
    assert clock.inputs["target"]["retryPolicy"]["maximumRetryAttempts"] == 0
    (retries,) = default().of("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
    assert (retries.inputs["maximumRetryAttempts"], retries.inputs["qualifier"]) == (0, "live")


def test_the_database_is_private_encrypted_and_in_utc() -> None:
    """The driver takes any timestamp for UTC; nobody knows the password, nobody reaches it from outside."""
    (instance,) = default().of(INSTANCE)
    assert instance.inputs["publiclyAccessible"] is False
    assert instance.inputs["storageEncrypted"] is True
    assert instance.inputs["manageMasterUserPassword"] is True
    assert "password" not in instance.inputs
    (parameters,) = default().of("aws:rds/parameterGroup:ParameterGroup")
    assert {one["name"]: one["value"] for one in parameters.inputs["parameters"]} == {
        "timezone": "UTC",
        "rds.force_ssl": "1",
    }


def test_the_proxy_wants_tls_and_iam() -> None:
    """No password of a function's own to leak."""
    (proxy,) = default().of(PROXY)
    assert proxy.inputs["requireTls"] is True
    assert [one["iamAuth"] for one in proxy.inputs["auths"]] == ["REQUIRED"]
    environment = default().named(FUNCTION, "huntaze-prisma-read").inputs["environment"]["variables"]
    assert environment["DATABASE_AUTH"] == "iam"
    assert environment["DATABASE_TLS"] == "verify-full"
    assert "DATABASE_SECRET_ARN" not in environment


def test_only_functions_reach_the_proxy_and_only_the_proxy_reaches_the_instance() -> None:
    """By security groups that name each other, on one port; no address range anywhere."""
    rules = [
        *default().of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
        *default().of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
    ]
    ends = {(one.inputs["securityGroupId"], one.inputs["referencedSecurityGroupId"]) for one in rules}
    clients, proxy, instance = (f"huntaze-database-{role}-id" for role in ("clients", "proxy", "instance"))
    assert ends == {(proxy, clients), (instance, proxy), (clients, proxy), (proxy, instance)}
    assert {(one.inputs["fromPort"], one.inputs["toPort"]) for one in rules} == {(5432, 5432)}
    assert not any("cidrIpv4" in one.inputs or "cidrIpv6" in one.inputs for one in rules)


def test_productions_data_survives_the_stack() -> None:
    """Deletion is refused and a last snapshot kept; the beta's goes without one."""
    (beta,), (production,) = default().of(INSTANCE), protected().of(INSTANCE)
    assert (beta.inputs["deletionProtection"], beta.inputs["skipFinalSnapshot"]) == (False, True)
    assert (production.inputs["deletionProtection"], production.inputs["skipFinalSnapshot"]) == (True, False)
    assert production.inputs["finalSnapshotIdentifier"] == "huntaze-database-final"


@pytest.mark.parametrize("name", ["huntaze-prisma-read", "huntaze-prisma-read-shadow"])
def test_a_database_that_is_there_is_read_by_its_secret(name: str) -> None:
    """Both Prisma functions are told where, as whom and which secret, but never the password."""
    environment = (
        stack(**EXISTING, existingDatabasePort="6432")
        .named(FUNCTION, name)
        .inputs["environment"]["variables"]
    )
    assert environment["DATABASE_HOST"] == "db.internal"
    assert environment["DATABASE_PORT"] == "6432"
    assert environment["DATABASE_AUTH"] == "secret"
    assert environment["DATABASE_SECRET_ARN"] == EXISTING["existingDatabaseSecretArn"]
