"""`canary audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

from canary.cli.commands.change import now, trail
from canary.cli.commands.options import AsJson, Since, Until, window
from canary.cli.commands.speech import show
from canary.cli.history import history

if TYPE_CHECKING:
    from canary.cli.commands.session import Session


def audit(
    context: typer.Context, since: Since = "7d", until: Until = None, *, as_json: AsJson = False
) -> None:
    """Show who changed what, when and why: our own trail, and AppConfig's deployments beside it."""
    session: Session = context.obj
    at = now()
    start, end = window(since, until, at)
    found = history(session.clients, session.target, start or at, end or at, trail(session))
    show(found, as_json=as_json)
