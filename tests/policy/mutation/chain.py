"""Mutants of the links of the rollback chain."""

from __future__ import annotations

from tests.policy.mutation.changes import Change, detach, drop, gone, literal, put, unknown
from tests.policy.mutation.mutant import (
    FLAGS,
    GUARD,
    MOCK,
    P95,
    PRISMA,
    RELEASE,
    ROLLBACK_ALARMS,
    TRIGGERS,
    UNIT,
    Mutant,
)


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    rule, found = "rollback-chain-complete", []
    for index, alarm in enumerate(ROLLBACK_ALARMS):
        name = alarm.removeprefix(UNIT)
        found += [
            Mutant(rule, f"{name} acts on no guard", detach(alarm, "alarmActions", f"{GUARD}-alias")),
            Mutant(rule, f"{name} tells nobody", detach(alarm, "alarmActions", f"{UNIT}topic")),
            Mutant(rule, f"{name} may not invoke the guard", gone(f"{TRIGGERS}-alarm-{index}")),
            Mutant(rule, f"{name} may invoke another function", _other_function(index)),
            Mutant(rule, f"{name} has no actions", drop(alarm, "alarmActions")),
        ]
    return [
        *found,
        Mutant(rule, "another alarm may invoke the guard", unknown(f"{TRIGGERS}-alarm-0", "sourceArn", P95)),
        Mutant(
            rule,
            "another service may invoke the guard",
            put(f"{TRIGGERS}-alarm-1", "principal", "events.amazonaws.com"),
        ),
        Mutant(rule, "the topic may not invoke the guard", gone(f"{UNIT}people-may-invoke-guard")),
        Mutant(
            rule,
            "another topic may invoke the guard",
            unknown(f"{UNIT}people-may-invoke-guard", "sourceArn", ROLLBACK_ALARMS[0]),
        ),
        Mutant(
            rule,
            "every account's topics may invoke the guard",
            drop(f"{UNIT}people-may-invoke-guard", "sourceArn"),
        ),
        Mutant(rule, "no group releases what users reach", gone(f"{RELEASE}-group")),
        Mutant(
            rule,
            "the group may move another function",
            unknown(f"{RELEASE}-policy", "policy", f"{PRISMA}-function"),
        ),
        Mutant(rule, "the group names no alarms", drop(f"{RELEASE}-group", "alarmConfiguration")),
        Mutant(rule, "the flags are not deployed", gone(f"{FLAGS}-ramp-baseline-deployment")),
        Mutant(
            rule,
            "the flags are deployed nowhere known",
            literal(f"{FLAGS}-ramp-baseline-deployment", "environmentId", "abc1234"),
        ),
        Mutant(rule, "the kill switch is not deployed", gone(f"{FLAGS}-kill-baseline-deployment")),
        Mutant(rule, "there is no kill environment", gone(f"{FLAGS}-kill")),
        Mutant(
            rule,
            "the kill switch is in another application",
            literal(f"{FLAGS}-kill", "applicationId", "abc1234"),
        ),
        Mutant(
            rule,
            "mock-read does not read the kill switch",
            detach(f"{MOCK}-function", "environment", f"{FLAGS}-kill"),
        ),
    ]


def _other_function(index: int) -> Change:
    permission = f"{TRIGGERS}-alarm-{index}"
    moves = (
        detach(permission, "function", f"{GUARD}-function", instead=f"{PRISMA}-function"),
        detach(permission, "qualifier", f"{GUARD}-alias", instead=f"{PRISMA}-alias"),
    )

    def change(resources: list[dict[str, object]]) -> None:
        for move in moves:
            move(resources)

    return change
