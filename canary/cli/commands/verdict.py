"""`canary verdict`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import errors
from canary.cli.commands.change import now
from canary.cli.commands.options import COUNTING_S, AsJson, CountUsers, Since, Until, window
from canary.cli.commands.speech import say, show
from canary.cli.operating import waiting
from canary.cli.verdict import judged, judged_again
from canary.verdict import Thresholds

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Configured = Annotated[
    float | None,
    typer.Option(min=0, max=100, help="What was configured then, where that is not to be looked up."),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from", help="Judge kept counts again: a rehearsal's summary.json, or this verb's own JSON."
    ),
]


def verdict(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    percentage: Configured = None,
    kept: From = None,
    *,
    count_users: CountUsers = False,
    as_json: AsJson = False,
) -> None:
    """Judge the step in force, or a past window again: 0 GO, 4 NO-GO, 5 INVESTIGATE, 6 INCONCLUSIVE.

    With --from no unit is needed; the limits are then the beta sheet's unless a unit is named.
    """
    session: Session = context.obj
    if kept is not None:
        if since or until:
            raise typer.BadParameter("--from judges kept counts: they have no window to choose from.")
        limits = session.target.limits if session.named else Thresholds()
        if not session.named:
            say("No unit is named: the limits are the beta sheet's.")
        again = judged_again(kept, limits, percentage)
        show(again, as_json=as_json)
        raise typer.Exit(errors.BY_DECISION[again.verdict.decision])
    at = now()
    start, end = window(since, until, at)
    found = judged(
        session.clients,
        session.target,
        since=start,
        until=end,
        percentage=percentage,
        counting=waiting(COUNTING_S) if count_users else None,
    )
    show(found, as_json=as_json)
    raise typer.Exit(errors.BY_DECISION[found.verdict.decision])
