"""Mutants of the guard."""

from __future__ import annotations

import json

from tests.policy.mutation.changes import detach, drop, gone, literal, put, unknown
from tests.policy.mutation.mutant import GUARD, MOCK, PRISMA, SCHEDULE, UNIT, Mutant, allowing


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    rule, function, policy = "guard-can-act", f"{GUARD}-function", f"{GUARD}-policy"
    return [
        Mutant(
            rule, "the guard is not told the application", detach(function, "environment", f"{UNIT}flags")
        ),
        Mutant(
            rule,
            "the guard is not told the kill environment",
            drop(function, "environment.variables.KILL_ENVIRONMENT"),
        ),
        Mutant(
            rule,
            "the guard is told another environment",
            put(function, "environment.variables.KILL_ENVIRONMENT", "off"),
        ),
        Mutant(rule, "the guard may do nothing", gone(policy)),
        Mutant(
            rule,
            "the guard's permissions are another role's",
            detach(policy, "role", f"{GUARD}-role", instead=f"{MOCK}-role"),
        ),
        Mutant(rule, "the guard may do nothing to the flags", unknown(policy, "policy", f"{UNIT}topic")),
        Mutant(
            rule, "the guard may only stop", literal(policy, "policy", allowing("appconfig:StopDeployment"))
        ),
        Mutant(
            rule,
            "the guard may not move the alias",
            literal(
                policy,
                "policy",
                json.dumps(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Resource": "arn:aws:appconfig:::x",
                                "Action": [
                                    "appconfig:StartDeployment",
                                    "appconfig:StopDeployment",
                                    "codedeploy:StopDeployment",
                                ],
                            }
                        ]
                    }
                ),
            ),
        ),
        Mutant(rule, "the guard may not run", put(function, "reservedConcurrentExecutions", 0)),
        Mutant(rule, "no clock wakes the guard", gone(SCHEDULE)),
        Mutant(rule, "the clock may not wake the guard", gone(f"{SCHEDULE}-policy")),
        Mutant(
            rule,
            "the clock may wake somebody else",
            detach(f"{SCHEDULE}-policy", "policy", f"{GUARD}-alias", instead=f"{PRISMA}-alias"),
        ),
        Mutant(rule, "the clock is off", put(SCHEDULE, "state", "DISABLED")),
        Mutant(rule, "the clock strikes every hour", put(SCHEDULE, "scheduleExpression", "rate(1 hour)")),
        Mutant(
            rule, "the clock strikes every 5 minutes", put(SCHEDULE, "scheduleExpression", "rate(5 minutes)")
        ),
        Mutant(
            rule,
            "the clock wakes somebody else",
            detach(SCHEDULE, "target", f"{GUARD}-alias", instead=f"{PRISMA}-alias"),
        ),
    ]
