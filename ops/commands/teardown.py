"""`canary teardown`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ops.commands.change import changing
from ops.commands.options import AsJson, Yes  # noqa: TC001 - typer reads the annotations
from ops.commands.speech import document, say, write
from ops.teardown import teardown as run

if TYPE_CHECKING:
    from ops.commands.session import Session

Why = Annotated[str, typer.Option(help="Why; kept in the audit trail.")]


def teardown(
    context: typer.Context,
    reason: Why = "before pulumi destroy",
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Remove what deployments left outside the state, so that `pulumi destroy` succeeds. Keeps the trail."""
    session: Session = context.obj
    with changing(session, "teardown", reason, yes=yes) as change:
        done = run(session.clients, session.target, say=say)
        change.after = done.as_dict()
    document(done.as_dict()) if as_json else write(["Now `pulumi destroy` can remove the rest."])
