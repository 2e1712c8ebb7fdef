"""Feature flags in AppConfig: a ramp watched by alarms, and a kill switch watched by none.

The stack deploys safe baselines once and never touches them again. Operators and the guard deploy later
versions of the same profiles, outside Pulumi's state.
"""

from __future__ import annotations

from typing import TypedDict

import pulumi
import pulumi_aws as aws

from canary.unit.names import FLAG_PROFILE, KILL, KILL_PROFILE, RAMP
from components.flags.flag_documents import kill_baseline, ramp_baseline
from components.permissions import document, trust, watching_alarms
from components.role_propagation import awaiting_role


class ReadFlagsArgs(TypedDict):
    """Arguments of `ReadFlags`."""

    prefix: str
    application: aws.appconfig.Application
    ramp_strategy: aws.appconfig.DeploymentStrategy
    kill_strategy: aws.appconfig.DeploymentStrategy
    alarms: list[aws.cloudwatch.MetricAlarm]
    """At most five: an AppConfig environment takes no more monitors."""
    protect: bool
    """Whether Pulumi refuses to delete or replace profiles and baselines."""


class ReadFlags(pulumi.ComponentResource):
    """AppConfig environments, profiles and baselines of both flag documents."""

    ramp_environment_id: pulumi.Output[str]
    """The ramp's environment; alarms roll back its deployments."""
    kill_environment_id: pulumi.Output[str]
    """The environment of the kill switch."""
    flag_profile_id: pulumi.Output[str]
    """Profile of the ramp's flags."""
    kill_profile_id: pulumi.Output[str]
    """Profile of the kill switch."""

    def __init__(self, name: str, args: ReadFlagsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("canary:index:ReadFlags", name, {}, opts)
        self._name, self._args = name, args
        ramp = self._ramp_environment()
        kill = aws.appconfig.Environment(
            f"{name}-kill",
            name=KILL,
            application_id=args["application"].id,
            description="The kill switch. No monitor, so that nothing can roll it back.",
            opts=pulumi.ResourceOptions(parent=self),
        )
        flags, switch = self._profile(FLAG_PROFILE), self._profile(KILL_PROFILE)
        self._deploy("ramp", ramp, flags, ramp_baseline(), args["ramp_strategy"])
        self._deploy("kill", kill, switch, kill_baseline(), args["kill_strategy"])
        self.ramp_environment_id = ramp.environment_id
        self.kill_environment_id = kill.environment_id
        self.flag_profile_id = flags.configuration_profile_id
        self.kill_profile_id = switch.configuration_profile_id
        self.register_outputs(
            {
                "rampEnvironmentId": self.ramp_environment_id,
                "killEnvironmentId": self.kill_environment_id,
                "flagProfileId": self.flag_profile_id,
                "killProfileId": self.kill_profile_id,
            }
        )

    def _ramp_environment(self) -> aws.appconfig.Environment:
        args, child = self._args, pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            f"{self._name}-monitor-role",
            name=f"{args['prefix']}-flag-monitor",
            assume_role_policy=trust("appconfig.amazonaws.com", None),
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{self._name}-monitor-policy",
            role=role.name,
            policy=document([watching_alarms()]),
            opts=child,
        )
        return aws.appconfig.Environment(
            f"{self._name}-ramp",
            name=RAMP,
            application_id=args["application"].id,
            description="The ramp. An alarm rolls a deployment back while it runs or bakes.",
            monitors=[{"alarm_arn": alarm.arn, "alarm_role_arn": role.arn} for alarm in args["alarms"]],
            # Without the policy the monitor could not read its alarm and would watch nothing.
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[policy], hooks=awaiting_role(f"{self._name}-ramp-role")
            ),
        )

    def _profile(self, profile: str) -> aws.appconfig.ConfigurationProfile:
        return aws.appconfig.ConfigurationProfile(
            f"{self._name}-{profile}",
            name=profile,
            application_id=self._args["application"].id,
            location_uri="hosted",
            type="AWS.AppConfig.FeatureFlags",
            opts=pulumi.ResourceOptions(parent=self, protect=self._args["protect"]),
        )

    def _deploy(
        self,
        role: str,
        environment: aws.appconfig.Environment,
        profile: aws.appconfig.ConfigurationProfile,
        content: str,
        strategy: aws.appconfig.DeploymentStrategy,
    ) -> None:
        """Deploy a baseline once.

        If the resources are protected, the engine refuses to replace them, and a replacement would redeploy.
        """
        application, kept = self._args["application"], self._args["protect"]
        version = aws.appconfig.HostedConfigurationVersion(
            f"{self._name}-{role}-baseline",
            application_id=application.id,
            configuration_profile_id=profile.configuration_profile_id,
            content_type="application/json",
            description="Safe baseline: everything off",
            content=content,
            # AppConfig adds timestamps to what it stores. Compared with the program's text, that would be a
            # new version on every update: https://github.com/hashicorp/terraform-provider-aws/issues/20273
            opts=pulumi.ResourceOptions(parent=self, protect=kept, ignore_changes=["content"]),
        )
        aws.appconfig.Deployment(
            f"{self._name}-{role}-baseline-deployment",
            application_id=application.id,
            environment_id=environment.environment_id,
            configuration_profile_id=profile.configuration_profile_id,
            configuration_version=version.version_number.apply(str),
            deployment_strategy_id=strategy.id,
            description="Safe baseline",
            opts=pulumi.ResourceOptions(parent=self, protect=kept),
        )


def strategy(
    name: str, prefix: str, role: str, bake_minutes: int, opts: pulumi.ResourceOptions
) -> aws.appconfig.DeploymentStrategy:
    """Create a deployment strategy that goes out at once and then bakes.

    AppConfig's gradual growth is decided per session, so it would flip users back and forth. The percentage
    in the flag does not.
    """
    return aws.appconfig.DeploymentStrategy(
        name,
        name=f"{prefix}-{role}",
        deployment_duration_in_minutes=0,
        growth_factor=100,
        growth_type="LINEAR",
        final_bake_time_in_minutes=bake_minutes,
        replicate_to="NONE",
        opts=opts,
    )
