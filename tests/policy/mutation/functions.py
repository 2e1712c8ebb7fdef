"""Mutants of functions, their logs and aliases."""

from __future__ import annotations

from tests.policy.mutation.changes import drop, gone, literal, option, put
from tests.policy.mutation.mutant import FUNCTIONS, GUARD, MOCK, PRISMA, Mutant


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    found = []
    for name in FUNCTIONS:
        function = f"{name}-function"
        found += [
            Mutant(
                "lambda-tracing-active",
                f"{name} traces PassThrough",
                put(function, "tracingConfig.mode", "PassThrough"),
            ),
            Mutant("lambda-tracing-active", f"{name} has no tracing", drop(function, "tracingConfig")),
            Mutant(
                "lambda-supported-runtime",
                f"{name} runs on nodejs18.x",
                put(function, "runtime", "nodejs18.x"),
            ),
            Mutant(
                "lambda-no-plaintext-secret",
                f"{name} is told a password",
                put(function, "environment.variables.DATABASE_PASSWORD", "hunter2"),
            ),
            Mutant("lambda-log-retention", f"{name} logs for ever", drop(f"{name}-log", "retentionInDays")),
            Mutant(
                "lambda-log-retention", f"{name} logs for 3 days", put(f"{name}-log", "retentionInDays", 3)
            ),
            Mutant("lambda-log-retention", f"{name} has no log group", gone(f"{name}-log")),
            Mutant(
                "lambda-served-through-alias",
                f"{name} publishes no versions",
                put(function, "publish", value=False),
            ),
            Mutant(
                "lambda-served-through-alias",
                f"{name}'s alias is $LATEST",
                literal(f"{name}-alias", "functionVersion", "$LATEST"),
            ),
            Mutant(
                "lambda-alias-left-to-codedeploy",
                f"{name}'s alias is moved by Pulumi",
                option(f"{name}-alias", "ignoreChanges", []),
            ),
            Mutant("required-tags", f"{name} has no owner", drop(function, "tagsAll.Owner")),
        ]
    return [
        *found,
        Mutant(
            "lambda-supported-runtime",
            "the guard runs on python3.8",
            put(f"{GUARD}-function", "runtime", "python3.8"),
        ),
        Mutant(
            "lambda-no-plaintext-secret",
            "mock-read is told an access key",
            put(f"{MOCK}-function", "environment.variables.NOTE", "AKIAIOSFODNN7EXAMPLE"),
        ),
        Mutant(
            "lambda-no-plaintext-secret",
            "prisma-read is told an address with a password",
            put(f"{PRISMA}-function", "environment.variables.DATABASE_HOST", "postgres://app:hunter2@db/app"),
        ),
        Mutant(
            "lambda-no-plaintext-secret",
            "mock-read is told a token",
            put(f"{MOCK}-function", "environment.variables.API_TOKEN", "abc123"),
        ),
        Mutant(
            "lambda-alias-left-to-codedeploy",
            "routing of the alias is moved",
            option(f"{MOCK}-alias", "ignoreChanges", ["functionVersion"]),
        ),
        Mutant(
            "lambda-alias-left-to-codedeploy",
            "the alias has a description",
            put(f"{MOCK}-alias", "description", "now v2"),
        ),
    ]
