"""Mutants of the alarms that notify people."""

from __future__ import annotations

from tests.policy.mutation.changes import detach, drop, put
from tests.policy.mutation.mutant import ROLLBACK_ALARMS, UNIT, Mutant

SILENT, UNJUDGED, LOSS = (
    f"{UNIT}alarms-{name}" for name in ("guardSilent", "guardCannotJudge", "shadowLoss")
)


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    rule, found = "alarm-told-both-ways", []
    for alarm in (*ROLLBACK_ALARMS, SILENT, UNJUDGED, LOSS):
        name = alarm.removeprefix(UNIT)
        found += [
            Mutant(rule, f"{name} tells nobody of its end", drop(alarm, "okActions")),
            Mutant(rule, f"{name} tells somebody else", detach(alarm, "okActions", f"{UNIT}topic")),
        ]
    return [
        *found,
        Mutant(rule, "a new stack's guard is silent at once", drop(SILENT, "warmUpConfiguration")),
        *(
            Mutant(
                rule,
                f"{alarm.removeprefix(UNIT)} warms up while users meet the fault",
                put(alarm, "warmUpConfiguration", {"warmUpPeriodDurationInMinutes": 30}),
            )
            for alarm in ROLLBACK_ALARMS
        ),
    ]
