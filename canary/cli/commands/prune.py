"""`canary prune`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.change import changing
from canary.cli.commands.options import AsJson, Reason, Yes  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import show
from canary.cli.release.prune import KEEP
from canary.cli.release.prune import prune as run

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Keep = Annotated[int, typer.Option(min=1, help="How many newest versions of each function stay in any case.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be deleted, and delete nothing.")]


def prune(  # noqa: PLR0913 - a command's options
    context: typer.Context,
    keep: Keep = KEEP,
    reason: Reason = "old versions",
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete old versions of the functions, never one that is live or a way back."""
    session: Session = context.obj
    if dry_run:
        show(run(session.clients, session.target, keep=keep, dry_run=True), as_json=as_json)
        return
    with changing(session, "prune", reason, yes=yes, after={"keep": keep}) as change:
        done = run(session.clients, session.target, keep=keep, say=change.say)
        change.after = {"keep": keep, "deleted": done.deleted}
    show(done, as_json=as_json)
