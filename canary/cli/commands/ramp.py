"""`canary ramp`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.audience import users_of
from canary.cli.commands.change import changing
from canary.cli.commands.options import COUNTING_S, AsJson, CountUsers, Reason, Yes
from canary.cli.commands.speech import document, say, write
from canary.cli.enable import NEW_STEP, enable
from canary.cli.operating import waiting
from canary.cli.ramp import STEPS, allowed, plan, steps_of

if TYPE_CHECKING:
    from canary.cli.commands.session import Session
    from canary.cli.enable import Enabled
    from canary.cli.ramp import Plan

DEFAULT_STEPS = ",".join(f"{step:g}" for step in STEPS)

At = Annotated[str, typer.Option(help="The steps, in percent; the first above the one in force is taken.")]
Users = Annotated[
    Path | None, typer.Option(help="File of user ids, one a line: shows which of them will be in.")
]
Accept = Annotated[
    bool, typer.Option("--accept-inconclusive", help="Take the step on too little data; never on a fault.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the step, the verdict and who will be in; take no step.")
]


def ramp(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    reason: Reason,
    at: At = DEFAULT_STEPS,
    users: Users = None,
    *,
    accept_inconclusive: Accept = False,
    count_users: CountUsers = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take the next step of the ramp, 1 -> 5 -> 25 -> 100 %, if the verdict on this one is GO.

    It refuses if there is a latch, if the verdict is NO-GO, INVESTIGATE or INCONCLUSIVE, or if someone else
    changed the ramp in the meantime. Users who are in at a step stay in at the next.
    """
    session: Session = context.obj
    wanted = plan(
        session.clients,
        session.target,
        steps_of(at),
        users_of(users),
        waiting(COUNTING_S) if count_users else None,
    )
    if dry_run:
        document(wanted.as_dict()) if as_json else write(wanted.lines())
        return
    for line in wanted.lines():
        say(line)
    allowed(wanted, accept_inconclusive=accept_inconclusive)
    say(NEW_STEP)
    done = _take(session, wanted, reason, yes=yes)
    document({**done.as_dict(), "plan": wanted.as_dict()}) if as_json else write(done.lines())


def _take(session: Session, wanted: Plan, reason: str, *, yes: bool) -> Enabled:
    """Deploy the step, from what was seen to what was shown."""
    decision = wanted.judged.verdict.decision
    joining = len(wanted.audience.joining)
    after = {"percentage": wanted.percentage, "verdict": decision, "joining": joining}
    with changing(session, "ramp", reason, yes=yes, before=asdict(wanted.before), after=after) as change:
        done = enable(
            session.clients,
            session.target,
            percentage=wanted.percentage,
            shadow=wanted.before.shadow or None,
            reason=f"ramp on {decision}: {reason}",
            expect=wanted.before,
            say=change.say,
        )
        change.after = {**after, "deployment": done.deployment}
    return done
