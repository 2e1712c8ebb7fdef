"""`canary resume`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from canary.cli import errors
from canary.cli.commands.change import changing
from canary.cli.commands.options import AsJson, Reason, Yes  # noqa: TC001 - as above
from canary.cli.commands.speech import show
from canary.cli.latched import author
from canary.cli.resume import nothing_to_end
from canary.cli.resume import resume as run
from canary.unit.latch.latch import Latches

if TYPE_CHECKING:
    from canary.cli.commands.session import Session


def resume(context: typer.Context, reason: Reason, *, yes: Yes = False, as_json: AsJson = False) -> None:
    """Clear the latch and take the kill switch off after a rollback. Turns nothing on.

    Where no rollback stands it changes nothing and says so.
    """
    session: Session = context.obj
    if (nothing := nothing_to_end(session.clients, session.target, reason)) is not None:
        show(nothing, as_json=as_json)
        return
    latch = Latches(session.clients.ssm, session.target.latch_parameter).read()
    before = {"latch": f"{author(latch)}: {latch.reason}" if latch else None}
    with changing(session, "resume", reason, yes=yes, before=before, after={"latch": None}) as change:
        done = run(session.clients, session.target, reason=reason, say=change.say)
    show(done, as_json=as_json)
    raise typer.Exit(errors.ATTENTION if done.left else errors.OK)
