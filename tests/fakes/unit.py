"""One unit in memory: all fakes together, with deployed baselines and a world for the act."""

from __future__ import annotations

import json
from typing import Any

from canary.unit.act.act import World
from canary.unit.clients import Clients
from canary.unit.flags import documents
from canary.unit.patience import Patience
from canary.unit.settings import Settings
from tests.fakes.appconfig import AppConfig
from tests.fakes.aws import Clock, CloudWatch, CodeDeploy, Lambda, Script, Sns, Ssm, Sts

SETTINGS = Settings(
    application="app",
    ramp_environment="ramp",
    flag_profile="ramp",
    kill_environment="kill",
    kill_profile="kill",
    ramp_strategy="bakes",
    kill_strategy="at-once",
    latch_parameter="/latch",
    topic_arn="arn:topic",
    codedeploy_application="app",
    codedeploy_group="group",
    function_name="mock-read",
    alias_name="live",
    metrics_namespace="N",
    alarm_names={"canaryErrorRate": "canary-alarm", "shadowLoss": "loss-alarm"},
    thresholds={"errorRatePct": "2"},
    guard_name="guard",
    prisma_function="prisma-read",
)


class Unit:
    """One unit, with its clients as attributes, as `Clients` has them."""

    def __init__(self) -> None:
        self.script = Script()
        self.clock = Clock()
        self.ssm = Ssm(self.script, self.clock)
        self.sns = Sns(self.script)
        self.cloudwatch = CloudWatch(self.script)
        self.cloudwatch.alarms = {"canary-alarm": "OK", "loss-alarm": "OK"}
        self.lambda_ = Lambda(self.script)
        self.codedeploy = CodeDeploy(self.script)
        self.sts = Sts(self.script)
        self.appconfig = AppConfig(self.script, self.cloudwatch, self.clock)
        self.appconfigdata = self.appconfig
        self.flag_session = Clients(lambda _service: self.appconfig).flag_session
        self.clock.each.append(self.appconfig.happen)
        self.logged: list[dict[str, Any]] = []
        self.deploy("ramp", documents.off(None), "Safe baseline")
        self.deploy("kill", documents.kill(None, on=False), "Safe baseline")
        self.script.calls.clear()

    def deploy(
        self, name: str, document: dict[str, Any], description: str = "", strategy: str = "at-once"
    ) -> int:
        """Deploy a document as a person with a console would."""
        version = self.appconfig.create_hosted_configuration_version(
            ApplicationId="app",
            ConfigurationProfileId=name,
            Content=json.dumps(document).encode(),
            ContentType="application/json",
        )["VersionNumber"]
        started = self.appconfig.start_deployment(
            ApplicationId="app",
            EnvironmentId=name,
            ConfigurationProfileId=name,
            ConfigurationVersion=str(version),
            DeploymentStrategyId=strategy,
            Description=description,
        )
        return int(started["DeploymentNumber"])

    def canary(self, percentage: float = 1, strategy: str = "at-once") -> None:
        """Turn the canary on."""
        self.deploy("ramp", documents.ramp(None, percentage=percentage, shadow=100), strategy=strategy)

    def world(self, seconds: float = 20) -> World:
        """Return a world with this many seconds of patience on the fake clock."""
        patience = Patience(self.clock.now() + seconds, self.clock.now, self.clock.sleep)
        return World(SETTINGS, self, patience, self.clock.now, self._log)  # type: ignore[arg-type]

    @property
    def killed(self) -> bool:
        """Whether the kill switch is served as on."""
        return documents.is_killed(self.appconfig.values("kill"))

    @property
    def off(self) -> bool:
        """Whether the ramp is served as off."""
        return documents.is_off(self.appconfig.values("ramp"))

    def deployments(self, name: str) -> list[str]:
        """Return the states of an environment's deployments, oldest first."""
        return [deployed.state for deployed in self.appconfig.environments[name].deployments]

    def _log(self, message: str, **fields: Any) -> None:
        self.logged.append({"message": message, **fields})
