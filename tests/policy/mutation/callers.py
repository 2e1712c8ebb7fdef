"""Mutants of who calls functions, and how often."""

from __future__ import annotations

from tests.policy.mutation.changes import detach, drop, gone, literal, put, unknown
from tests.policy.mutation.mutant import (
    CANARY,
    ENTRY,
    GUARD,
    MOCK,
    SCHEDULE,
    TRIGGERS,
    UNIT,
    Mutant,
    allowing,
)


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    permission, mend = f"{ENTRY}-may-invoke", "lambda-served-through-alias"
    return [
        Mutant(
            mend,
            "the API calls the function itself",
            unknown(f"{ENTRY}-integration", "integrationUri", f"{MOCK}-function"),
        ),
        Mutant(
            mend,
            "the API calls an ARN without a qualifier",
            literal(
                f"{ENTRY}-integration",
                "integrationUri",
                "arn:aws:lambda:us-east-1:123456789012:function:huntaze-mock-read",
            ),
        ),
        Mutant(
            mend,
            "the API calls $LATEST",
            literal(
                f"{ENTRY}-integration",
                "integrationUri",
                "arn:aws:lambda:us-east-1:123456789012:function:huntaze-mock-read:$LATEST",
            ),
        ),
        Mutant(mend, "the API may invoke the function itself", drop(permission, "qualifier")),
        Mutant(mend, "the API may invoke $LATEST", literal(permission, "qualifier", "$LATEST")),
        Mutant(mend, "alarms may invoke the guard itself", drop(f"{TRIGGERS}-alarm-0", "qualifier")),
        Mutant(
            mend,
            "the clock wakes the guard itself",
            detach(SCHEDULE, "target", f"{GUARD}-alias", instead=f"{GUARD}-function"),
        ),
        Mutant(
            mend,
            "the topic tells the guard itself",
            unknown(f"{UNIT}people-guard", "endpoint", f"{GUARD}-function"),
        ),
        Mutant(
            mend,
            "an alarm acts on the guard itself",
            detach(CANARY, "alarmActions", f"{GUARD}-alias", instead=f"{GUARD}-function"),
        ),
        Mutant(
            mend,
            "a role may invoke the function itself",
            literal(
                f"{MOCK}-policy",
                "policy",
                allowing(
                    "lambda:InvokeFunction",
                    "arn:aws:lambda:us-east-1:123456789012:function:huntaze-prisma-read",
                ),
            ),
        ),
        Mutant("lambda-async-bounded", "the guard's retries are AWS's", gone(f"{TRIGGERS}-no-retries")),
        Mutant(
            "lambda-async-bounded",
            "the guard is retried twice",
            put(f"{TRIGGERS}-no-retries", "maximumRetryAttempts", 2),
        ),
        Mutant(
            "lambda-async-bounded",
            "the guard's retries are unset",
            drop(f"{TRIGGERS}-no-retries", "maximumRetryAttempts"),
        ),
        Mutant(
            "lambda-async-bounded",
            "the guard's events live for 6 hours",
            put(f"{TRIGGERS}-no-retries", "maximumEventAgeInSeconds", 21600),
        ),
        Mutant(
            "lambda-async-bounded",
            "retries are bounded for $LATEST only",
            drop(f"{TRIGGERS}-no-retries", "qualifier"),
        ),
        Mutant("lambda-async-bounded", "the clock retries 185 times", drop(SCHEDULE, "target.retryPolicy")),
        Mutant(
            "lambda-async-bounded",
            "the clock's ticks live for a day",
            put(SCHEDULE, "target.retryPolicy.maximumEventAgeInSeconds", 86400),
        ),
    ]
