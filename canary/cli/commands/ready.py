"""`canary ready`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import errors
from canary.cli.checks.finding import Look
from canary.cli.checks.ready import CHECKS
from canary.cli.checks.ready import ready as run
from canary.cli.commands.change import now
from canary.cli.commands.options import LONGEST_WAIT_S, AsJson
from canary.cli.commands.speech import say, show
from canary.cli.operating import waiting
from canary.cli.web import Web

if TYPE_CHECKING:
    from canary.cli.commands.session import Session


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
