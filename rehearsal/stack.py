"""The rehearsal's stack: creates it under the policies, updates and destroys it, and lists what is left."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from canary.cli.clients import Clients
from canary.cli.errors import OpsError
from canary.cli.target import Target
from canary.cli.teardown import teardown
from canary.read import contract, probing
from canary.unit import clients
from canary.unit.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rehearsal.engine import Engine
    from rehearsal.evidence import EngineEvidence
    from rehearsal.postgres import PostgresServer

NAME = "rehearsal"


class LocalClients(Clients):
    """The CLI's clients for the local cloud. They use nothing of the user's own AWS configuration.

    Args:
        make: Makes a boto3 client for a service.
    """

    def __init__(self, make: Callable[[str], Any]) -> None:
        clients.Clients.__init__(self, make)


WARM = 3
"""Number of sandboxes of one function that this machine runs at the same time."""

SECRETS = ("rehearsal-database", "rehearsal-database-reader")
"""Names of the secrets of the migrating user and of the reading user."""
READER = "reader"
"""Name of the database user that reads; the migrations create it."""


def database_settings(secrets_manager: Any, server: PostgresServer) -> dict[str, str]:
    """Store the database passwords where the functions look for them.

    Returns:
        The stack configuration that leads to the database and to the secrets.
    """
    users = {server.user: server.password, READER: secrets.token_urlsafe(24)}
    owner, reader = (
        str(
            secrets_manager.create_secret(
                Name=name, SecretString=json.dumps({"username": user, "password": password})
            )["ARN"]
        )
        for name, (user, password) in zip(SECRETS, users.items(), strict=True)
    )
    return {
        "existingDatabaseHost": server.host,
        "existingDatabasePort": str(server.port),
        "existingDatabaseName": server.database,
        "existingDatabaseUser": READER,
        "existingDatabaseCredentialsArn": reader,
        "existingDatabaseMigrationUser": server.user,
        "existingDatabaseMigrationCredentialsArn": owner,
    }


def api_url(endpoint: str, target: Target) -> str:
    """Return the URL at which the local cloud serves the stack's API; the API's own host leads to AWS."""
    return f"{endpoint}/_aws/execute-api/{target.api_id}"


def warm_canary(on: Clients, target: Target) -> None:
    """Call the canary's Prisma function through its alias, in as many sandboxes as this machine runs.

    Raises:
        OpsError: The function fails, or does not answer the probe with ``ok``.
    """
    payload = json.dumps(probing.payload(contract.PROBED))

    def call(_: int) -> None:
        answer = on.lambda_.invoke(FunctionName=target.prisma_alias_arn, Payload=payload)
        said = answer["Payload"].read().decode()
        if answer.get("FunctionError"):
            raise OpsError(f"{target.prisma_function} fails: {said[:2000]}")
        # Any other answer would make the canary fail from its first request on.
        if json.loads(said).get("status") != "ok":
            raise OpsError(f"{target.prisma_function} does not answer {contract.PROBED}: {said[:500]}")

    with ThreadPoolExecutor(WARM) as callers:
        list(callers.map(call, range(3 * WARM)))


def bring_up(engine: Engine, seen: EngineEvidence) -> Target:
    """Create the stack with the policies enforced."""
    first = engine.up()
    seen.created = first.changes["create"]
    seen.packs = dict(first.packs)
    seen.violations = [violation.line() for violation in first.mandatory]
    return Target.from_outputs(engine.outputs())


def bring_up_again(engine: Engine, seen: EngineEvidence) -> None:
    """Run `up` on the existing stack, which must change nothing."""
    again = engine.up()
    seen.changed_on_second_up = again.changed
    seen.changed = [f"{operation} {name}" for operation, _, name in again.planned]


def take_down(engine: Engine, on: Clients, target: Target, seen: EngineEvidence, make: Any) -> None:
    """Remove what deployments left, destroy the stack, and look for what still exists."""
    teardown(on, target)
    engine.destroy()
    for name in SECRETS:
        make("secretsmanager").delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    seen.left_after_destroy = [*engine.remaining(), *left_in_cloud(make, target.prefix)]


def left_in_cloud(make: Callable[[str], Any], prefix: str) -> list[str]:
    """List everything in the account whose name begins with the unit's prefix, by service.

    The name of the release check begins with a text that CodeDeploy's managed policy requires, then the
    prefix.
    """
    ours = (prefix, Names(prefix).check)
    named = (name for name in _everything(make) if name.partition(" ")[2].lstrip("/").startswith(ours))
    return sorted(name for name in named if not name.endswith(KEPT))


KEPT = "/read-migration/audit"
"""End of the name of the audit trail of changes, which outlives the stack on purpose."""


def _everything(make: Callable[[str], Any]) -> Iterator[str]:
    listed = (
        ("lambda", "list_functions", "Functions", "FunctionName"),
        ("logs", "describe_log_groups", "logGroups", "logGroupName"),
        ("logs", "describe_query_definitions", "queryDefinitions", "name"),
        ("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        ("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
        ("appconfig", "list_applications", "Items", "Name"),
        ("appconfig", "list_deployment_strategies", "Items", "Name"),
        ("iam", "list_roles", "Roles", "RoleName"),
        ("apigatewayv2", "get_apis", "Items", "Name"),
        ("scheduler", "list_schedules", "Schedules", "Name"),
        ("ssm", "describe_parameters", "Parameters", "Name"),
        ("kms", "list_aliases", "Aliases", "AliasName"),
    )
    for service, operation, key, name in listed:
        for item in getattr(make(service), operation)().get(key, []):
            yield f"{service} {str(item[name]).removeprefix('alias/').removeprefix('/aws/lambda/')}"
    for topic in make("sns").list_topics().get("Topics", []):
        yield f"sns {topic['TopicArn'].rpartition(':')[2]}"
    for application in make("codedeploy").list_applications().get("applications", []):
        yield f"codedeploy {application}"
    for config in make("codedeploy").list_deployment_configs().get("deploymentConfigsList", []):
        yield f"codedeploy {config}"
