"""`canary cost`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli.commands.options import AsJson  # noqa: TC001 - typer reads the annotations
from canary.cli.commands.speech import say, show
from canary.cli.cost.assumptions import Traffic
from canary.cli.cost.cost import cost as estimate
from canary.cli.cost.prices import FILE

if TYPE_CHECKING:
    from canary.cli.commands.session import Session

STACK = "prod"
CHECKOUT, INSTALLED = Path(__file__).resolve().parents[3], FILE.with_name("project")
OWN = INSTALLED if INSTALLED.is_dir() else CHECKOUT
"""This program's own stacks: an installed package brings them along."""

Requests = Annotated[float, typer.Option(min=0, max=1e12, help="Requests of users over all the hours.")]
Hours = Annotated[float, typer.Option(min=0.01, max=100_000, help="How long; a month is 730.")]
Canary = Annotated[float, typer.Option(min=0, max=100, help="Percent of users in the canary.")]
Shadow = Annotated[float, typer.Option(min=0, max=100, help="Percent of the other requests shadowed.")]
Project = Annotated[
    Path | None,
    typer.Option(help="Folder of Pulumi.yaml: the one you are in, or else this program's own."),
]
Prices = Annotated[Path, typer.Option(help="A price file; us-east-1's by default.")]


def cost(  # noqa: PLR0913, PLR0917 - a command's options
    context: typer.Context,
    requests: Requests = 3000,
    hours: Hours = 3,
    canary: Canary = 1,
    shadow: Shadow = 100,
    project: Project = None,
    prices: Prices = FILE,
    *,
    as_json: AsJson = False,
) -> None:
    """Estimate what a stack costs at some traffic, line by line; nothing is asked of AWS.

    No unit has to be there: the stack's own file says what it is made of, Pulumi.prod.yaml's where none is
    named.
    Without options it is the beta sheet's three hours, and says where the sheet's prices were wrong.
    """
    session: Session = context.obj
    folder = project or (Path() if Path("Pulumi.yaml").is_file() else OWN)
    if not session.named:
        say(f"No unit is named: this is stack {STACK}'s. Another: canary --stack NAME cost.")
    stack = session.stack or (session.target.stack if session.named else STACK)
    show(estimate(folder, stack, Traffic(requests, hours, canary, shadow), prices), as_json=as_json)
