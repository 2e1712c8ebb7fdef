"""`ready`: everything that must be so before users are let in, each with what was looked at. Mends nothing.

The beta sheet's pre-launch checklist has 14 points; 13 of them are answered here, by number. The last, its
automated tests, is `make check`, which cannot be seen from an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from canary.cli.checks import (
    alarms_armed,
    api_answers,
    baselines_deployed,
    concurrency_left,
    database_migrated,
    flags_valid,
    functions_answer,
    guard_watches,
    kill_switch_ready,
    looking_ready,
    monitors_attached,
    people_told,
    releases_armed,
    traces_arrive,
    tracing_active,
)
from canary.cli.checks.finding import Check, Checked, Finding, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from canary.cli.checks.finding import Look

CHECKS: tuple[Check, ...] = (
    *api_answers.CHECKS,
    *database_migrated.CHECKS,
    *functions_answer.CHECKS,
    *baselines_deployed.CHECKS,
    *monitors_attached.CHECKS,
    *flags_valid.CHECKS,
    *kill_switch_ready.CHECKS,
    *alarms_armed.CHECKS,
    *looking_ready.CHECKS,
    *tracing_active.CHECKS,
    *traces_arrive.CHECKS,
    *releases_armed.CHECKS,
    *guard_watches.CHECKS,
    *people_told.CHECKS,
    *concurrency_left.CHECKS,
)
_SIGNS = {State.OK: "ok", State.WARNING: "warn", State.FAILED: "FAIL", State.UNKNOWN: "????"}


@dataclass(frozen=True)
class ReadyReport:
    """All findings, in order."""

    checked: tuple[Checked, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing failed and everything could be looked at; warnings are a person's to weigh."""
        return all(each.finding.state in {State.OK, State.WARNING} for each in self.checked)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"ready": self.ready, "checks": [each.as_dict() for each in self.checked]}

    def lines(self) -> list[str]:
        """The same for a person."""
        shown = []
        for each in self.checked:
            shown.append(f"{_SIGNS[each.finding.state]:<5}{each.check.name}: {each.finding.found}")
            if each.finding.mend:
                shown += [f"     looked at: {each.check.looks_at}", f"     to mend:   {each.finding.mend}"]
        good = sum(each.finding.state is State.OK for each in self.checked)
        outcome = "Ready." if self.ready else "NOT ready."
        return [*shown, "", f"{good}/{len(self.checked)} ok. {outcome}"]


def ready(
    look: Look, checks: Iterable[Check] = CHECKS, tell: Callable[[str], None] = lambda _name: None
) -> ReadyReport:
    """Run every check; one that cannot look says so, and the others go on.

    Args:
        look: What to look at, and with what.
        checks: Which.
        tell: Told the name of each check as it begins.
    """
    found = []
    for check in checks:
        tell(check.name)
        found.append(Checked(check, _run(check, look)))
    return ReadyReport(tuple(found))


def _run(check: Check, look: Look) -> Finding:
    try:
        return check.run(look)
    except (ClientError, BotoCoreError) as error:
        return Finding(
            State.UNKNOWN,
            f"could not look: {error}",
            "Allow the caller this call, or ask whoever may make it.",
        )
    except (KeyError, ValueError, TypeError) as error:
        found = f"what was read is not what it should be: {type(error).__name__}: {error}"
        return Finding(State.UNKNOWN, found, "Look at it yourself; if it is well, this check is at fault.")
