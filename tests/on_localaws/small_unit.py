"""A unit of small functions on the local AWS, made with boto3: operators act on it without an engine."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from canary.cli.clients import Clients
from canary.cli.target import Target
from canary.unit.flags import documents
from localaws.tests.cloud.functions import archive

if TYPE_CHECKING:
    from localaws.tests.cloud.live import Live

ENTRY = """
    import os
    def handler(event, context):
        return os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
"""
READER = 'def handler(event, context): return {"status": "not-found"}'
GUARD = 'def handler(event, context): return {"selfTest": {"ok": True, "tried": []}}'
CHECK = """
    import boto3, os
    def handler(event, context):
        boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"], status=os.environ["OUTCOME"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"])
"""
"""The hook's answer is in its environment: https://docs.aws.amazon.com/codedeploy/latest/userguide/\
reference-appspec-file-structure-hooks.html#reference-appspec-file-structure-hooks-section-structure-lambda-sample-function."""
EVENTS = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
STYLE = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
ROLE = "arn:aws:iam::000000000000:role/deploy"


@dataclass(frozen=True)
class SmallUnit:
    """A small unit.

    Attributes:
        clients: Clients as the operator's command has them.
    """

    live: Live
    clients: Clients
    target: Target

    @property
    def entry(self) -> str:
        """Name of the function that is released."""
        return self.target.mock_function

    def publish(self, function: str, **environment: str) -> str:
        """Publish a new version that differs only in its environment variables."""
        client = self.live.client("lambda")
        variables = {"MADE": str(time.time_ns()), **environment}
        client.update_function_configuration(FunctionName=function, Environment={"Variables": variables})
        return str(client.publish_version(FunctionName=function)["Version"])

    def alias(self, function: str = "") -> tuple[str, dict[str, float]]:
        """Return version and weights of an alias; the entry function's by default."""
        found = self.live.client("lambda").get_alias(FunctionName=function or self.entry, Name="live")
        weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return found["FunctionVersion"], dict(weights)

    def shift_by(self, percent: int, minutes: int) -> None:
        """Make releases shift this percentage of the traffic every so many cloud minutes."""
        deploy, name = self.live.client("codedeploy"), f"{self.target.prefix}-{percent}-every-{minutes}"
        if name not in deploy.list_deployment_configs()["deploymentConfigsList"]:
            routing = {"linearPercentage": percent, "linearInterval": minutes}
            deploy.create_deployment_config(
                deploymentConfigName=name,
                computePlatform="Lambda",
                trafficRoutingConfig={"type": "TimeBasedLinear", "timeBasedLinear": routing},
            )
        deploy.update_deployment_group(
            applicationName=self.target.codedeploy_application,
            currentDeploymentGroupName=self.target.codedeploy_group,
            deploymentConfigName=name,
        )

    def errors(self, count: float) -> None:
        """Write this many errors to the metric that the alarm watches."""
        datum = {"MetricName": "Errors", "Value": count}
        self.live.client("cloudwatch").put_metric_data(Namespace=self.target.prefix, MetricData=[datum])

    def alarm(self) -> str:
        """Return the alarm's state."""
        found = self.live.client("cloudwatch").describe_alarms(
            AlarmNames=[self.target.alarms["overallErrorRate"]]
        )
        return str(found["MetricAlarms"][0]["StateValue"])

    def deployment(self, identifier: str | None) -> dict[str, Any]:
        """Return what CodeDeploy reports about a deployment."""
        found = self.live.client("codedeploy").get_deployment(deploymentId=str(identifier))
        return dict(found["deploymentInfo"])

    def happened(self, identifier: str | None) -> list[Any]:
        """Return a deployment's events in order: weights as numbers, everything else as words."""
        events = self.live.control("events?since=0")["events"]
        of_it = [one["detail"] for one in events if one["kind"] == "codedeploy" and one["name"] == identifier]
        return [detail.get("weight", detail["status"]) for detail in of_it]

    def flag(self, profile: str, environment: str, document: dict[str, Any], description: str) -> int:
        """Deploy a document and return its hosted version."""
        client, app = self.live.client("appconfig"), self.target.appconfig_application_id
        version = client.create_hosted_configuration_version(
            ApplicationId=app,
            ConfigurationProfileId=profile,
            Content=json.dumps(document).encode(),
            ContentType="application/json",
        )["VersionNumber"]
        client.start_deployment(
            ApplicationId=app,
            EnvironmentId=environment,
            ConfigurationProfileId=profile,
            ConfigurationVersion=str(version),
            DeploymentStrategyId=self.target.kill_strategy_id,
            Description=description,
        )
        return int(version)


def make(live: Live, prefix: str) -> SmallUnit:
    """Create everything that a stack would create, in small."""
    functions = {
        f"{prefix}-mock-read": ENTRY,
        f"{prefix}-prisma-read": READER,
        f"{prefix}-prisma-read-shadow": READER,
        f"{prefix}-rollback-guard": GUARD,
        f"CodeDeployHook_{prefix}-release": CHECK,
    }
    client = live.client("lambda")
    for name, code in functions.items():
        live.create(name, archive(code), Timeout=10, Environment={"Variables": {"OUTCOME": "Succeeded"}})
        client.publish_version(FunctionName=name)
        client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    topic = live.client("sns").create_topic(Name=f"{prefix}-topic")["TopicArn"]
    guard = f"arn:aws:lambda:us-east-1:000000000000:function:{prefix}-rollback-guard:live"
    _alarm(live, prefix, [topic, guard])
    _group(live, prefix)
    target = _target(live, prefix, topic, guard)
    unit = SmallUnit(live, Clients(live.endpoint, "us-east-1"), target)
    unit.flag(target.flag_profile_id, target.ramp_environment_id, documents.off(None), "Safe baseline")
    unit.flag(
        target.kill_profile_id, target.kill_environment_id, documents.kill(None, on=False), "Safe baseline"
    )
    return unit


def _alarm(live: Live, prefix: str, actions: list[str]) -> None:
    live.client("cloudwatch").put_metric_alarm(
        AlarmName=f"{prefix}-alarm",
        Namespace=prefix,
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=actions,
        OKActions=actions[:1],
    )


def _group(live: Live, prefix: str) -> None:
    deploy = live.client("codedeploy")
    deploy.create_application(applicationName=prefix, computePlatform="Lambda")
    deploy.create_deployment_group(
        applicationName=prefix,
        deploymentGroupName=prefix,
        serviceRoleArn=ROLE,
        deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
        deploymentStyle=STYLE,
        alarmConfiguration={"enabled": True, "alarms": [{"name": f"{prefix}-alarm"}]},
        autoRollbackConfiguration={"enabled": True, "events": EVENTS},
    )


def _target(live: Live, prefix: str, topic: str, guard: str) -> Target:
    client = live.client("appconfig")
    app = client.create_application(Name=prefix)["Id"]
    monitor = {
        "AlarmArn": f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{prefix}-alarm",
        "AlarmRoleArn": ROLE,
    }
    environments = [
        client.create_environment(ApplicationId=app, Name=name, Monitors=monitors)["Id"]
        for name, monitors in (("ramp", [monitor]), ("kill", []))
    ]
    profiles = [
        client.create_configuration_profile(
            ApplicationId=app, Name=name, LocationUri="hosted", Type="AWS.AppConfig.FeatureFlags"
        )["Id"]
        for name in ("read-flags", "kill-switch")
    ]
    at_once = client.create_deployment_strategy(
        Name=f"{prefix}-at-once", DeploymentDurationInMinutes=0, FinalBakeTimeInMinutes=0, GrowthFactor=100
    )["Id"]
    arn = "arn:aws:lambda:us-east-1:000000000000:function"
    return Target(
        region="us-east-1",
        prefix=prefix,
        stack="small",
        api_url="",
        api_id="",
        mock_function=f"{prefix}-mock-read",
        prisma_function=f"{prefix}-prisma-read",
        shadow_function=f"{prefix}-prisma-read-shadow",
        guard_function=f"{prefix}-rollback-guard",
        alias="live",
        mock_alias_arn=f"{arn}:{prefix}-mock-read:live",
        prisma_alias_arn=f"{arn}:{prefix}-prisma-read:live",
        shadow_alias_arn=f"{arn}:{prefix}-prisma-read-shadow:live",
        guard_alias_arn=guard,
        appconfig_application_id=app,
        ramp_environment_id=environments[0],
        kill_environment_id=environments[1],
        flag_profile_id=profiles[0],
        kill_profile_id=profiles[1],
        ramp_strategy_id=at_once,
        kill_strategy_id=at_once,
        latch_parameter=f"/{prefix}/latch",
        topic_arn=topic,
        codedeploy_application=prefix,
        codedeploy_group=prefix,
        alarms={"overallErrorRate": f"{prefix}-alarm"},
        dashboard_name=prefix,
        metrics_namespace=prefix,
        thresholds={},
        bucket_salt="salt",
    )
