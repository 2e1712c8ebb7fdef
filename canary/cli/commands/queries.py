"""`canary queries list` and `canary queries run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.change import now
from canary.cli.commands.options import LONGEST_WAIT_S, AsJson, Since, Until, window
from canary.cli.commands.speech import show
from canary.cli.commands.verbs import Verb
from canary.cli.operating import waiting
from canary.cli.queries import run, saved

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Name = Annotated[str, typer.Argument(help="A query's name, its number, or a part that no other name has.")]
User = Annotated[str | None, typer.Option(help="A user's pseudonym, for the query about one user.")]
Wait = Annotated[float, typer.Option(min=0, max=LONGEST_WAIT_S, help="Seconds to wait for the result.")]

queries = typer.Typer(no_args_is_help=True, help="The saved Logs Insights queries: they count all requests.")


@queries.command("list", cls=Verb)
def list_queries(context: typer.Context, *, as_json: AsJson = False) -> None:
    """Show the deployed queries."""
    session: Session = context.obj
    show(saved(session.clients, session.target), as_json=as_json)


@queries.command("run", cls=Verb)
def run_query(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    name: Name,
    since: Since = "1h",
    until: Until = None,
    user: User = None,
    wait: Wait = 60,
    *,
    as_json: AsJson = False,
) -> None:
    """Run a deployed query and print its rows."""
    session: Session = context.obj
    at = now()
    start, end = window(since, until, at)
    found = run(
        session.clients, session.target, name, start or at, end or at, patience=waiting(wait), user=user
    )
    show(found, as_json=as_json)
