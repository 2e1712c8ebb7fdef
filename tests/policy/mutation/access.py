"""Mutants of permissions, routes and tags."""

from __future__ import annotations

import json

from tests.policy.mutation.changes import document, drop, literal, put
from tests.policy.mutation.mutant import (
    CANARY,
    DATABASE,
    ENTRY,
    FLAGS,
    FUNCTIONS,
    GUARD,
    MOCK,
    RELEASE,
    TRIGGERS,
    UNIT,
    WIDE,
    Mutant,
    allowing,
)


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    wild, passing, entry = "iam-no-wildcard", "iam-pass-role-scoped", "entry-authorised"
    trust = json.dumps({"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]})
    found = [
        Mutant(
            wild, f"{name.removeprefix(UNIT)} may do everything", literal(f"{name}-policy", "policy", WIDE)
        )
        for name in (*FUNCTIONS, RELEASE, f"{FLAGS}-monitor", f"{TRIGGERS}-clock", "huntaze-database-proxy")
    ]
    return [
        *found,
        Mutant(
            wild,
            "mock-read may do everything to flags",
            literal(f"{MOCK}-policy", "policy", allowing("appconfig:*")),
        ),
        Mutant(
            wild,
            "mock-read may invoke anything",
            literal(f"{MOCK}-policy", "policy", allowing("lambda:InvokeFunction", "*")),
        ),
        Mutant(
            wild,
            "the guard may do all but one thing",
            literal(
                f"{GUARD}-policy",
                "policy",
                json.dumps(
                    {"Statement": [{"Effect": "Allow", "NotAction": "iam:CreateUser", "Resource": "*"}]}
                ),
            ),
        ),
        Mutant(wild, "anybody may be the guard", put(f"{GUARD}-role", "assumeRolePolicy", trust)),
        Mutant(
            wild,
            "anybody may use the key",
            document(f"{UNIT}pseudonym-key", "Statement", 0, "Principal", value="*", inside="policy"),
        ),
        Mutant(
            wild,
            "the account may do everything with the key",
            document(f"{UNIT}pseudonym-key", "Statement", 0, "Action", value="kms:*", inside="policy"),
        ),
        Mutant(
            wild,
            "anybody may speak on the topic",
            literal(
                f"{UNIT}people-policy",
                "policy",
                json.dumps(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": "sns:Publish",
                                "Principal": {"AWS": "*"},
                                "Resource": "x",
                            }
                        ]
                    }
                ),
            ),
        ),
        Mutant(
            passing,
            "the clock's role may pass any role",
            literal(f"{TRIGGERS}-clock-policy", "policy", allowing("iam:PassRole", "*")),
        ),
        Mutant(
            passing,
            "the guard may pass a role to anybody",
            literal(
                f"{GUARD}-policy", "policy", allowing("iam:PassRole", "arn:aws:iam::123456789012:role/x")
            ),
        ),
        Mutant(entry, "reading needs no token", put(f"{ENTRY}-route-0", "authorizationType", "NONE")),
        Mutant(entry, "asking needs no token", put(f"{ENTRY}-route-1", "authorizationType", "NONE")),
        Mutant(entry, "the default needs no token", drop(f"{ENTRY}-route-3", "authorizationType")),
        Mutant(entry, "a route's authorizer is gone", drop(f"{ENTRY}-route-0", "authorizerId")),
        Mutant(entry, "the open route is another", put(f"{ENTRY}-route-2", "routeKey", "GET /creators")),
        Mutant(
            "users-named-by-authorizer",
            "mock-read believes a header beside an authorizer",
            put(f"{MOCK}-function", "environment.variables.USER_NAMED_BY", "header"),
        ),
        Mutant(
            "users-named-by-authorizer",
            "mock-read is told nothing that says who names users",
            put(f"{MOCK}-function", "environment.variables.USER_NAMED_BY", ""),
        ),
        Mutant("required-tags", "the topic has no project", drop(f"{UNIT}topic", "tagsAll.Project")),
        Mutant("required-tags", "the database has no tags", drop(DATABASE, "tagsAll")),
        Mutant("required-tags", "an alarm's owner is empty", put(CANARY, "tagsAll.Owner", "")),
    ]
