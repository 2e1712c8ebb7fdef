"""What people and bad luck do to the beta: each step of the timeline, through the product's own commands."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from mock_read import contract, seed

from ops.enable import enable
from ops.errors import OpsError

if TYPE_CHECKING:
    from ops.clients import Clients
    from ops.target import Target
    from rehearsal.postgres import PostgresServer
    from rehearsal.timeline import Step

SEEDED_CREATORS = "c-00%"
"""Half of the creators get the seeded difference, so that a minute of traffic is sure to meet it."""


@dataclass
class Operator:
    """Acts on a running stack.

    Attributes:
        canary_live_state: State of the ramp's AppConfig deployment when the canary was first on.
    """

    target: Target
    clients: Clients
    database: PostgresServer
    percent: float
    canary_live_state: str = ""
    _prices: list[tuple[str, Any]] = field(default_factory=list)

    def shadow_on(self) -> None:
        """The first hour's flag: the canary off, every request shadowed."""
        enable(self.clients, self.target, percentage=None, shadow=100.0, reason="H+0: shadow hour")

    def warm_canary(self) -> None:
        """Call the canary's Prisma function once through its alias, as `canary ready` does."""
        creator = seed.creator_ids()[0]
        answer = self.clients.lambda_.invoke(
            FunctionName=self.target.prisma_alias_arn, Payload=json.dumps(contract.Query(creator).payload())
        )
        if answer.get("FunctionError"):
            raise OpsError(f"{self.target.prisma_function} fails: {answer['Payload'].read().decode()[:500]}")

    def act(self, step: Step) -> None:
        """Do one step of the timeline."""
        match step.action:
            case "seed-difference":
                self._seed_difference()
            case "mend-difference":
                self._mend_difference()
            case "canary-on":
                enable(self.clients, self.target, percentage=self.percent, shadow=100.0, reason="H+1: canary")
                self.canary_live_state = self._ramp_deployments()[0]["State"]
            case "stop-database":
                self.database.stop()
            case "start-database":
                self.database.start()
            case "shadow-on":
                self.shadow_on()

    def _seed_difference(self) -> None:
        with psycopg.connect(self.database.dsn) as connection:
            rows = connection.execute(
                'SELECT id, "subscriptionPrice" FROM "Creator" WHERE id LIKE %s', (SEEDED_CREATORS,)
            )
            self._prices = rows.fetchall()
            connection.execute(
                'UPDATE "Creator" SET "subscriptionPrice" = "subscriptionPrice" + 1 WHERE id LIKE %s',
                (SEEDED_CREATORS,),
            )

    def _mend_difference(self) -> None:
        with psycopg.connect(self.database.dsn) as connection, connection.cursor() as cursor:
            cursor.executemany(
                'UPDATE "Creator" SET "subscriptionPrice" = %s WHERE id = %s',
                [(price, creator) for creator, price in self._prices],
            )

    def _ramp_deployments(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.clients.appconfig.list_deployments(
            ApplicationId=self.target.appconfig_application_id, EnvironmentId=self.target.ramp_environment_id
        )["Items"]
        return sorted(items, key=lambda item: -int(item["DeploymentNumber"]))
