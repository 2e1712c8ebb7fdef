"""What every verb is given: the unit it is about, and clients to reach it, found when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canary.cli import addresses
from canary.cli.clients import Clients
from canary.cli.discovery import from_names
from canary.cli.errors import OpsError, WrongUsageError
from canary.cli.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable

WHICH = "Say which unit: --stack NAME, --outputs FILE or --prefix NAME, one of them."

Stack = Annotated[
    str | None,
    typer.Option(envvar="CANARY_STACK", help="Pulumi stack whose output `canary` names the unit's parts."),
]
Outputs = Annotated[
    Path | None, typer.Option(envvar="CANARY_OUTPUTS", help="That output, saved as a JSON file.")
]
Prefix = Annotated[
    str | None,
    typer.Option(
        help="No Pulumi at hand: start of the unit's names, such as huntaze; the rest is asked of AWS."
    ),
]
Region = Annotated[str, typer.Option(envvar="AWS_REGION", help="Region, only with --prefix.")]
Endpoint = Annotated[
    str | None, typer.Option(envvar="AWS_ENDPOINT_URL", help="A local AWS instead of the real one.")
]


@dataclass
class Session:
    """One run of the command.

    Attributes:
        find: Finds the unit; called once, and only by verbs that need one.
        connect: Makes clients for a region.
        local: Whether this is a local AWS, which no console shows.
        stack: The Pulumi stack's name, where it was given: some verbs need no more than that.
        named: Whether a unit was named at all; some verbs can do without.
        prefix: The unit's prefix, where that was given.
        region: As typed, for what has no outputs yet.
    """

    find: Callable[[], Target]
    connect: Callable[[str], Clients]
    local: bool = False
    stack: str | None = None
    named: bool = True
    prefix: str | None = None
    region: str = "us-east-1"

    @cached_property
    def target(self) -> Target:
        """The unit."""
        return self.find()

    @cached_property
    def clients(self) -> Clients:
        """Clients in the unit's region."""
        return self.connect(self.target.region)


def begin(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context,
    stack: Stack = None,
    outputs: Outputs = None,
    prefix: Prefix = None,
    region: Region = "us-east-1",
    endpoint_url: Endpoint = None,
) -> None:
    """Operate a read migration: look, turn on, ramp up, roll back.

    Data goes to stdout and talk to stderr; --json prints documents for machines.

    Exit codes: 0 done, all well, or GO · 1 refused or failed, the message says why · 2 wrong usage ·
    3 something needs attention, or is not finished · 4 NO-GO · 5 INVESTIGATE · 6 INCONCLUSIVE ·
    130 interrupted.
    """
    if isinstance(context.obj, Session):
        return
    ways = sum(given is not None for given in (stack, outputs, prefix))
    if ways > 1:
        raise typer.BadParameter(WHICH)

    def connect(where: str) -> Clients:
        return Clients(endpoint_url, where)

    def find() -> Target:
        if outputs is not None:
            return Target.from_file(outputs)
        if stack is not None:
            return Target.from_stack(stack)
        if prefix is not None:
            return from_names(connect(region), prefix, region)
        raise typer.BadParameter(WHICH)

    _check(region if stack is None and outputs is None else None, endpoint_url, prefix)
    context.obj = Session(
        find,
        connect,
        local=endpoint_url is not None,
        stack=stack,
        named=ways == 1,
        prefix=prefix,
        region=region,
    )


def _check(region: str | None, endpoint_url: str | None, prefix: str | None) -> None:
    """Look at names and addresses before anything is asked of AWS.

    Args:
        region: Where the unit is; ``None`` where its outputs say that.
        endpoint_url: As typed.
        prefix: As typed.

    Raises:
        WrongUsageError: One of them is none.
    """
    try:
        if region is not None:
            addresses.region(region, "--region (AWS_REGION)")
        if endpoint_url is not None:
            addresses.address(endpoint_url, "--endpoint-url (AWS_ENDPOINT_URL)")
        if prefix is not None:
            addresses.prefix(prefix, "--prefix")
    except OpsError as error:
        raise WrongUsageError(str(error)) from error
