"""What the pack let pass, said after all other rules have spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph import Finding, Outcome, Stack
from pulumi_policy import Severity
from rule import NotApplicableError, Settings, StackRule, well_architected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from ledger import Ledger


def rules(ledger: Ledger, today: Callable[[], date]) -> list[StackRule]:
    """The rule, over the ledger that all others write in. It must come last in the pack."""

    def report(_: Stack, __: Settings) -> Iterable[Outcome]:
        entries = ledger.close(today())
        if not entries:
            raise NotApplicableError("no exceptions, and nothing that is not known yet")
        return [Finding(None, entry) for entry in entries]

    return [
        StackRule(
            name="not-enforced",
            description="What was let pass: exceptions with their reasons, and what only an update knows.",
            why="An exception that nobody sees lives for ever, and an open question looks like an answer.",
            severity=Severity.LOW,
            framework=well_architected("Operational Excellence"),
            remediation="Nothing, for what is not known yet. Mend what has an exception, before it expires.",
            url="https://www.pulumi.com/docs/iac/using-pulumi/crossguard/configuration/",
            check=report,
        )
    ]
