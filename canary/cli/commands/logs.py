"""`canary logs`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.change import now
from canary.cli.commands.options import AsJson, Since, Until, window
from canary.cli.commands.speech import record, write
from canary.cli.logs import EVERY_S, Tail, group_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from canary.cli.commands.session import Session
    from canary.cli.logs import Line

Function = Annotated[str, typer.Option(help="Whose: mock, prisma, shadow, guard or migrate.")]
Filter = Annotated[
    str, typer.Option("--filter", help="A CloudWatch Logs filter pattern, such as FLAG or ERROR.")
]
Follow = Annotated[bool, typer.Option("--follow", help="Go on until Ctrl-C.")]
Everything = Annotated[bool, typer.Option("--all", help="Metric records too.")]


def logs(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    function: Function = "mock",
    since: Since = "10m",
    until: Until = None,
    pattern: Filter = "",
    *,
    follow: Follow = False,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Print a function's log lines; with --json one document a line."""
    session: Session = context.obj
    at = now()
    if follow and until:
        raise typer.BadParameter("--follow goes on: it has no --until.")
    start, end = window(since, until, at, until_comes=follow)
    tail = Tail(session.clients.logs, group_of(session.target, function), pattern)
    found: Iterable[Line] = (
        tail.follow(start or at, lambda: time.sleep(EVERY_S), now) if follow else tail.read(start or at, end)
    )
    for line in found:
        if everything or not line.metrics:
            record(line.as_dict()) if as_json else write([line.shown()])
