"""`canary finish`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import errors
from canary.cli.commands.options import AsJson  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import show
from canary.cli.finish import HELD_HOURS
from canary.cli.finish import finish as run

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Hours = Annotated[float, typer.Option(min=0, max=10_000, help="How long 100 % must have been in force.")]


def finish(context: typer.Context, held_hours: Hours = HELD_HOURS, *, as_json: AsJson = False) -> None:
    """Say whether the migration is done, and then exactly what to remove and in which order. Removes nothing.

    3 while a condition does not hold.
    """
    session: Session = context.obj
    report = run(session.clients, session.target, held_hours)
    show(report, as_json=as_json)
    raise typer.Exit(errors.OK if report.ready else errors.ATTENTION)
