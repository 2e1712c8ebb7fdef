"""The quantities that a stack uses at a given traffic, and what each comes to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from canary.cli.errors import OpsError

if TYPE_CHECKING:
    from canary.cli.cost.assumptions import Assumptions, Traffic
    from canary.cli.cost.configuration import Configuration
    from canary.cli.cost.prices import Prices

MONTH_H = 730
XRAY_FIXED = 0.05
"""Lambda records one request a second and 5 % of the others, which cannot be configured:
https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html."""
PROXY_VCPUS = 2
"""RDS Proxy bills at least so many."""
CUSTOM_METRICS = 23
"""Nine by path (requests, errors, duration; mock, prisma, both), ten of shadow, flags, breaker, cold
starts and pseudonyms, four of the guard."""
ALARM_METRICS = 13
"""Metrics that the alarms read, which is what an alarm is billed by."""


@dataclass(frozen=True)
class Line:
    """One line of the estimate: ``quantity`` of ``unit`` at a price each."""

    service: str
    what: str
    quantity: float
    unit: str
    each: float
    verified: bool

    @property
    def usd(self) -> float:
        """What it comes to."""
        return self.quantity * self.each


@dataclass(frozen=True)
class Bill:
    """The quantities, from which lines are made."""

    configuration: Configuration
    traffic: Traffic
    prices: Prices
    assumed: Assumptions

    @property
    def canary(self) -> float:
        """Requests on the canary path."""
        return self.traffic.requests * self.traffic.canary_percent / 100

    @property
    def shadow(self) -> float:
        """Requests that are shadowed."""
        return (self.traffic.requests - self.canary) * self.traffic.shadow_percent / 100

    @property
    def prisma(self) -> float:
        """Invocations of both Prisma functions, second readings included."""
        return self.canary + self.shadow * (1 + self.assumed.noise_percent / 100)

    @property
    def ticks(self) -> float:
        """Runs of the guard."""
        return self.traffic.hours * 60

    @property
    def starts(self) -> float:
        """Sandboxes of the entry function that start: what the peak keeps busy, again after each life."""
        busy_s = (self.assumed.mock_ms + self.assumed.after_ms) / 1000
        at_once = math.ceil(self.assumed.peak * self.traffic.requests / (self.traffic.hours * 3600) * busy_s)
        return max(1, at_once) * math.ceil(self.traffic.hours / self.assumed.sandbox_h)

    def line(self, service: str, what: str, quantity: float, price: str, unit: str) -> Line:
        """So many units at a list price."""
        each = self.prices[price]
        return Line(service, what, quantity, unit, each.usd, each.verified)

    def monthly(self, service: str, what: str, count: float, price: str) -> Line:
        """So many things that are billed by the month, for the hours they stand."""
        return self.line(service, what, count * self.traffic.hours / MONTH_H, price, "months")

    def functions(self) -> list[Line]:
        """What answers, what works after the answer, and what watches."""
        assumed, gb = self.assumed, self.configuration.memory_mb / 1024
        entry_s = (self.traffic.requests * assumed.mock_ms + self.canary * assumed.prisma_ms) / 1000
        after_s = self.shadow * assumed.after_ms / 1000
        # Three sandboxes start for one of the entry's: its own, the canary's side, the shadow's.
        other_s = (
            self.prisma * assumed.prisma_ms
            + self.ticks * assumed.guard_ms
            + 3 * self.starts * assumed.start_ms
        ) / 1000
        invocations = self.traffic.requests + self.prisma + self.ticks
        return [
            self.line("API Gateway", "HTTP API", self.traffic.requests, "http_api_request", "requests"),
            self.line("Lambda", "invocations, guard included", invocations, "lambda_request", "invocations"),
            self.line("Lambda", "duration until the answer", entry_s * gb, "lambda_gb_second", "GB-seconds"),
            self.line("Lambda", "duration after the answer", after_s * gb, "lambda_gb_second", "GB-seconds"),
            self.line("Lambda", "Prisma, guard, cold starts", other_s * gb, "lambda_gb_second", "GB-seconds"),
            self.line("Scheduler", "guard", self.ticks, "scheduler_invocation", "invocations"),
        ]

    def flags(self) -> list[Line]:
        """Two documents a poll, asked for at most once a request; a sandbox receives both once."""
        polls = min(
            self.traffic.requests,
            self.starts * self.assumed.sandbox_h * 3600 / self.configuration.poll_interval_s,
        )
        guard = self.ticks * self.assumed.guard_reads
        asked = 2 * polls + 4 * self.starts + self.ticks + guard
        received = 2 * self.starts + guard
        return [
            self.line("AppConfig", "requests", asked, "appconfig_request", "requests"),
            self.line("AppConfig", "documents received", received, "appconfig_received", "documents"),
        ]

    def watching(self) -> list[Line]:
        """Traces, logs, and what the guard asks for."""
        assumed, requests = self.assumed, self.traffic.requests
        first = min(requests, self.traffic.hours * 3600)
        written = (
            requests * assumed.request_bytes
            + self.shadow * assumed.shadow_bytes
            + self.prisma * assumed.prisma_bytes
            + self.ticks * assumed.guard_bytes
        )
        traces = first + XRAY_FIXED * (requests - first)
        asked = self.ticks * assumed.guard_metrics
        return [
            self.line("X-Ray", "sampled 1/s + 5 %", traces, "xray_trace", "traces"),
            self.line("CloudWatch Logs", "ingested", written / 1e9, "logs_gb", "GB"),
            self.line("CloudWatch", "metrics asked for by the guard", asked, "get_metric_data", "metrics"),
        ]

    def standing(self) -> list[Line]:
        """What costs by the hour without a single request."""
        return [
            self.monthly("CloudWatch", "custom metrics", CUSTOM_METRICS, "custom_metric_month"),
            self.monthly("CloudWatch", "alarms", ALARM_METRICS, "alarm_metric_month"),
            self.monthly("CloudWatch", "dashboard", 1, "dashboard_month"),
            self.monthly("KMS", "pseudonym key", 1, "kms_key_month"),
        ]

    def database(self) -> list[Line]:
        """The stack's own, where it has one."""
        database = self.configuration.database
        if database is None:
            return []
        kind = self.prices.instances.get(database.instance_class)
        if kind is None:
            known = ", ".join(sorted(self.prices.instances))
            raise OpsError(
                f"No price is known for {database.instance_class}, only for {known}. "
                "Add it to canary/cli/cost/prices.json, with where you read it."
            )
        zones = 2 if database.multi_az else 1
        hours = self.traffic.hours
        vcpus = max(PROXY_VCPUS, kind.vcpus)
        return [
            Line(
                "RDS",
                f"{database.instance_class}, {zones} zone(s)",
                hours * zones,
                "hours",
                kind.price.usd,
                kind.price.verified,
            ),
            self.monthly("RDS", "storage", database.storage_gb * zones, "rds_gb_month"),
            self.line("RDS Proxy", f"{vcpus} vCPU", hours * vcpus, "rds_proxy_vcpu_hour", "vCPU-hours"),
            self.monthly("Secrets Manager", "the database's password", 1, "secret_month"),
            self.line("VPC", "endpoint for migrations, one zone", hours, "interface_endpoint_hour", "hours"),
        ]
