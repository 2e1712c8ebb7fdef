"""`canary monitor`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import errors
from canary.cli.commands.change import now, trail
from canary.cli.commands.options import LONGEST_WAIT_S, AsJson
from canary.cli.commands.speech import document, record, say, write
from canary.cli.monitor import look, watch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from canary.cli.commands.session import Session
    from canary.cli.monitor import Snapshot

Watch = Annotated[bool, typer.Option("--watch/--once", help="Go on until Ctrl-C, or look once.")]
Interval = Annotated[
    float,
    typer.Option(
        min=1, max=LONGEST_WAIT_S, help="Seconds between looks; every 10 costs about 5 cents an hour."
    ),
]


def monitor(
    context: typer.Context, interval: Interval = 10, *, watching: Watch = False, as_json: AsJson = False
) -> None:
    """Watch phase, share, errors, P95 of both sides, diffs, alarms, the verdict's evidence and what happened.

    On a terminal it draws one screen; elsewhere it writes lines, and with --json one document a line. Looking
    once it exits with 3 when something needs attention.
    """
    session: Session = context.obj

    def take() -> Snapshot:
        return look(session.clients, session.target, trail(session), now())

    if not watching:
        snapshot = take()
        document(snapshot.as_dict()) if as_json else write(snapshot.lines())
        raise typer.Exit(errors.OK if snapshot.status.healthy else errors.ATTENTION)
    looks = watch(take, lambda: time.sleep(interval), say)
    if not as_json and sys.stdout.isatty():
        draw(looks)
    for snapshot in looks:
        record(snapshot.as_dict()) if as_json else write(snapshot.lines())


def draw(looks: Iterator[Snapshot], console: Console | None = None) -> None:
    """Draw each look over the last, until there are no more; on stdout unless told otherwise."""
    from rich.live import Live  # noqa: PLC0415 - 60 ms that only a terminal needs

    from canary.cli.screen import drawn  # noqa: PLC0415 - as above

    with Live(console=console, auto_refresh=False, vertical_overflow="visible") as live:
        for snapshot in looks:
            live.update(drawn(snapshot), refresh=True)
