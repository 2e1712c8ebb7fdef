"""`canary traffic`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import errors
from canary.cli.audience import users_of
from canary.cli.commands.options import AsJson, Yes  # noqa: TC001 - as above
from canary.cli.commands.speech import confirm, say, show
from canary.cli.traffic import Wanted, over_http, test_users
from canary.cli.traffic import traffic as run
from canary.read import contract

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Requests = Annotated[int, typer.Option(help="How many, at most 10000.")]
Rate = Annotated[float, typer.Option(help="How many a second, at most 50.")]
Users = Annotated[
    Path | None, typer.Option(help="File of test users' ids, one a line; beta-001 to beta-050 by default.")
]
Paths = Annotated[list[str], typer.Option("--path", help="Path below the API; may be given several times.")]
Header = Annotated[str, typer.Option(help="Header that names the user.")]
Token = Annotated[
    str | None, typer.Option(envvar="CANARY_TOKEN", help="Bearer token of a test user, if the API wants one.")
]
BETA_USERS = 50


def traffic(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    requests: Requests = 100,
    rate: Rate = 5,
    users: Users = None,
    path: Paths = [contract.PROBED],  # noqa: B006 - typer copies it
    user_header: Header = "x-user-id",
    token: Token = None,
    *,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Make bounded test traffic through the API. 3 when one got 5xx or no answer, or all got 4xx."""
    session: Session = context.obj
    named = users_of(users) if users else test_users(BETA_USERS)
    wanted = Wanted(requests, rate, named, path, user_header, token)
    wanted.check()
    confirm(session.target, yes=yes)
    say(f"{requests} requests at {rate:g} a second as {len(named)} users to {session.target.api_url}")
    try:
        sent = run(session.target.api_url, wanted, over_http())
    except KeyboardInterrupt:
        say("Interrupted: what was sent is answered and counted, whoever reads the answers.")
        raise
    show(sent, as_json=as_json)
    raise typer.Exit(errors.OK if sent.well else errors.ATTENTION)
