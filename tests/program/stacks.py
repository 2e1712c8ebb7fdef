"""Recorded stacks of the real components: what a configuration results in."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from components import CanaryMigration, Database
from settings.reading import parse
from tests.program.recording import ACCOUNT, REGION, Program, Recorded, record

if TYPE_CHECKING:
    from collections.abc import Iterator

NETWORK = {
    "vpcId": "vpc-0be7a00000000000a",
    "subnetIds": '["subnet-0be7a0000000000a", "subnet-0be7a0000000000b"]',
}
EXISTING = {
    "existingDatabaseHost": "db.internal",
    "existingDatabaseName": "reads",
    "existingDatabaseUser": "reader",
    "existingDatabaseCredentialsArn": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db",
}
FUNCTION, ALIAS, LOG = (
    "aws:lambda/function:Function",
    "aws:lambda/alias:Alias",
    "aws:cloudwatch/logGroup:LogGroup",
)
ROLE, POLICY, KEY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:kms/key:Key"
ENVIRONMENT, BASELINE, DEPLOYMENT, PROFILE, STRATEGY = (
    "aws:appconfig/environment:Environment",
    "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
    "aws:appconfig/deployment:Deployment",
    "aws:appconfig/configurationProfile:ConfigurationProfile",
    "aws:appconfig/deploymentStrategy:DeploymentStrategy",
)


def stack(**config: str) -> Program:
    """Record a unit, and the stack's own database unless the configuration names an existing one."""

    def build() -> dict[str, Any]:
        network = {} if "existingDatabaseHost" in config else NETWORK
        settings = parse("test", REGION, {**network, **config})
        connection = settings.existing_database()
        if connection is None:
            database = Database(f"{settings.prefix}-database", settings.database(ACCOUNT))
            connection = database.connection
        return _unit(settings, connection)

    return record(build)


def unit_with(**arguments: Any) -> Program:
    """Record a unit with arguments of the component, including those that no configuration key sets."""

    def build() -> dict[str, Any]:
        settings = parse("test", REGION, EXISTING)
        connection = settings.existing_database()
        assert connection is not None
        given: Any = {**settings.unit(ACCOUNT, connection), **arguments}
        unit = CanaryMigration("huntaze-migration", given)
        return {"canary": unit.outputs}

    return record(build)


def beside_each_other(*prefixes: str) -> Program:
    """Record several units in one stack that read from an existing database."""

    def build() -> dict[str, Any]:
        return {
            prefix: _unit(settings, settings.existing_database())
            for prefix in prefixes
            for settings in [parse("test", REGION, {**EXISTING, "prefix": prefix})]
        }

    return record(build)


def _unit(settings: Any, connection: Any) -> dict[str, Any]:
    unit = CanaryMigration(f"{settings.prefix}-migration", settings.unit(ACCOUNT, connection))
    return {"canary": unit.outputs, "url": unit.url}


@cache
def default() -> Program:
    """A stack with the default of every key."""
    return stack()


@cache
def protected() -> Program:
    """A protected stack, as production is."""
    return stack(protect="true")


def statements(program: Program) -> Iterator[tuple[Recorded, dict[str, Any]]]:
    """Yield every IAM statement of a program, with the resource whose document contains it."""
    for resource in program.resources:
        for name in ("policy", "assumeRolePolicy"):
            if name in resource.inputs:
                for statement in json.loads(resource.inputs[name])["Statement"]:
                    yield resource, statement


def listed(value: Any) -> list[str]:
    """Return a list for what IAM allows to be one text or a list of texts."""
    return [value] if isinstance(value, str) else list(value)


OF_LAMBDA_ITSELF = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
"""Lambda and its X-Ray daemon use these with a function's role. A function's code calls none of them:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html."""


def own_actions(role: str, program: Program | None = None) -> set[str]:
    """Return the actions of a function's role, without those that Lambda itself uses."""
    return {
        action
        for resource, statement in statements(program or default())
        if resource.token == POLICY and resource.inputs["role"] == role
        for action in listed(statement["Action"])
    } - OF_LAMBDA_ITSELF
