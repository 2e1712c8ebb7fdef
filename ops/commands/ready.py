"""`canary ready`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ops import errors
from ops.checks.finding import Look
from ops.commands.change import now
from ops.commands.options import LONGEST_WAIT_S, AsJson
from ops.commands.speech import say, show
from ops.operating import waiting
from ops.ready import CHECKS
from ops.ready import ready as run
from ops.web import Web

if TYPE_CHECKING:
    from ops.commands.session import Session


def ready(
    context: typer.Context,
    wait: Annotated[
        float,
        typer.Option(min=0, max=LONGEST_WAIT_S, help="Seconds to wait for a trace of the check's own read."),
    ] = 60,
    *,
    as_json: AsJson = False,
) -> None:
    """Check everything that must be so before users are let in; changes nothing. 3 unless all of it is.

    Each check says what it looked at and how to mend what it found. One that cannot look counts as not ready.
    It makes one read through each function, of a record that nobody has.
    """
    session: Session = context.obj
    look = Look(session.clients, session.target, now, Web().get, lambda: waiting(wait))
    report = run(look, CHECKS, lambda name: say(f"… {name}"))
    show(report, as_json=as_json)
    raise typer.Exit(errors.OK if report.ready else errors.ATTENTION)
