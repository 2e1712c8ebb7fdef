"""The guard's fakes, with what only operators ask for: answers, full alarms, monitors, subscriptions."""

# ruff: noqa: N803 - parameters have the names that AWS gives them
from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.aws import Script, body, refusal
from tests.fakes.looked_at import More
from tests.fakes.target import NUMBER, REGION, alias_arn

if TYPE_CHECKING:
    from collections.abc import Callable


class Functions(More):
    """Lambda, with answers by alias ARN."""

    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        self.environment: dict[str, str] = {}
        self.tracing: dict[str, str] = defaultdict(lambda: "Active")
        self.unreserved = 900
        migrated = {"status": "ok", "applied": [], "before": ["20261101000000_init"], "pending": []}
        missing, well = {"status": "not-found"}, {"ok": True, "tried": [], "notTried": []}
        self.answers: dict[str, Callable[[], dict[str, Any]]] = {
            alias_arn("mock-read"): lambda: answered({"statusCode": 404}),
            alias_arn("prisma-read"): lambda: answered(missing),
            alias_arn("prisma-read-shadow"): lambda: answered(missing),
            "prisma-migrate": lambda: answered(migrated),
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
    """Return what Invoke returns."""
    failed = {"FunctionError": error} if error else {}
    return {"Payload": body(json.dumps(payload).encode()), **failed}


class Alarms(More):
    """CloudWatch with full alarms, their history, mute rules and a dashboard."""

    def __init__(self, script: Script, inner: Any) -> None:
        super().__init__(script, inner)
        self.details: dict[str, dict[str, Any]] = defaultdict(dict)
        self.muted: set[str] = set()
        self.earlier: dict[tuple[str, str | None, str], float] = {}
        """Values for windows that ended more than an hour ago. If empty, current values are used."""
        self.dashboard: str | None = '{"widgets": [{}]}'
        self.history: list[dict[str, Any]] = []

    def op_describe_alarms(self, *, AlarmNames: list[str], **_: Any) -> dict[str, Any]:
        armed = {
            "ActionsEnabled": True,
            "AlarmActions": [alias_arn("guard"), "arn:topic"],
            "OKActions": ["arn:topic"],
        }
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
            return self._inner.op_get_metric_data(EndTime=EndTime, **asked)
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
    """AppConfig with the monitors of its environments, and its strategies."""

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
