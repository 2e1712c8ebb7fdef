"""A unit's edges: who reaches it, whom it tells, and the database behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from metric_math.evaluation import Range, Series, evaluate, parse
from tests.program.recording import ACCOUNT, REGION
from tests.program.stacks import EXISTING, FUNCTION, default, protected, stack

if TYPE_CHECKING:
    from tests.program.recording import Program

ROUTE, AUTHORIZER = "aws:apigatewayv2/route:Route", "aws:apigatewayv2/authorizer:Authorizer"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
INSTANCE, PROXY = "aws:rds/instance:Instance", "aws:rds/proxy:Proxy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
MIGRATE = "huntaze-prisma-migrate"
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
    assert proxy.inputs["defaultAuthScheme"] == "IAM_AUTH"
    assert "auths" not in proxy.inputs
    (instance,) = default().of("aws:rds/instance:Instance")
    assert instance.inputs["iamDatabaseAuthenticationEnabled"] is True
    environment = default().named(FUNCTION, "huntaze-prisma-read").inputs["environment"]["variables"]
    assert environment["DATABASE_AUTH"] == "iam"
    assert environment["DATABASE_TLS"] == "verify-full"
    assert "DATABASE_SECRET_ARN" not in environment


def test_a_stack_that_runs_already_goes_on_as_the_owner_until_it_is_told_otherwise() -> None:
    """GIVEN reads as the owner THEN proxy and reads are as before, and the migrations make the reader."""
    program = stack(databaseReadsAs="owner")
    (proxy,) = program.of(PROXY)
    assert [one["iamAuth"] for one in proxy.inputs["auths"]] == ["REQUIRED"]
    assert "defaultAuthScheme" not in proxy.inputs
    assert told(program, "huntaze-prisma-read")["DATABASE_USER"] == "huntaze"
    for each in (program, default()):
        variables = told(each)
        assert (variables["DATABASE_USER"], variables["READER"]) == ("huntaze", "huntaze_reader")
        assert (variables["READER_AUTH"], variables["DATABASE_ALONE"]) == ("iam", "true")
    assert told(default(), "huntaze-prisma-read")["DATABASE_USER"] == "huntaze_reader"


def ways(program: Program) -> set[tuple[str, str, int]]:
    """Who may connect to whom on which port, each way allowed by a rule on both sides."""
    both = []
    for kind, own, other in (("Ingress", 1, 0), ("Egress", 0, 1)):
        rules = program.of(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
        assert not any("cidrIpv4" in one.inputs or "cidrIpv6" in one.inputs for one in rules)
        assert all(one.inputs["fromPort"] == one.inputs["toPort"] for one in rules)
        ends = [
            {own: one.inputs["securityGroupId"], other: one.inputs["referencedSecurityGroupId"]}
            for one in rules
        ]
        both.append({(end[0], end[1], one.inputs["toPort"]) for end, one in zip(ends, rules, strict=True)})
    into, out_of = both
    assert into == out_of
    return into


def test_reads_reach_the_proxy_and_migrations_the_instance_and_their_password() -> None:
    """By security groups that name each other, on one port each; no address range anywhere."""
    clients, proxy, instance, migrations, secrets = (
        f"huntaze-database-{role}-id" for role in ("clients", "proxy", "instance", "migrations", "secrets")
    )
    assert ways(default()) == {
        (clients, proxy, 5432),
        (proxy, instance, 5432),
        (migrations, instance, 5432),
        (migrations, secrets, 443),
    }


def test_productions_data_survives_the_stack() -> None:
    """Deletion is refused and a last snapshot kept; the beta's goes without one."""
    (beta,), (production,) = default().of(INSTANCE), protected().of(INSTANCE)
    assert (beta.inputs["deletionProtection"], beta.inputs["skipFinalSnapshot"]) == (False, True)
    assert (production.inputs["deletionProtection"], production.inputs["skipFinalSnapshot"]) == (True, False)
    # The security group's id makes it another one in each life of the stack.
    assert production.inputs["finalSnapshotIdentifier"].startswith("huntaze-database-final-")


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
    assert environment["DATABASE_SECRET_ARN"] == EXISTING["existingDatabaseCredentialsArn"]
    assert environment["NODE_EXTRA_CA_CERTS"] == "/var/runtime/ca-cert.pem", (
        "an instance has RDS's certificate"
    )


def told(program: Program, function: str = MIGRATE) -> dict[str, str]:
    """A function's environment."""
    variables: dict[str, str] = program.named(FUNCTION, function).inputs["environment"]["variables"]
    return variables


def test_migrations_go_to_the_instance_itself_with_its_own_password() -> None:
    """Locks and DDL would pin the proxy; RDS's certificate needs authorities that Node.js does not load."""
    variables = told(default())
    assert variables["DATABASE_HOST"] == "instance.example"
    assert told(default(), "huntaze-prisma-read")["DATABASE_HOST"] == "proxy.example"
    assert variables["DATABASE_AUTH"] == "secret"
    assert variables["DATABASE_SECRET_ARN"].endswith(":secret:rds!huntaze-database")
    assert variables["DATABASE_TLS"] == "verify-full"
    assert variables["NODE_EXTRA_CA_CERTS"] == "/var/runtime/ca-cert.pem"
    assert "NODE_EXTRA_CA_CERTS" not in told(default(), "huntaze-prisma-read")


def test_the_password_is_read_through_an_endpoint_that_nobody_else_in_the_network_notices() -> None:
    """GIVEN a network with or without NAT THEN it has names of its own; one zone, since each is paid for."""
    (endpoint,) = default().of("aws:ec2/vpcEndpoint:VpcEndpoint")
    assert endpoint.inputs["privateDnsEnabled"] is False
    assert endpoint.inputs["serviceName"] == "com.amazonaws.us-east-1.secretsmanager"
    assert len(endpoint.inputs["subnetIds"]) == 1
    secrets_manager = told(default())["AWS_ENDPOINT_URL_SECRETS_MANAGER"]
    assert secrets_manager == "https://vpce-1.secretsmanager.example"


def test_the_function_that_migrates_holds_migrations_and_has_minutes() -> None:
    """Its package is another one than the reads'; everything of a run is in one transaction."""
    inputs = default().named(FUNCTION, MIGRATE).inputs
    assert inputs["code"].path == "build/functions/prisma_migrate.zip"
    assert (inputs["runtime"], inputs["handler"], inputs["timeout"]) == ("nodejs24.x", "index.handler", 300)


def test_a_database_that_is_there_is_migrated_as_it_is_read_unless_told_otherwise() -> None:
    """GIVEN nothing more THEN host, user and secret are the reads', and no endpoint is made."""
    program = stack(**EXISTING)
    reads = told(program, "huntaze-prisma-read")
    assert (reads.pop("ROLE"), reads.pop("METRICS_NAMESPACE")) == ("canary", "Huntaze/ReadMigration")
    assert told(program) == reads
    assert not program.of("aws:ec2/vpcEndpoint:VpcEndpoint")


def test_the_migrations_may_read_the_password_of_a_reader_that_has_one() -> None:
    """GIVEN reads by a secret and another user's migrations THEN they read both secrets."""
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:owner"
    program = stack(
        **EXISTING, existingDatabaseMigrationUser="owner", existingDatabaseMigrationCredentialsArn=secret
    )
    variables = told(program)
    assert (variables["READER"], variables["READER_AUTH"]) == ("reader", "secret")
    assert variables["READER_SECRET_ARN"] == EXISTING["existingDatabaseCredentialsArn"]
    assert variables["DATABASE_SECRET_ARN"] == secret


def test_a_database_that_is_there_is_migrated_by_another_user_at_another_host() -> None:
    """GIVEN a proxy with IAM, and a user that owns the tables THEN reads and migrations each have one."""
    secret = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:owner"
    given = {
        **EXISTING,
        "existingDatabaseCredentialsArn": "",
        "existingDatabaseConnectArn": f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:prx-1/reader",
        "existingDatabaseMigrationHost": "instance.internal",
        "existingDatabaseMigrationUser": "owner",
        "existingDatabaseMigrationCredentialsArn": secret,
    }
    program = stack(**given)
    variables = told(program)
    assert (variables["DATABASE_HOST"], variables["DATABASE_USER"]) == ("instance.internal", "owner")
    assert (variables["DATABASE_AUTH"], variables["DATABASE_SECRET_ARN"]) == ("secret", secret)
    assert (variables["READER"], variables["READER_AUTH"]) == ("reader", "iam")
    assert variables["DATABASE_ALONE"] == "false"
    assert told(program, "huntaze-prisma-read")["DATABASE_AUTH"] == "iam"


@pytest.mark.parametrize(
    ("role", "part", "whole"),
    [("overallErrorRate", "e", {"n", "i"}), ("canaryErrorRate", "e", {"n"}), ("shadowLoss", "e", {"n"})],
)
def test_an_alarm_goes_off_by_its_part_where_the_whole_is_missing(
    role: str, part: str, whole: set[str]
) -> None:
    """GIVEN 40 failures and no metric of how many requests there were THEN the rate is all of them."""
    (alarm,) = [one for one in default().of(ALARM) if one.name.endswith(role)]
    queries = alarm.inputs["metricQueries"]
    (expression,) = [one["expression"] for one in queries if "expression" in one]
    there = {one["id"]: 40.0 if one["id"] == part else 0.0 for one in queries if "metric" in one}
    metrics = {name: Series({} if name in whole else {0: value}, 300) for name, value in there.items()}
    assert {*metrics} >= whole
    found = evaluate(parse(expression), Range(0, 300, metrics))
    assert isinstance(found, Series)
    (rate,) = found.points.values()
    assert rate == 100 > alarm.inputs["threshold"]
