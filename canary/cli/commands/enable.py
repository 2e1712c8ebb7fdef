"""`canary enable`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

from canary.cli.commands.change import changing
from canary.cli.commands.options import AsJson, Percent, Reason, Yes  # noqa: TC001 - as above
from canary.cli.commands.speech import say, show
from canary.cli.enable import NEW_STEP, check, ramp_flags, unchanged
from canary.cli.enable import enable as run
from canary.cli.errors import WrongUsageError
from canary.unit.act.act import ramp_environment
from canary.unit.flags.documents import RampState

if TYPE_CHECKING:
    from canary.cli.commands.session import Session


def enable(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    reason: Reason,
    percentage: Percent = None,
    shadow: Percent = None,
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Set the canary's or the shadow's percentage, without asking the verdict; 0 turns one off.

    One of them is needed: --percentage 1 turns the 1 % canary on. What is not given stays as it is. A
    change begins a new step, whose evidence starts again. If nothing changes, the step continues. The
    command refuses if there is a latch, if the kill switch is on, if an alarm is red, or if someone else
    changed the ramp in the meantime.
    """
    session: Session = context.obj
    if percentage is None and shadow is None:
        raise WrongUsageError(
            "Say what is to be set: --percentage 1 turns the 1 % canary on, --shadow 100 repeats every read "
            "on Prisma, 0 turns one off. What is not given stays as it is. Nothing was changed."
        )
    before = ramp_flags(ramp_environment(session.target.settings(), session.clients))
    after = RampState(
        before.percentage if percentage is None else percentage, before.shadow if shadow is None else shadow
    )
    check(after)
    if before == after and (kept := unchanged(session.clients, session.target, after, reason)):
        show(kept, as_json=as_json)
        return
    say(
        f"canary {before.percentage:g} -> {after.percentage:g} %, shadow {before.shadow:g} -> "
        f"{after.shadow:g} %"
    )
    if before == after:
        say("The flags in force were deployed outside of this command, or lack their limits.")
    say(NEW_STEP)
    with changing(session, "enable", reason, yes=yes, before=asdict(before), after=asdict(after)) as change:
        done = run(
            session.clients,
            session.target,
            percentage=after.percentage or None,
            shadow=after.shadow or None,
            reason=reason,
            expect=before,
            say=change.say,
        )
        change.after = {**asdict(done.after), "deployment": done.deployment}
    show(done, as_json=as_json)
