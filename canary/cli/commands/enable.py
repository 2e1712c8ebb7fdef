"""`canary enable`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

from canary.cli.commands.change import changing
from canary.cli.commands.options import AsJson, Percent, Reason, Yes  # noqa: TC001 - as above
from canary.cli.commands.speech import say, show
from canary.cli.enable import enable as run
from canary.cli.enable import ramp_flags
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

    Without either it turns the 1 % canary on. It refuses on a latch, a kill switch that is on, a red
    alarm, and where somebody has changed the ramp meanwhile.
    """
    session: Session = context.obj
    before = ramp_flags(ramp_environment(session.target.settings(), session.clients))
    if percentage is None and shadow is None:
        percentage = 1.0
    after = RampState(
        before.percentage if percentage is None else percentage, before.shadow if shadow is None else shadow
    )
    say(
        f"canary {before.percentage:g} -> {after.percentage:g} %, shadow {before.shadow:g} -> "
        f"{after.shadow:g} %"
    )
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
