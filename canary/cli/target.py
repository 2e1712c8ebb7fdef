"""The unit that is operated on: names and ids from the stack's `canary` output."""

from __future__ import annotations

import subprocess
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any

from canary.cli.errors import OpsError
from canary.cli.outputs import parsed
from canary.cli.small_file import json_of, text_of
from canary.unit.settings import Settings
from canary.verdict import Thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Target:
    """One unit's parts, as the stack exports them; see the program's outputs for each."""

    region: str
    prefix: str
    stack: str
    api_url: str
    api_id: str
    mock_function: str
    prisma_function: str
    shadow_function: str
    guard_function: str
    alias: str
    mock_alias_arn: str
    prisma_alias_arn: str
    shadow_alias_arn: str
    guard_alias_arn: str
    appconfig_application_id: str
    ramp_environment_id: str
    kill_environment_id: str
    flag_profile_id: str
    kill_profile_id: str
    ramp_strategy_id: str
    kill_strategy_id: str
    latch_parameter: str
    topic_arn: str
    codedeploy_application: str
    codedeploy_group: str
    alarms: Mapping[str, str]
    dashboard_name: str
    metrics_namespace: str
    thresholds: Mapping[str, Any]
    bucket_salt: str
    migrate_function: str | None = None
    """A stack that was brought up before there was one has none."""
    user_claim: str = "sub"
    """Which of an authorizer's claims names a user."""

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Target:
        """The target of a stack's `canary` output; keys it does not know are left out.

        Raises:
            OpsError: Names every key that is missing, or the first that is not of its kind.
        """
        needed = [field.name for field in fields(cls) if field.default is MISSING]
        return cls(**parsed(outputs, [field.name for field in fields(cls)], needed))

    @classmethod
    def from_file(cls, path: Path) -> Target:
        """The target of outputs saved with `pulumi stack output canary --json`.

        Raises:
            OpsError: The file cannot be read or holds no outputs.
        """
        return cls.from_outputs(json_of(text_of(path), str(path)))

    @classmethod
    def from_stack(cls, stack: str) -> Target:
        """The target of a Pulumi stack, asked of the `pulumi` command.

        Raises:
            OpsError: Pulumi is not there, or knows no such stack or output.
        """
        command = ["pulumi", "stack", "output", "canary", "--json", "--stack", stack]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=120, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise OpsError(
                f"`{' '.join(command)}` could not be run: {error}. Or give --outputs FILE."
            ) from error
        if done.returncode:
            raise OpsError(f"`{' '.join(command)}` failed: {' '.join(done.stderr.split())}")
        return cls.from_outputs(json_of(done.stdout, f"What `{' '.join(command)}` printed"))

    @property
    def production(self) -> bool:
        """Whether changes are confirmed by typing the stack's name: any stack called prod, or …-prod."""
        return self.stack.rpartition("/")[2].endswith("prod")

    @property
    def audit_group(self) -> str:
        """Log group of the audit trail."""
        return f"/{self.prefix}/read-migration/audit"

    def log_group(self, function: str) -> str:
        """Where a function's lines are."""
        return f"/aws/lambda/{function}"

    @property
    def limits(self) -> Thresholds:
        """The go/no-go numbers."""
        return Thresholds.from_settings(self.thresholds)

    def settings(self) -> Settings:
        """The same unit as the guard knows it, for the act that both share."""
        return Settings(
            application=self.appconfig_application_id,
            ramp_environment=self.ramp_environment_id,
            kill_environment=self.kill_environment_id,
            flag_profile=self.flag_profile_id,
            kill_profile=self.kill_profile_id,
            ramp_strategy=self.ramp_strategy_id,
            kill_strategy=self.kill_strategy_id,
            latch_parameter=self.latch_parameter,
            topic_arn=self.topic_arn,
            codedeploy_application=self.codedeploy_application,
            codedeploy_group=self.codedeploy_group,
            function_name=self.mock_function,
            prisma_function=self.prisma_function,
            alias_name=self.alias,
            metrics_namespace=self.metrics_namespace,
            alarm_names=self.alarms,
            thresholds=self.thresholds,
            guard_name=self.guard_function,
        )
