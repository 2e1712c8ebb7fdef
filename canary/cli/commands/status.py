"""`canary status`."""

from __future__ import annotations

import typer

from canary.cli import errors
from canary.cli.commands.options import AsJson  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import show
from canary.cli.status import status as look


def status(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show phase, flags, kill switch, latch, alias, alarms, drift, verdict. 3: something needs attention."""
    report = look(context.obj.clients, context.obj.target)
    show(report, as_json=as_json)
    raise typer.Exit(errors.OK if report.healthy else errors.ATTENTION)
