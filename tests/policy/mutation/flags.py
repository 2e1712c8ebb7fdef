"""Mutants of flags, strategies and environments."""

from __future__ import annotations

from tests.policy.mutation.changes import detach, document, drop, gone, literal, option, put, unknown
from tests.policy.mutation.mutant import (
    CANARY,
    FLAGS,
    KILL_DOCUMENT,
    RAMP_DOCUMENT,
    TRIGGERS,
    UNIT,
    Mutant,
    allowing,
)


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    first, bakes, off = (
        "canary-first-step-small",
        "canary-flag-deployment-bakes",
        "canary-flag-off-by-default",
    )
    alone = "canary-flag-baseline-left-alone"
    kill, watched = "kill-switch-unmonitored", "canary-environment-monitored"
    ramp, switch = f"{FLAGS}-ramp", f"{FLAGS}-kill"
    return [
        Mutant(
            off,
            "the canary starts on",
            document(RAMP_DOCUMENT, "values", "prismaAdapter", "enabled", value=True),
        ),
        Mutant(
            off,
            "the shadow starts on",
            document(RAMP_DOCUMENT, "values", "prismaShadow", "enabled", value=True),
        ),
        Mutant(
            off,
            "the kill switch starts on",
            document(KILL_DOCUMENT, "values", "prismaKill", "enabled", value=True),
        ),
        Mutant(
            first,
            "the canary starts with 5 %",
            document(RAMP_DOCUMENT, "values", "prismaAdapter", "percentage", value=5),
        ),
        Mutant(
            first,
            "the canary starts with everybody",
            document(RAMP_DOCUMENT, "values", "prismaAdapter", "percentage", value=100),
        ),
        Mutant(
            first,
            "the shadow starts with half",
            document(RAMP_DOCUMENT, "values", "prismaShadow", "percentage", value=50),
        ),
        Mutant(
            first,
            "the canary has no percentage",
            document(RAMP_DOCUMENT, "values", "prismaAdapter", value={"enabled": False}),
        ),
        Mutant(alone, "each update deploys the ramp's baseline", option(RAMP_DOCUMENT, "ignoreChanges", [])),
        Mutant(alone, "each update turns the kill switch off", option(KILL_DOCUMENT, "ignoreChanges", [])),
        Mutant(
            alone,
            "the ramp's baseline ignores its description only",
            option(RAMP_DOCUMENT, "ignoreChanges", ["description"]),
        ),
        Mutant(bakes, "the ramp bakes no time", put(f"{UNIT}ramp-strategy", "finalBakeTimeInMinutes", 0)),
        Mutant(bakes, "the ramp bakes 9 minutes", put(f"{UNIT}ramp-strategy", "finalBakeTimeInMinutes", 9)),
        Mutant(
            bakes, "the ramp's bake time is unset", drop(f"{UNIT}ramp-strategy", "finalBakeTimeInMinutes")
        ),
        Mutant(
            bakes,
            "the ramp goes out as a kill switch does",
            unknown(f"{FLAGS}-ramp-baseline-deployment", "deploymentStrategyId", f"{UNIT}kill-strategy"),
        ),
        Mutant(
            bakes,
            "the ramp goes out by AppConfig.Linear50PercentEvery30Seconds",
            literal(
                f"{FLAGS}-ramp-baseline-deployment",
                "deploymentStrategyId",
                "AppConfig.Linear50PercentEvery30Seconds",
            ),
        ),
        Mutant(kill, "the kill switch is monitored", unknown(switch, "monitors", CANARY)),
        Mutant(
            kill,
            "the kill switch is monitored by another stack's alarm",
            put(switch, "monitors", [{"alarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:x"}]),
        ),
        Mutant(kill, "the kill switch bakes", put(f"{UNIT}kill-strategy", "finalBakeTimeInMinutes", 10)),
        Mutant(
            kill,
            "the kill switch goes out over 5 minutes",
            put(f"{UNIT}kill-strategy", "deploymentDurationInMinutes", 5),
        ),
        Mutant(
            kill,
            "the kill switch goes out by AppConfig.AllAtOnce",
            literal(f"{FLAGS}-kill-baseline-deployment", "deploymentStrategyId", "AppConfig.AllAtOnce"),
        ),
        Mutant(
            kill,
            "the kill switch is deployed to the ramp",
            unknown(f"{FLAGS}-kill-baseline-deployment", "environmentId", ramp),
        ),
        Mutant(watched, "the ramp has no monitors", drop(ramp, "monitors")),
        Mutant(watched, "the ramp's monitors are an empty list", literal(ramp, "monitors", [])),
        Mutant(watched, "a monitor has no role", drop(ramp, "monitors.0.alarmRoleArn")),
        Mutant(watched, "the monitors' role may do nothing", gone(f"{FLAGS}-monitor-policy")),
        Mutant(
            watched,
            "the monitors' role may read something else",
            literal(f"{FLAGS}-monitor-policy", "policy", allowing("s3:GetObject")),
        ),
        Mutant(
            watched,
            "the monitors' permission is another role's",
            detach(
                f"{FLAGS}-monitor-policy", "role", f"{FLAGS}-monitor-role", instead=f"{TRIGGERS}-clock-role"
            ),
        ),
        Mutant(
            watched,
            "the monitors' role may do what nobody can tell",
            unknown(f"{FLAGS}-monitor-policy", "policy", f"{UNIT}topic"),
        ),
    ]
