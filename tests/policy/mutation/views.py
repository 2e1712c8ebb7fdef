"""Mutants of the dashboard."""

from __future__ import annotations

from tests.policy.mutation.changes import edit, gone, put
from tests.policy.mutation.mutant import UNIT, Mutant


def mutants() -> list[Mutant]:
    """Return single changes, each with the rule that must stop it."""
    rule, board = "dashboard-shows-canary", f"{UNIT}dashboard"
    return [
        Mutant(rule, "there is no dashboard", gone(board)),
        Mutant(rule, "the dashboard is empty", put(board, "dashboardBody", '{"widgets": []}')),
        Mutant(rule, "the dashboard shows no canary", edit(board, "dashboardBody", '"prisma"', '"mock"')),
        Mutant(
            rule,
            "the dashboard shows no latency",
            edit(board, "dashboardBody", '"Duration"', '"Invocations"'),
        ),
        Mutant(
            rule,
            "the dashboard shows another function",
            edit(board, "dashboardBody", "huntaze-mock-read", "somebody-else"),
        ),
        Mutant(rule, "the limit is not drawn", edit(board, "dashboardBody", '"annotations"', '"notes"')),
    ]
