"""Mutants of CodeDeploy."""

from __future__ import annotations

from tests.policy.mutation.changes import detach, drop, gone, literal, put
from tests.policy.mutation.mutant import RELEASE, TRIGGERS, Mutant


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    group, rule = f"{RELEASE}-group", "canary-codedeploy-rolls-back-on-alarm"
    shift, gradual = f"{RELEASE}-shift", "canary-shift-gradual"
    return [
        Mutant(rule, "alarms are off", put(group, "alarmConfiguration.enabled", value=False)),
        Mutant(rule, "alarms are unset", drop(group, "alarmConfiguration.enabled")),
        Mutant(
            rule,
            "poll failures are ignored",
            put(group, "alarmConfiguration.ignorePollAlarmFailure", value=True),
        ),
        Mutant(rule, "there are no alarms", put(group, "alarmConfiguration.alarms", [])),
        Mutant(rule, "nothing is rolled back", put(group, "autoRollbackConfiguration.enabled", value=False)),
        Mutant(rule, "there is no rollback configuration", drop(group, "autoRollbackConfiguration")),
        Mutant(
            rule,
            "alarms only stop a release",
            put(group, "autoRollbackConfiguration.events", ["DEPLOYMENT_FAILURE"]),
        ),
        Mutant(rule, "a person's stop does not roll back", drop(group, "autoRollbackConfiguration.events.2")),
        Mutant(
            gradual,
            "a release goes out at once",
            literal(group, "deploymentConfigName", "CodeDeployDefault.LambdaAllAtOnce"),
        ),
        Mutant(
            rule,
            "CodeDeploy may read no alarm",
            gone(f"{RELEASE}-alarms-policy"),
        ),
        Mutant(
            rule,
            "CodeDeploy's permission to read alarms is another role's",
            detach(f"{RELEASE}-alarms-policy", "role", f"{RELEASE}-role", instead=f"{TRIGGERS}-clock-role"),
        ),
        Mutant(gradual, "a release goes out by default", drop(group, "deploymentConfigName")),
        Mutant(gradual, "a step is 50 %", put(shift, "trafficRoutingConfig.timeBasedLinear.percentage", 50)),
        Mutant(
            gradual,
            "a step is everything",
            put(shift, "trafficRoutingConfig.timeBasedLinear.percentage", 100),
        ),
        Mutant(
            gradual, "steps follow at once", put(shift, "trafficRoutingConfig.timeBasedLinear.interval", 0)
        ),
        Mutant(gradual, "the shift has no steps", drop(shift, "trafficRoutingConfig")),
    ]
