"""What each rule says about one change to a small healthy stack whose values are all known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.policy.mutation.changes import document, drop, gone, literal, option, put, unknown

if TYPE_CHECKING:
    from tests.policy.mutation.changes import Change

FAILS, PASSES, OPEN = "fails", "passes", "open"


@dataclass(frozen=True)
class Case:
    """A change, and what the rule makes of it.

    Attributes:
        expects: ``fails`` stops an update, ``passes`` says nothing, ``open`` waits for the update.
        says: Part of the message, or the property that is not known yet.
    """

    rule: str
    expects: str
    change: Change
    says: str = ""

    def __str__(self) -> str:
        return f"{self.rule}-{self.expects}-{self.says}"[:90]


def cases(rule: str, *given: tuple[str, Change, str]) -> list[Case]:
    """Build the cases of one rule."""
    return [Case(rule, expects, change, says) for expects, change, says in given]


def allowing(action: str, on: str = "*", **more: object) -> str:
    """Build a policy document with one statement."""
    return json.dumps({"Statement": {"Effect": "Allow", "Action": action, "Resource": on, **more}})


READER = "arn:aws:lambda:us-east-1:123456789012:function:reader"

CASES = [
    *cases(
        "lambda-tracing-active",
        (FAILS, put("reader", "tracingConfig.mode", "PassThrough"), "not 'PassThrough'. Set tracing_config"),
        (FAILS, drop("reader", "tracingConfig"), "Function 'reader' must have tracingConfig.mode 'Active'"),
        (OPEN, unknown("reader", "tracingConfig"), "reader (tracingConfig.mode)"),
    ),
    *cases(
        "lambda-served-through-alias",
        (
            FAILS,
            unknown("integration", "integrationUri", "reader"),
            "call function 'reader' through an alias",
        ),
        (FAILS, literal("integration", "integrationUri", f"{READER}/invocations"), "call a function through"),
        (FAILS, drop("api-may-invoke", "qualifier"), "be for an alias of function 'reader', not for"),
        (
            FAILS,
            literal("reader-role-policy", "policy", allowing("lambda:InvokeFunction", READER)),
            "invoke an alias",
        ),
        (FAILS, put("reader", "publish", value=False), "Function 'reader' must publish versions"),
        (PASSES, literal("integration", "integrationUri", f"{READER}:live/invocations"), ""),
        (PASSES, unknown("integration", "integrationUri", "reader", "reader-live"), ""),
        (PASSES, literal("integration", "integrationUri", "https://example.com"), ""),
        (PASSES, literal("api-may-invoke", "qualifier", "live"), ""),
        (OPEN, unknown("api-may-invoke", "qualifier"), "api-may-invoke (qualifier)"),
    ),
    *cases(
        "lambda-alias-left-to-codedeploy",
        (
            FAILS,
            option("reader-live", "ignoreChanges", ["functionVersion"]),
            "ignore changes of routingConfig",
        ),
        (FAILS, put("guard-live", "description", "v2"), "Alias 'guard-live' must have no description"),
        (PASSES, option("reader-live", "ignoreChanges", ["function_version", "routing_config"]), ""),
        (PASSES, unknown("reader-live", "functionVersion", "reader"), ""),
    ),
    *cases(
        "lambda-supported-runtime",
        (
            FAILS,
            put("reader", "runtime", "python3.9"),
            "not 'python3.9', which this pack knows no support for",
        ),
        (FAILS, put("reader", "runtime", "ruby2.7"), "Choose one of"),
        (PASSES, put("reader", "packageType", "Image"), ""),
        (OPEN, unknown("reader", "runtime"), "reader (runtime)"),
    ),
    *cases(
        "lambda-log-retention",
        (FAILS, drop("reader-log", "retentionInDays"), "14 to 400 days, not for ever"),
        (FAILS, put("reader-log", "retentionInDays", 3), "not 3 days"),
        (FAILS, put("reader-log", "retentionInDays", 3653), "not 3653 days"),
        (FAILS, gone("reader-log"), "Function 'reader' must write to a log group of this stack"),
        (PASSES, drop("reader", "loggingConfig"), ""),
        (OPEN, unknown("reader-log", "retentionInDays"), "reader-log (retentionInDays)"),
    ),
    *cases(
        "lambda-no-plaintext-secret",
        (FAILS, put("reader", "environment.variables.DB_PASSWORD", "x"), "variable DB_PASSWORD. Put it into"),
        (FAILS, put("reader", "environment.variables.X", "mysql://u:p@h/d"), "not hold a secret in"),
        (FAILS, put("reader", "environment.variables.X", "-----BEGIN RSA PRIVATE KEY-----"), "variable X"),
        (PASSES, put("reader", "environment.variables.DB_SECRET", "arn:aws:secretsmanager:x"), ""),
        (PASSES, put("reader", "environment.variables.TOKEN", "/app/token"), ""),
        (OPEN, unknown("reader", "environment"), "reader (environment.variables)"),
    ),
    *cases(
        "lambda-async-bounded",
        (FAILS, gone("guard-once"), "Function 'guard' must bound its asynchronous invocations"),
        (FAILS, drop("guard-once", "maximumEventAgeInSeconds"), "at most 3600 seconds, not unset"),
        (FAILS, drop("clock", "target.retryPolicy"), "Schedule 'clock' must have target.retryPolicy"),
        (FAILS, drop("guard-once", "qualifier"), "the alias is invoked so"),
        (PASSES, put("guard-once", "maximumRetryAttempts", 1), ""),
        (OPEN, unknown("guard-once", "maximumRetryAttempts"), "guard-once (maximumRetryAttempts)"),
    ),
    *cases(
        "canary-flag-off-by-default",
        (FAILS, document("ramp-baseline", "values", "ramp", "enabled", value=True), "have flag ramp off"),
        (
            FAILS,
            document("ramp-baseline", "values", "ramp", value={"_variants": [{"enabled": True}]}),
            "have flag ramp off",
        ),
        (PASSES, literal("ramp-baseline", "content", "name: yaml"), ""),
        (PASSES, literal("ramp-baseline", "content", '{"enabled": true}'), ""),
        (OPEN, unknown("ramp-baseline", "content"), "ramp-baseline (content)"),
    ),
    *cases(
        "canary-first-step-small",
        (
            FAILS,
            document("ramp-baseline", "values", "ramp", "percentage", value=2),
            "at most 1 % of the users",
        ),
        (
            FAILS,
            document(
                "ramp-baseline", "values", "ramp", value={"_variants": [{"rule": "(split pct::20 by::$id)"}]}
            ),
            "not 20 %",
        ),
        (FAILS, document("ramp-baseline", "values", "ramp", value={}), "which has no percentage"),
        (
            PASSES,
            document(
                "ramp-baseline", "values", "ramp", value={"_variants": [{"rule": "(split pct::1 by::$id)"}]}
            ),
            "",
        ),
        (OPEN, unknown("ramp-baseline", "content"), "ramp-baseline (content)"),
    ),
    *cases(
        "canary-flag-deployment-bakes",
        (FAILS, put("ramp-strategy", "finalBakeTimeInMinutes", 5), "bake at least 10 minutes under its"),
        (
            FAILS,
            literal("ramp-deployment", "deploymentStrategyId", "AppConfig.Linear50PercentEvery30Seconds"),
            "not 1 (strategy AppConfig.Linear50PercentEvery30Seconds)",
        ),
        (PASSES, literal("ramp-deployment", "deploymentStrategyId", "AppConfig.AllAtOnce"), ""),
        (OPEN, unknown("ramp-deployment", "deploymentStrategyId"), "ramp-deployment (deploymentStrategyId)"),
        (OPEN, unknown("ramp-strategy", "finalBakeTimeInMinutes"), "ramp-deployment (deploymentStrategyId)"),
    ),
    *cases(
        "canary-flag-baseline-left-alone",
        (
            FAILS,
            option("ramp-baseline", "ignoreChanges", []),
            "'ramp-baseline' must ignore changes of content",
        ),
        (FAILS, option("kill-baseline", "ignoreChanges", ["description"]), "so each update would replace it"),
        (PASSES, literal("ramp-baseline", "content", "name: yaml"), ""),
        (PASSES, unknown("ramp-baseline", "content"), ""),
    ),
    *cases(
        "kill-switch-unmonitored",
        (FAILS, unknown("kill-environment", "monitors", "canary-errors"), "'kill-environment' must have no"),
        (FAILS, put("kill-strategy", "finalBakeTimeInMinutes", 1), "go out at once and not bake"),
        (FAILS, unknown("kill-deployment", "environmentId", "ramp-environment"), "environment of its own"),
        (OPEN, unknown("kill-strategy", "growthFactor"), "kill-deployment (deploymentStrategyId)"),
        (OPEN, unknown("kill-environment", "monitors"), "kill-environment (monitors)"),
    ),
    *cases(
        "canary-environment-monitored",
        (FAILS, drop("ramp-environment", "monitors"), "'ramp-environment' must have monitors"),
        (FAILS, drop("ramp-environment", "monitors.0.alarmRoleArn"), "give every monitor a role"),
        (
            FAILS,
            literal("monitor-role-policy", "policy", allowing("s3:GetObject")),
            "allowed to read the alarms",
        ),
        (PASSES, unknown("monitor-role-policy", "policy", "canary-errors"), ""),
        (FAILS, unknown("monitor-role-policy", "policy", "people"), "allowed to read the alarms"),
        (OPEN, unknown("ramp-environment", "monitors"), "ramp-environment (monitors)"),
    ),
]
"""Cases of the rules about functions and flags; the others are in `more_cases`."""
