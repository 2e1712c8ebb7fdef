"""`canary release`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.change import changing
from canary.cli.commands.options import LONGEST_WAIT_S, AsJson, Reason, Yes, reasoned
from canary.cli.commands.speech import say, show
from canary.cli.release.release import WAIT_S, Override
from canary.cli.release.release import release as run

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

To = Annotated[str | None, typer.Option(help="Another version than the newest.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would move, and move nothing.")]
OverrideAlarm = Annotated[
    str | None,
    typer.Option(
        callback=reasoned, help="Release although an alarm is red, for the fix that mends it: why. Audited."
    ),
]
Minutes = Annotated[int, typer.Option(min=1, max=2880, help="How long that override holds.")]
Again = Annotated[bool, typer.Option("--again", help="Release a version that was taken back before.")]
Unchecked = Annotated[bool, typer.Option("--unchecked", help="Leave the check of the new version out.")]
Wait = Annotated[float, typer.Option(min=0, max=LONGEST_WAIT_S, help="Seconds to follow it.")]


def release(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    reason: Reason,
    to: To = None,
    override_alarm: OverrideAlarm = None,
    override_minutes: Minutes = 60,
    wait: Wait = WAIT_S,
    *,
    dry_run: DryRun = False,
    again: Again = False,
    unchecked: Unchecked = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Shift the alias to the newest version under the alarms, and follow it. 1 when it was rolled back.

    `pulumi up` publishes versions and moves no alias: this does. Run again it follows the release in
    progress; 3 when it has not ended in time.
    """
    session: Session = context.obj
    override = Override(override_alarm, override_minutes) if override_alarm else None
    if dry_run:
        show(
            run(session.clients, session.target, reason=reason, to=to, dry_run=True, say=say), as_json=as_json
        )
        return
    wanted = {"to": to or "newest", "override": override_alarm, "again": again, "unchecked": unchecked}
    with changing(session, "release", reason, yes=yes, after=wanted) as change:
        done = run(
            session.clients,
            session.target,
            reason=reason,
            to=to,
            override=override,
            again=again,
            unchecked=unchecked,
            wait_s=wait,
            say=change.say,
        )
        change.after = {"outcome": done.outcome, "deployment": done.deployment, "version": done.alias}
    show(done, as_json=as_json)
    raise typer.Exit(done.exit_code)
