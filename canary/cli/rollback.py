"""`rollback`: the guard's own act, with the operator's credentials, followed to its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from canary.cli.operating import heard, quiet, waiting, who, world
from canary.stored import encodable
from canary.unit.act.act import Report, Trigger, act

if TYPE_CHECKING:
    from collections.abc import Callable

    from canary.cli.clients import Clients
    from canary.cli.target import Target

WAIT_S = 1200.0
"""For the alarms to be OK again, behind which the ramp flag waits; the kill switch never does."""
ROUND_S = 20.0
PAUSE_S = 2.0


def rollback(
    clients: Clients,
    target: Target,
    *,
    reason: str,
    wait_s: float = WAIT_S,
    say: Callable[[str], None] = quiet,
) -> Report:
    """Take users off Prisma and keep them off. Safe to repeat, and to run while the guard does the same.

    Args:
        clients: Of the account.
        target: The unit.
        reason: Why, for the latch and for people.
        wait_s: How long to follow the act; what is left then is finished by the guard.
        say: Told of each step.

    Returns:
        How far it came: ``finished`` once every step is settled and read back.
    """
    until = time.monotonic() + wait_s
    trigger = Trigger(who(clients), encodable(reason), {"verb": "rollback"})
    say = heard(say)
    report: Report | None = None
    while True:
        patience = waiting(min(ROUND_S, max(1.0, until - time.monotonic())))
        report = act(world(clients, target, patience, say), trigger, None if report is None else report.latch)
        if report.finished or time.monotonic() + PAUSE_S > until:
            return report
        off = report.outcomes["kill-switch"].status.settled
        say(
            "Waiting for what is left; users are not on Prisma any more."
            if off
            else "The kill switch is not on yet; trying again."
        )
        time.sleep(PAUSE_S)
