"""`canary preflight`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import errors
from canary.cli.commands.options import AsJson  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.session import WHICH
from canary.cli.commands.speech import say, show
from canary.cli.cost.configuration import names_of
from canary.cli.errors import OpsError
from canary.cli.preflight.looks import Place
from canary.cli.preflight.names import Named, physical
from canary.cli.preflight.preflight import preflight as run
from canary.cli.preflight.stack_state import Held, held

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

Project = Annotated[
    Path, typer.Option(help="Folder of Pulumi.yaml, in which --stack has its file: the one you are in.")
]


def preflight(context: typer.Context, project: Project = Path(), *, as_json: AsJson = False) -> None:
    """Name what is there already under the stack's names, before the first `pulumi up`. Changes nothing.

    With --stack its configuration says the names, and its state and tags what is its own; with --prefix the
    names are those of the defaults, and everything there is in the way. 3 when something is.
    """
    session: Session = context.obj
    stack, names, region, vpc, known = session.stack, None, session.region, "", Held()
    if stack is not None:
        configured = names_of(project, stack)
        names, region, vpc = configured.names, configured.region, configured.vpc
        known = _held(stack, project)
    elif session.prefix is not None:
        names = Named(session.prefix)
    if names is None:
        raise typer.BadParameter(f"{WHICH} Preflight needs no outputs: --stack or --prefix.")
    clients = session.connect(region)
    account = str(clients.sts.get_caller_identity()["Account"])
    place = Place(clients, region, account, vpc)
    report = run(
        place, physical(names), names.prefix, stack=stack, held=known, tell=lambda kind: say(f"… {kind}")
    )
    show(report, as_json=as_json)
    raise typer.Exit(errors.OK if report.clear else errors.ATTENTION)


def _held(stack: str, project: Path) -> Held:
    try:
        return held(stack, str(project))
    except OpsError as error:
        say(f"{error} What bears no tags cannot be told to be this stack's.")
        return Held()
