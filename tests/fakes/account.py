"""One unit in memory as an operator sees it: what the guard's fakes have, and what only people look at."""

# ruff: noqa: N803 - parameters have the names that AWS gives them

from __future__ import annotations

import json
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from rollback_guard import documents
from rollback_guard.patience import Patience

from ops.target import Target
from tests.fakes.aws import Script, Service, body, refusal
from tests.fakes.unit import SETTINGS, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BAKE = timedelta(minutes=10)
REGION, NUMBER = "us-east-1", "123456789012"
ALARMS = {
    "overallErrorRate": "overall-alarm",
    "canaryErrorRate": "canary-alarm",
    "canaryP95": "p95-alarm",
    "shadowLoss": "loss-alarm",
    "guardSilent": "silent-alarm",
}


def alias_arn(function: str) -> str:
    """ARN of a function's alias."""
    return f"arn:aws:lambda:{REGION}:{NUMBER}:function:{function}:live"


def target(stack: str = "beta") -> Target:
    """The unit's names, those of the guard's fakes."""
    names = ("mock-read", "prisma-read", "prisma-read-shadow", "guard")
    mock, prisma, shadow, guard = (alias_arn(name) for name in names)
    return Target(
        region=REGION,
        prefix="huntaze",
        stack=stack,
        api_url="http://api.test",
        api_id="a1",
        mock_function="mock-read",
        prisma_function="prisma-read",
        shadow_function="prisma-read-shadow",
        guard_function="guard",
        alias="live",
        mock_alias_arn=mock,
        prisma_alias_arn=prisma,
        shadow_alias_arn=shadow,
        guard_alias_arn=guard,
        appconfig_application_id=SETTINGS.application,
        ramp_environment_id="ramp",
        kill_environment_id="kill",
        flag_profile_id="ramp",
        kill_profile_id="kill",
        ramp_strategy_id="bakes",
        kill_strategy_id="at-once",
        latch_parameter="/latch",
        topic_arn="arn:topic",
        codedeploy_application="app",
        codedeploy_group="group",
        alarms=ALARMS,
        dashboard_name="huntaze-prisma-migration",
        metrics_namespace="N",
        thresholds={"errorRatePct": "2"},
        bucket_salt="huntaze/read-migration",
    )


class More(Service):
    """Operations beside those of a fake that is there already."""

    def __init__(self, script: Script, inner: Any = None) -> None:
        super().__init__(script)
        self._inner = inner

    def __getattr__(self, operation: str) -> Any:
        try:
            return super().__getattr__(operation)
        except AttributeError:
            if self._inner is None:
                raise
            return getattr(self._inner, operation)


class Logs(More):
    """Log groups with streams of events; filter patterns are words that a line must hold."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.groups: dict[str, list[dict[str, Any]]] = {}
        self.streams: set[tuple[str, str]] = set()
        self.asked: list[str] = []
        self.queries = [f"huntaze/{number}-query" for number in range(1, 9)]

    def add(self, group: str, message: str, at: datetime, stream: str = "s") -> None:
        events = self.groups.setdefault(group, [])
        event = {"timestamp": int(at.timestamp() * 1000), "message": message, "logStreamName": stream}
        events.append({**event, "eventId": f"{group}-{len(events)}"})

    def op_create_log_group(self, *, logGroupName: str) -> None:
        if logGroupName in self.groups:
            raise refusal("ResourceAlreadyExistsException")
        self.groups[logGroupName] = []

    def op_create_log_stream(self, *, logGroupName: str, logStreamName: str) -> None:
        if (logGroupName, logStreamName) in self.streams:
            raise refusal("ResourceAlreadyExistsException")
        self.streams.add((logGroupName, logStreamName))

    def op_put_log_events(self, *, logGroupName: str, logStreamName: str, logEvents: list[Any]) -> None:
        for event in logEvents:
            self.add(
                logGroupName,
                event["message"],
                datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
                logStreamName,
            )

    def op_filter_log_events(
        self, *, logGroupName: str, startTime: int, endTime: int = 2**62, filterPattern: str = ""
    ) -> dict[str, Any]:
        if logGroupName not in self.groups:
            raise refusal("ResourceNotFoundException")
        word = filterPattern.strip('"')
        events = [
            event
            for event in self.groups[logGroupName]
            if startTime <= event["timestamp"] <= endTime and word in event["message"]
        ]
        return {"events": events}

    def op_describe_query_definitions(self, *, queryDefinitionNamePrefix: str) -> dict[str, Any]:
        found = [name for name in self.queries if name.startswith(queryDefinitionNamePrefix)]
        texts = {"huntaze/6-query": 'filter userId = "PSEUDONYM"'}
        return {
            "queryDefinitions": [
                {"name": name, "queryString": texts.get(name, "stats count(*)"), "logGroupNames": ["g"]}
                for name in found
            ]
        }

    def op_start_query(self, *, queryString: str, **_: Any) -> dict[str, str]:
        self.asked.append(queryString)
        return {"queryId": "q"}

    def op_get_query_results(self, *, queryId: str) -> dict[str, Any]:
        row = [{"field": "requests", "value": "3000"}, {"field": "@ptr", "value": "x"}]
        return {"status": "Complete", "results": [row], "statistics": {"recordsScanned": 3000.0}}


class XRay(More):
    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.annotations = ["canary", "path", "userId"]
        self.expressions: list[str] = []

    def op_get_trace_summaries(self, *, FilterExpression: str = "", **_: Any) -> dict[str, Any]:
        self.expressions.append(FilterExpression)
        annotations: dict[str, list[Any]] = {name: [] for name in self.annotations}
        return {
            "TraceSummaries": [{"Id": f"1-{int(time.time()):x}-0", "Annotations": annotations}]
            if annotations
            else []
        }


class Iam(More):
    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.refused: set[str] = set()

    def op_simulate_principal_policy(self, *, ActionNames: list[str], **_: Any) -> dict[str, Any]:
        decisions = ["implicitDeny" if name in self.refused else "allowed" for name in ActionNames]
        return {"EvaluationResults": [{"EvalDecision": decision} for decision in decisions]}


class Api(More):
    def op_get_apis(self) -> dict[str, Any]:
        endpoint = f"https://a1.execute-api.{REGION}.amazonaws.com"
        return {"Items": [{"Name": "huntaze-read", "ApiId": "a1", "ApiEndpoint": endpoint}]}


class Functions(More):
    """Lambda with answers by alias ARN."""

    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        self.environment: dict[str, str] = {}
        self.tracing: dict[str, str] = defaultdict(lambda: "Active")
        self.unreserved = 900
        missing, well = {"status": "not-found"}, {"ok": True, "tried": [], "notTried": []}
        self.answers: dict[str, Callable[[], dict[str, Any]]] = {
            alias_arn("mock-read"): lambda: answered({"statusCode": 404}),
            alias_arn("prisma-read"): lambda: answered(missing),
            alias_arn("prisma-read-shadow"): lambda: answered(missing),
            alias_arn("guard"): lambda: answered({"acts": [], "selfTest": well}),
        }

    def op_invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        json.loads(Payload)
        return self.answers[FunctionName]()

    def op_get_function_configuration(self, *, FunctionName: str, Qualifier: str) -> dict[str, Any]:
        assert Qualifier == "live"
        role = f"arn:aws:iam::{NUMBER}:role/{FunctionName}-role"
        if FunctionName.startswith("other"):
            raise refusal("ResourceNotFoundException", status=404)
        variables = {"Environment": {"Variables": self.environment}}
        return {"TracingConfig": {"Mode": self.tracing[FunctionName]}, "Role": role, **variables}

    def op_get_alias(self, *, FunctionName: str, Name: str) -> dict[str, Any]:
        assert Name == "live"
        return {**self._inner.alias, "AliasArn": alias_arn(FunctionName)}

    def op_get_account_settings(self) -> dict[str, Any]:
        return {
            "AccountLimit": {"UnreservedConcurrentExecutions": self.unreserved, "ConcurrentExecutions": 1000}
        }


def answered(payload: Any, error: str | None = None) -> dict[str, Any]:
    """What Invoke returns."""
    failed = {"FunctionError": error} if error else {}
    return {"Payload": body(json.dumps(payload).encode()), **failed}


class Alarms(More):
    """CloudWatch with whole alarms, their history, mute rules and a dashboard."""

    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        self.details: dict[str, dict[str, Any]] = defaultdict(dict)
        self.muted: set[str] = set()
        self.earlier: dict[tuple[str, str | None, str], float] = {}
        """Values of windows that ended longer ago than an hour; those of now unless given."""
        self.dashboard: str | None = '{"widgets": [{}]}'
        self.history: list[dict[str, Any]] = []

    def op_describe_alarms(self, *, AlarmNames: list[str], **_: Any) -> dict[str, Any]:
        armed = {"ActionsEnabled": True, "AlarmActions": [alias_arn("guard"), "arn:topic"]}
        states: dict[str, str] = self._inner.alarms
        found = [
            {"AlarmName": name, "StateValue": states[name], **armed, **self.details[name]}
            for name in AlarmNames
            if name in states
        ]
        return {"MetricAlarms": found, "CompositeAlarms": []}

    def op_get_metric_data(self, *, EndTime: datetime, **asked: Any) -> Any:
        kept: dict[Any, float] = self._inner.values
        if self.earlier and EndTime < datetime.now(UTC) - timedelta(hours=1):
            self._inner.values = self.earlier
        try:
            return self._inner.op_get_metric_data(**asked)
        finally:
            self._inner.values = kept

    def op_describe_alarm_history(self, *, AlarmName: str, **_: Any) -> dict[str, Any]:
        return {"AlarmHistoryItems": [item for item in self.history if item["AlarmName"] == AlarmName]}

    def op_list_alarm_mute_rules(self, *, AlarmName: str, **_: Any) -> dict[str, Any]:
        rules = [{"AlarmMuteRuleArn": "arn:mute"}] if AlarmName in self.muted else []
        return {"AlarmMuteRuleSummaries": rules}

    def op_get_dashboard(self, **_: Any) -> dict[str, Any]:
        if self.dashboard is None:
            raise refusal("DashboardNotFoundError", status=404)
        return {"DashboardBody": self.dashboard}


class Flags(More):
    """AppConfig with its environments' monitors and its strategies."""

    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        self.monitors = {"ramp": ["overall-alarm", "canary-alarm", "p95-alarm"], "kill": []}
        self.strategies = {"bakes": (0, 10), "at-once": (0, 0)}

    def op_get_environment(self, *, EnvironmentId: str, **_: Any) -> dict[str, Any]:
        arns = [f"arn:aws:cloudwatch:{REGION}:{NUMBER}:alarm:{name}" for name in self.monitors[EnvironmentId]]
        return {"Monitors": [{"AlarmArn": arn} for arn in arns]}

    def op_get_deployment_strategy(self, *, DeploymentStrategyId: str) -> dict[str, Any]:
        duration, bake = self.strategies[DeploymentStrategyId]
        return {"DeploymentDurationInMinutes": duration, "FinalBakeTimeInMinutes": bake}


class Releases(More):
    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
        rollback_alarms = ["overall-alarm", "canary-alarm", "p95-alarm"]
        self.group: dict[str, Any] = {
            "deploymentConfigName": "huntaze-linear-10pct-1min",
            "alarmConfiguration": {"enabled": True, "alarms": [{"name": name} for name in rollback_alarms]},
            "autoRollbackConfiguration": {"enabled": True, "events": events},
        }

    def op_get_deployment_group(self, **_: Any) -> dict[str, Any]:
        return {"deploymentGroupInfo": self.group}


class Topic(More):
    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        self.subscriptions = [
            {"Protocol": "lambda", "Endpoint": alias_arn("guard"), "SubscriptionArn": "arn:1"},
            {"Protocol": "email", "Endpoint": "jo@huntaze.example", "SubscriptionArn": "arn:2"},
        ]

    def op_list_subscriptions_by_topic(self, **_: Any) -> dict[str, Any]:
        return {"Subscriptions": self.subscriptions}


class Account(Unit):
    """A unit whose baselines were deployed a day ago, by this machine's clock; everything is OK and off."""

    def __init__(self) -> None:
        super().__init__()
        self.fakes = (self.cloudwatch, self.lambda_, self.codedeploy, self.sns)
        self.states = self.cloudwatch.alarms
        self.states.clear()
        self.states.update(dict.fromkeys(ALARMS.values(), "OK"))
        self.counted = self.cloudwatch.values
        self.flags = self.appconfig
        self.published = self.sns.published
        self.logs = Logs(self.script)
        self.xray = XRay(self.script)
        self.iam = Iam(self.script)
        self.apigateway = Api(self.script)
        cloudwatch, functions = Alarms(self.script, self.cloudwatch), Functions(self.script, self.lambda_)
        releases, topic = Releases(self.script, self.codedeploy), Topic(self.script, self.sns)
        self.alarms, self.functions, self.releases, self.topic = cloudwatch, functions, releases, topic
        self.environments = Flags(self.script, self.appconfig)
        self.cloudwatch, self.lambda_ = cloudwatch, functions  # type: ignore[assignment]
        self.codedeploy, self.sns = releases, topic  # type: ignore[assignment]
        self.appconfig = self.environments  # type: ignore[assignment]
        self.ago(timedelta(days=1))
        for environment in self.flags.environments.values():
            for deployed in environment.deployments:
                deployed.started = self.clock.moment
        self.ago(timedelta(minutes=30))
        self.clock.each.append(self._bake)
        self.logs.add("/aws/lambda/guard", '{"_aws": {}, "GuardTicks": 1}', datetime.now(UTC))
        self.script.calls.clear()

    def ago(self, what: timedelta) -> None:
        """Set the clock so far back from now: what is deployed next was deployed then."""
        self.clock.seconds = time.time() - what.total_seconds()

    def patience(self, seconds: float) -> Patience:
        """A person's patience, on the fake clock."""
        return Patience(self.clock.now() + seconds, self.clock.now, self.clock.sleep)

    def _bake(self) -> None:
        """Ten minutes after it started, a deployment has baked."""
        for environment in self.flags.environments.values():
            for deployed in environment.deployments:
                if deployed.state == "BAKING" and deployed.started + BAKE <= self.clock.moment:
                    deployed.state = "COMPLETE"

    def count(
        self, requests: int, canary: int = 0, errors: int = 0, compared: int = 0, diffs: int = 0
    ) -> None:
        """Counts since the step began; every error is the canary's, every latency well."""
        self.counted.update(
            {
                ("Requests", None, "Sum"): requests,
                ("Requests", "prisma", "Sum"): canary,
                ("Errors", None, "Sum"): errors,
                ("Errors", "prisma", "Sum"): errors,
                ("ShadowCompared", None, "Sum"): compared,
                ("ShadowDiffs", None, "Sum"): diffs,
                ("Duration", "mock", "p95"): 10,
                ("Duration", "mock", "SampleCount"): requests - canary,
                ("Duration", "prisma", "p95"): 11,
                ("Duration", "prisma", "SampleCount"): canary,
            }
        )

    def trail(self) -> list[dict[str, Any]]:
        """What was written into the audit trail."""
        events = self.logs.groups.get("/huntaze/read-migration/audit", [])
        return [json.loads(event["message"]) for event in events]

    def latch(self) -> None:
        """Roll back, as the guard has done it."""
        self.ssm.parameters["/latch"] = json.dumps(
            {
                "when": "2026-11-25T14:00:00+00:00",
                "by": "alarm canary-alarm",
                "reason": "all failed",
                "finished": True,
            }
        )
        self.deploy("kill", documents.kill(None, on=True))
