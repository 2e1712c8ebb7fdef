"""Single changes to a healthy stack: what is changed, and the rule that must stop it."""

from tests.policy.mutation import (
    access,
    alarms,
    callers,
    chain,
    database,
    flags,
    functions,
    guard,
    paging,
    releases,
    views,
)

MUTANTS = [
    *functions.mutants(),
    *callers.mutants(),
    *flags.mutants(),
    *releases.mutants(),
    *alarms.mutants(),
    *chain.mutants(),
    *guard.mutants(),
    *paging.mutants(),
    *views.mutants(),
    *access.mutants(),
    *database.mutants(),
]
"""Every mutant, in the order of the rules."""
