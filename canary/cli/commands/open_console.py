"""`canary open`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.addresses import console
from canary.cli.commands.options import AsJson  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import document, say, write
from canary.cli.open_console import link

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Place = Annotated[str, typer.Argument(help="dashboard, traces or logs.")]


def open_console(context: typer.Context, place: Place, *, as_json: AsJson = False) -> None:
    """Print where in the AWS console to look, and open a browser there when a person sits at a terminal."""
    session: Session = context.obj
    url = console(link(session.target, place))
    document({"url": url}) if as_json else write([url])
    if session.local:
        say("This is a local AWS: no console shows it. `canary monitor --watch` does.")
    elif sys.stdout.isatty() and not as_json:
        typer.launch(url)
