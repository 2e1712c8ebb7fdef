"""All rules of the pack, in the order in which reports list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enforced import Enforcement
from ledger import Ledger
from pulumi_policy import EnforcementLevel
from rules import dashboards, databases, summary, tags
from rules.access import entry, identity, permissions
from rules.flags import environments, flags
from rules.functions import logs, plaintext, runtimes, tracing
from rules.rollback import alarms, aliases, chain, guard, invocation, paging, releases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pulumi_policy import Policy
    from rule import Rule

ADVISORY = frozenset({"not-enforced"})
"""Rules that only report, unless a configuration says otherwise; all others stop an update."""


def catalogue(ledger: Ledger, today: Callable[[], date]) -> list[Rule]:
    """Return every rule of the pack. The rule that closes the ledger comes last."""
    return [
        *tracing.RULES,
        *aliases.RULES,
        *runtimes.rules(today),
        *logs.RULES,
        *plaintext.RULES,
        *invocation.RULES,
        *flags.RULES,
        *environments.RULES,
        *releases.RULES,
        *alarms.RULES,
        *chain.RULES,
        *guard.RULES,
        *paging.RULES,
        *dashboards.RULES,
        *permissions.RULES,
        *databases.RULES,
        *entry.RULES,
        *identity.RULES,
        *tags.RULES,
        *summary.rules(ledger, today),
    ]


def policies(today: Callable[[], date]) -> list[Policy]:
    """Turn the rules into policies of the SDK, which share one new ledger."""
    ledger = Ledger()
    enforcement = Enforcement(ledger, today)
    return [
        enforcement.policy(rule, EnforcementLevel.ADVISORY)
        if rule.name in ADVISORY
        else enforcement.policy(rule)
        for rule in catalogue(ledger, today)
    ]
