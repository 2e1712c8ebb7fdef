"""Mutants of the alarms that roll back."""

from __future__ import annotations

from tests.policy.mutation.changes import detach, drop, put
from tests.policy.mutation.mutant import CANARY, FLAGS, OVERALL, P95, ROLLBACK_ALARMS, UNIT, Mutant


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    rule, found = "rollback-alarm-sensitive", []
    for alarm in ROLLBACK_ALARMS:
        name = alarm.removeprefix(UNIT)
        found += [
            Mutant(rule, f"{name} has its actions off", put(alarm, "actionsEnabled", value=False)),
            Mutant(rule, f"{name} takes silence for failure", put(alarm, "treatMissingData", "breaching")),
            Mutant(rule, f"{name} leaves silence open", drop(alarm, "treatMissingData")),
            Mutant(rule, f"{name} looks at 15 minutes", put(alarm, "evaluationPeriods", 3)),
            Mutant(rule, f"{name} looks at an hour", put(alarm, "metricQueries.0.metric.period", 3600)),
            Mutant(
                rule, f"{name} fires when all is well", put(alarm, "comparisonOperator", "LessThanThreshold")
            ),
            Mutant(rule, f"{name} fires ten times later", put(alarm, "threshold", 1300)),
        ]
    return [
        *found,
        Mutant(rule, "the canary may fail at 3 %", put(CANARY, "threshold", 3)),
        Mutant(rule, "all may fail at 5 %", put(OVERALL, "threshold", 5)),
        Mutant(
            rule, "the canary's alarm has no floor", put(CANARY, "metricQueries.2.expression", "100 * e / n")
        ),
        Mutant(
            rule,
            "the overall alarm has no floor",
            put(OVERALL, "metricQueries.4.expression", "100 * (e + x) / n"),
        ),
        Mutant(rule, "the P95 alarm has no floor", put(P95, "metricQueries.3.expression", "100 * c / m")),
        Mutant(
            rule,
            "the canary's errors are everybody's",
            drop(CANARY, "metricQueries.0.metric.dimensions.Path"),
        ),
        Mutant(
            rule,
            "the canary's requests are everybody's",
            drop(CANARY, "metricQueries.1.metric.dimensions.Path"),
        ),
        Mutant(
            rule, "no monitor looks at the canary's own errors", detach(f"{FLAGS}-ramp", "monitors", CANARY)
        ),
    ]
