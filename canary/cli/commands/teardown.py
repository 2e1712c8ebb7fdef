"""`canary teardown`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads the annotations

from canary.cli.commands.change import changing
from canary.cli.commands.options import AsJson, Reason, Yes  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import document, write
from canary.cli.teardown import teardown as run

if TYPE_CHECKING:
    from canary.cli.commands.session import Session


def teardown(
    context: typer.Context,
    reason: Reason = "before pulumi destroy",
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Remove what deployments left outside the state, so that `pulumi destroy` succeeds. Keeps the trail."""
    session: Session = context.obj
    with changing(session, "teardown", reason, yes=yes) as change:
        done = run(session.clients, session.target, say=change.say)
        change.after = done.as_dict()
    document(done.as_dict()) if as_json else write(["Now `pulumi destroy` can remove the rest."])
