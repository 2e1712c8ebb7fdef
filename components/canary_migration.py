"""The canary-migration unit: every resource that moves one read path, composed of smaller components."""

from typing import Any

import pulumi
import pulumi_aws as aws

from canary.unit.names import ALIAS, log_group
from canary.unit.thresholds import exported
from components.entrypoint import Entrypoint
from components.flags.read_flags import ReadFlags, strategy
from components.functions.migrate_function import migrate_function
from components.functions.mock_function import mock_function, pseudonym_key
from components.functions.prisma_function import prisma_function
from components.functions.release_check import release_check
from components.functions.versioned_function import VersionedFunction
from components.looking.dashboard import dashboard
from components.looking.saved_queries import saved_queries
from components.rollback.alarms import RollbackAlarms
from components.rollback.guard_function import guard_function
from components.rollback.release import Release
from components.rollback.rollback import GuardTriggers, People
from components.unit_args import CanaryMigrationArgs, Unit


class CanaryMigration(pulumi.ComponentResource):
    """Two sides of a read, the flags between them, and what rolls back when the new side fails.

    The order is that of what needs what: the guard, the alarms that act on it, the environment that they
    monitor, the functions that read its flags, the release and the entry point in front of them.
    """

    outputs: pulumi.Output[dict[str, Any]]
    """Everything that operating the unit needs: the CLI reads nothing else."""
    url: pulumi.Output[str]
    """Where users read."""

    def __init__(
        self, name: str, args: CanaryMigrationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("canary:index:CanaryMigration", name, {}, opts)
        self._name, self._unit, self._child = name, Unit.of(args), pulumi.ResourceOptions(parent=self)
        unit, child = self._unit, self._child
        self._application = aws.appconfig.Application(f"{name}-flags", name=unit.names.migration, opts=child)
        self._ramp_strategy = strategy(f"{name}-ramp-strategy", unit.prefix, "ramp", unit.bake_minutes, child)
        self._kill_strategy = strategy(f"{name}-kill-strategy", unit.prefix, "kill", 0, child)
        self._topic = aws.sns.Topic(f"{name}-topic", name=unit.names.topic, opts=child)
        self._guard = guard_function(
            f"{name}-guard",
            unit,
            {
                "application": self._application,
                "ramp_strategy": self._ramp_strategy,
                "kill_strategy": self._kill_strategy,
                "topic": self._topic,
            },
            child,
        )
        self._alarms = self._watch()
        self._flags = self._read_flags()
        self._prisma = prisma_function(f"{name}-prisma-read", unit, "canary", child)
        self._shadow = prisma_function(f"{name}-prisma-read-shadow", unit, "shadow", child)
        self._migrate = migrate_function(f"{name}-prisma-migrate", unit, child)
        self._entry = self._entry_function()
        self._release = self._arm()
        self._api = Entrypoint(
            f"{name}-entrypoint",
            {
                "prefix": unit.prefix,
                "entry": self._entry,
                "jwt_issuer": unit.jwt_issuer,
                "jwt_audience": unit.jwt_audience,
            },
            child,
        )
        board = dashboard(f"{name}-dashboard", unit, child)
        saved_queries(f"{name}-query", unit.prefix, log_group(unit.names.mock), child)
        self.url = self._api.url
        self.outputs = self._outputs(board)
        self.register_outputs({"url": self.url, "outputs": self.outputs})

    def _watch(self) -> RollbackAlarms:
        return RollbackAlarms(
            f"{self._name}-alarms",
            {
                "prefix": self._unit.prefix,
                "namespace": self._unit.namespace,
                "thresholds": self._unit.thresholds,
                "guard_alias_arn": self._guard.alias_arn,
                "topic_arn": self._topic.arn,
            },
            self._child,
        )

    def _read_flags(self) -> ReadFlags:
        return ReadFlags(
            f"{self._name}-read-flags",
            {
                "prefix": self._unit.prefix,
                "application": self._application,
                "ramp_strategy": self._ramp_strategy,
                "kill_strategy": self._kill_strategy,
                "alarms": self._alarms.rollback,
                "protect": self._unit.protect,
            },
            self._child,
        )

    def _entry_function(self) -> VersionedFunction:
        kept = pulumi.ResourceOptions(parent=self, protect=self._unit.protect)
        return mock_function(
            f"{self._name}-mock-read",
            self._unit,
            {
                "application": self._application,
                "flags": self._flags,
                "prisma": self._prisma,
                "shadow": self._shadow,
                "key": pseudonym_key(f"{self._name}-pseudonym-key", self._unit, kept),
            },
            self._child,
        )

    def _arm(self) -> Release:
        """Create what acts on an alarm: people's subscriptions, the guard's triggers and CodeDeploy."""
        unit, alarms = self._unit, self._alarms.rollback
        People(
            f"{self._name}-people",
            {
                "account": unit.account,
                "topic": self._topic,
                "guard": self._guard,
                "email": unit.notify_email,
                "url": unit.notify_url,
            },
            self._child,
        )
        GuardTriggers(
            f"{self._name}-guard-triggers",
            {"prefix": unit.prefix, "account": unit.account, "guard": self._guard, "alarms": alarms},
            self._child,
        )
        return Release(
            f"{self._name}-release",
            {
                "prefix": unit.prefix,
                "account": unit.account,
                "entry": self._entry,
                "check": release_check(
                    f"{self._name}-release-check", unit, self._entry, self._prisma, self._child
                ),
                "alarms": alarms,
                "shift": unit.shift,
                "shift_percentage": unit.shift_percentage,
                "shift_interval_minutes": unit.shift_interval_minutes,
            },
            self._child,
        )

    def _outputs(self, board: aws.cloudwatch.Dashboard) -> pulumi.Output[dict[str, Any]]:
        unit, flags = self._unit, self._flags
        return pulumi.Output.all(
            region=unit.region,
            prefix=unit.prefix,
            stack=pulumi.get_stack(),
            apiUrl=self._api.url,
            apiId=self._api.api_id,
            mockFunction=self._entry.function_name,
            prismaFunction=self._prisma.function_name,
            shadowFunction=self._shadow.function_name,
            guardFunction=self._guard.function_name,
            migrateFunction=self._migrate.function_name,
            alias=ALIAS,
            mockAliasArn=self._entry.alias_arn,
            prismaAliasArn=self._prisma.alias_arn,
            shadowAliasArn=self._shadow.alias_arn,
            guardAliasArn=self._guard.alias_arn,
            appconfigApplicationId=self._application.id,
            rampEnvironmentId=flags.ramp_environment_id,
            killEnvironmentId=flags.kill_environment_id,
            flagProfileId=flags.flag_profile_id,
            killProfileId=flags.kill_profile_id,
            rampStrategyId=self._ramp_strategy.id,
            killStrategyId=self._kill_strategy.id,
            latchParameter=unit.names.latch,
            topicArn=self._topic.arn,
            codedeployApplication=self._release.application,
            codedeployGroup=self._release.group,
            alarms=self._alarms.names,
            dashboardName=board.dashboard_name,
            metricsNamespace=unit.namespace,
            thresholds=exported(unit.thresholds),
            bucketSalt=unit.names.salt,
            userClaim=unit.user_claim,
        )
