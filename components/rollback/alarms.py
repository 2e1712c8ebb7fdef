"""The alarms that arm the rollback: metric math on the functions' own metrics.

A fallback hides canary errors from AWS/Lambda's metrics, so the canary's alarms read none of them. The
overall alarm adds them for the failures that no function lives to count: a release that cannot start.

Period 300 s and one datapoint: with FILL or with a short period, late data would keep an alarm in OK.
Missing data does not breach, or a quiet night would roll back. In the expressions a missing value is 0:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. So a whole is never
divided by alone: where it is missing, or smaller than its part, the part takes its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import pulumi
import pulumi_aws as aws

from canary.unit.names import Names
from components.rollback.guard_alarms import guard_alarms

if TYPE_CHECKING:
    from canary.unit.thresholds import Thresholds

PERIOD_S = 300
FUNCTION, PATH = "FunctionName", "Path"
LAMBDA = "AWS/Lambda"
SHADOWS_FOR_A_RATE = 20
"""Fewest shadow reads in a period for a rate of losses to mean something."""


class RollbackAlarmsArgs(TypedDict):
    """Arguments of `RollbackAlarms`."""

    prefix: str
    namespace: str
    """Of the functions' own metrics."""
    thresholds: Thresholds
    guard_alias_arn: pulumi.Input[str]
    """What every rollback alarm acts on."""
    topic_arn: pulumi.Input[str]
    """What every alarm tells."""


class RollbackAlarms(pulumi.ComponentResource):
    """Three alarms that roll back, and three that tell people; each says on the topic when it is over."""

    rollback: list[aws.cloudwatch.MetricAlarm]
    """Overall error rate, canary error rate, canary P95."""
    names: dict[str, pulumi.Output[str]]
    """Name of each alarm by its role."""

    def __init__(
        self, name: str, args: RollbackAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("canary:index:RollbackAlarms", name, {}, opts)
        self._name, self._args = name, args
        self._of = Names(args["prefix"])
        self._called = self._of.alarms(args["thresholds"])
        overall, canary, p95 = self._overall(), self._canary(), self._p95()
        self.rollback = [overall, canary, p95]
        by_role = {
            "overallErrorRate": overall,
            "canaryErrorRate": canary,
            "canaryP95": p95,
            "shadowLoss": self._shadow_loss(),
            **guard_alarms(name, args, pulumi.ResourceOptions(parent=self)),
        }
        self.names = {role: alarm.name for role, alarm in by_role.items()}
        self.register_outputs({"names": self.names})

    def _overall(self) -> aws.cloudwatch.MetricAlarm:
        """Hidden failures, and those that died uncounted: `x` of `i` invocations."""
        rate, floor = (
            self._args["thresholds"]["error_rate_pct"],
            self._args["thresholds"]["overall_error_floor"],
        )
        counted = "IF(n > e, n, e + x)"
        return self._math(
            "overallErrorRate",
            f"More than {rate:g} % of all requests failed in 5 minutes, hidden failures included",
            [
                self._metric("e", "Errors"),
                self._metric("n", "Requests"),
                self._metric("x", "Errors", namespace=LAMBDA),
                self._metric("i", "Invocations", namespace=LAMBDA),
            ],
            f"IF(e + x >= {floor}, 100 * (e + x) / IF(i > {counted}, i, {counted}), 0)",
            rate,
        )

    def _canary(self) -> aws.cloudwatch.MetricAlarm:
        """A floor on errors, not on requests: a canary that always fails must not wait for traffic."""
        rate, floor = (
            self._args["thresholds"]["error_rate_pct"],
            self._args["thresholds"]["canary_error_floor"],
        )
        return self._math(
            "canaryErrorRate",
            f"At least {floor} and more than {rate:g} % of the canary's requests failed in 5 minutes",
            [self._metric("e", "Errors", "prisma"), self._metric("n", "Requests", "prisma")],
            f"IF(e >= {floor}, 100 * e / IF(n > e, n, e), 0)",
            rate,
        )

    def _p95(self) -> aws.cloudwatch.MetricAlarm:
        """Percentiles have no low-sample protection inside an expression, hence the two floors."""
        limits = self._args["thresholds"]
        slow, floor, fewest = (
            limits["p95_investigate_pct"],
            limits["p95_floor_ms"],
            limits["p95_min_requests"],
        )
        return self._math(
            "canaryP95",
            f"The canary's P95 was over {slow:g} % of the mock's and over {floor:g} ms in 5 minutes",
            [
                self._metric("c", "Duration", "prisma", "p95"),
                self._metric("m", "Duration", "mock", "p95"),
                self._metric("n", "Duration", "prisma", "SampleCount"),
            ],
            f"IF(n >= {fewest} AND c > {floor:g}, 100 * c / m, 0)",
            slow,
        )

    def _shadow_loss(self) -> aws.cloudwatch.MetricAlarm:
        limit = self._args["thresholds"]["shadow_loss_pct"]
        return self._math(
            "shadowLoss",
            f"More than {limit:g} % of shadow reads came to nothing in 5 minutes",
            [self._metric("e", "ShadowLost"), self._metric("n", "ShadowSent")],
            f"IF(IF(n > e, n, e) >= {SHADOWS_FOR_A_RATE}, 100 * e / IF(n > e, n, e), 0)",
            limit,
            rolls_back=False,
        )

    def _math(  # noqa: PLR0913 - an alarm is that much
        self,
        role: str,
        description: str,
        metrics: list[dict[str, Any]],
        expression: str,
        threshold: float,
        *,
        rolls_back: bool = True,
    ) -> aws.cloudwatch.MetricAlarm:
        watched = {"id": "watched", "expression": expression, "label": description, "return_data": True}
        guard, topic = self._args["guard_alias_arn"], self._args["topic_arn"]
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{role}",
            name=self._called[role],
            alarm_description=description,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=1,
            datapoints_to_alarm=1,
            treat_missing_data="notBreaching",
            actions_enabled=True,
            alarm_actions=[guard, topic] if rolls_back else [topic],
            ok_actions=[topic],
            metric_queries=[*metrics, watched],  # type: ignore[list-item]
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _metric(
        self,
        identifier: str,
        metric: str,
        path: str | None = None,
        stat: str = "Sum",
        namespace: str | None = None,
    ) -> dict[str, Any]:
        """A metric of the entry function, of one path or of both."""
        dimensions = {FUNCTION: self._of.mock, **({PATH: path} if path else {})}
        return {
            "id": identifier,
            "return_data": False,
            "metric": {
                "namespace": namespace or self._args["namespace"],
                "metric_name": metric,
                "dimensions": dimensions,
                "stat": stat,
                "period": PERIOD_S,
            },
        }
