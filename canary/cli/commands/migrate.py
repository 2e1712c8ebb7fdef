"""`canary migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.change import changing
from canary.cli.commands.options import AsJson, Reason, Yes  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import say, show
from canary.cli.migrate import look
from canary.cli.migrate import migrate as run

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be applied, and apply nothing.")]


def migrate(
    context: typer.Context,
    reason: Reason = "migrations of the deployed package",
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Apply the database's pending migrations: all of them or none. 1 on drift and when SQL fails.

    They are those that the last `pulumi up` brought. With nothing to do nothing is asked and nothing is
    written down. A dry run ends with 3 while something is pending.
    """
    session: Session = context.obj
    functions = session.clients.patient_lambda
    found = look(functions, session.target)
    if not dry_run and found.pending:
        say(f"Pending: {', '.join(found.pending)}.")
        with changing(session, "migrate", reason, yes=yes, after={"pending": list(found.pending)}) as change:
            change.say("The function is invoked; what it has begun it ends or takes back, all or nothing.")
            found = run(functions, session.target)
            change.after = found.as_dict()
    show(found, as_json=as_json)
    raise typer.Exit(found.exit_code)
