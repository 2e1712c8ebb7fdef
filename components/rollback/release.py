"""CodeDeploy for the entry function's alias: a gradual shift that alarms stop and roll back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import pulumi
import pulumi_aws as aws

from canary.unit.names import Names
from components.permissions import document, trust, watching_alarms

if TYPE_CHECKING:
    from components.functions.versioned_function import VersionedFunction

SHIFTS = ("linear", "canary")
ROLLED_BACK_ON = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]


class ReleaseArgs(TypedDict):
    """Arguments of `Release`."""

    prefix: str
    account: pulumi.Input[str]
    entry: VersionedFunction
    check: VersionedFunction
    """The release check; it has to accept a release before the release takes traffic."""
    alarms: list[aws.cloudwatch.MetricAlarm]
    """At most ten: CodeDeploy takes no more."""
    shift: str
    """``linear`` shifts the percentage again and again; ``canary`` shifts it once, then the rest."""
    shift_percentage: int
    shift_interval_minutes: int


class Release(pulumi.ComponentResource):
    """CodeDeploy application, deployment configuration and deployment group.

    Raises:
        ValueError: ``shift`` is not one of `SHIFTS`.
    """

    application: pulumi.Output[str]
    """Name of the CodeDeploy application."""
    group: pulumi.Output[str]
    """Name of the deployment group."""

    def __init__(self, name: str, args: ReleaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        routing = _routing(args)
        super().__init__("canary:index:Release", name, {}, opts)
        self._name, self._args = name, args
        child, names = pulumi.ResourceOptions(parent=self), Names(args["prefix"])
        application = aws.codedeploy.Application(
            f"{name}-application", name=names.migration, compute_platform="Lambda", opts=child
        )
        percentage, minutes = args["shift_percentage"], args["shift_interval_minutes"]
        shift = aws.codedeploy.DeploymentConfig(
            f"{name}-shift",
            # A configuration cannot be changed, and one in use cannot be deleted. Another shift needs another
            # name.
            deployment_config_name=f"{args['prefix']}-{args['shift']}-{percentage}pct-{minutes}min",
            compute_platform="Lambda",
            traffic_routing_config=routing,
            opts=child,
        )
        role, policies = self._role()
        group = aws.codedeploy.DeploymentGroup(
            f"{name}-group",
            app_name=application.name,
            deployment_group_name=names.group,
            deployment_config_name=shift.deployment_config_name,
            service_role_arn=role.arn,
            deployment_style={"deployment_type": "BLUE_GREEN", "deployment_option": "WITH_TRAFFIC_CONTROL"},
            alarm_configuration={
                "alarms": [alarm.name for alarm in args["alarms"]],
                "enabled": True,
                "ignore_poll_alarm_failure": False,
            },
            auto_rollback_configuration={"enabled": True, "events": ROLLED_BACK_ON},
            opts=pulumi.ResourceOptions(parent=self, depends_on=policies),
        )
        self.application = application.name
        self.group = group.deployment_group_name
        self.register_outputs({"application": self.application, "group": self.group})

    def _role(self) -> tuple[aws.iam.Role, list[aws.iam.RolePolicy]]:
        args, child = self._args, pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{self._name}-role",
            name=f"{args['prefix']}-codedeploy",
            assume_role_policy=trust("codedeploy.amazonaws.com", args["account"]),
            opts=child,
        )
        function = args["entry"].arn
        policy = aws.iam.RolePolicy(
            f"{self._name}-policy",
            role=role.name,
            policy=document(
                [
                    {
                        "actions": [
                            "lambda:GetAlias",
                            "lambda:UpdateAlias",
                            "lambda:GetProvisionedConcurrencyConfig",
                        ],
                        "resources": [function, pulumi.Output.concat(function, ":*")],
                    },
                    {"actions": ["lambda:InvokeFunction"], "resources": [args["check"].arn]},
                ]
            ),
            opts=child,
        )
        # A separate policy, so that a preview knows the whole document and can tell that alarms may be read.
        alarms = aws.iam.RolePolicy(
            f"{self._name}-alarms-policy", role=role.name, policy=document([watching_alarms()]), opts=child
        )
        return role, [policy, alarms]


def checked_shift(shift: str) -> str:
    """Return the shift unchanged if it is valid.

    Raises:
        ValueError: It is not one of `SHIFTS`.
    """
    if shift not in SHIFTS:
        raise ValueError(f"shift = {shift!r}: must be {' or '.join(map(repr, SHIFTS))}.")
    return shift


def _routing(args: ReleaseArgs) -> aws.codedeploy.DeploymentConfigTrafficRoutingConfigArgsDict:
    percentage, interval = args["shift_percentage"], args["shift_interval_minutes"]
    if checked_shift(args["shift"]) == "linear":
        return {
            "type": "TimeBasedLinear",
            "time_based_linear": {"percentage": percentage, "interval": interval},
        }
    return {"type": "TimeBasedCanary", "time_based_canary": {"percentage": percentage, "interval": interval}}
