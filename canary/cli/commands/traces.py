"""`canary traces`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.change import now
from canary.cli.commands.options import LONGEST_WAIT_S, AsJson, Since, Until, window
from canary.cli.commands.speech import show
from canary.cli.traces import SLOW_S
from canary.cli.traces import traces as find

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Canary = Annotated[bool, typer.Option("--canary", help="Only of canary users.")]
Errors = Annotated[bool, typer.Option("--errors", help="Only failed ones, also those that a fallback hid.")]
Slow = Annotated[
    float | None,
    typer.Option(
        min=0, max=LONGEST_WAIT_S, help=f"Only those that took so many seconds and more, such as {SLOW_S:g}."
    ),
]
User = Annotated[str | None, typer.Option(help="Only of one user: a pseudonym, the log's userId.")]
Most = Annotated[int, typer.Option(min=1, max=1000, help="How many at most, the newest.")]


def traces(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    since: Since = "1h",
    until: Until = None,
    user: User = None,
    slow: Slow = None,
    most: Most = 50,
    *,
    canary: Canary = False,
    errors: Errors = False,
    as_json: AsJson = False,
) -> None:
    """Find recorded requests in X-Ray: examples, since Lambda samples; `canary queries` counts all."""
    session: Session = context.obj
    at = now()
    start, end = window(since, until, at)
    found = find(
        session.clients,
        start or at,
        end or at,
        canary=canary,
        errors=errors,
        slow_s=slow,
        user=user,
        most=most,
    )
    show(found, as_json=as_json)
