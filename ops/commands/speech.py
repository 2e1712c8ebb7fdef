"""How the command speaks: data on stdout, talk on stderr, a question only where a change is made in prod."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Protocol

import typer

from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.target import Target


class Shown(Protocol):
    """What a verb found or did."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for machines."""
        ...

    def lines(self) -> list[str]:
        """The same for a person."""
        ...


def show(report: Shown, *, as_json: bool) -> None:
    """Print a report on stdout."""
    if as_json:
        document(report.as_dict())
    else:
        write(report.lines())


def document(values: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(values, indent=2, default=str) + "\n")


def record(values: Any) -> None:
    """One JSON document on one line of stdout, for what goes on and on."""
    sys.stdout.write(json.dumps(values, default=str) + "\n")
    sys.stdout.flush()


def write(lines: Iterable[str]) -> None:
    """Lines on stdout."""
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Talk, on stderr."""
    sys.stderr.write(text + "\n")


def confirm(target: Target, *, yes: bool) -> None:
    """In prod a change is confirmed by typing the stack's name.

    Raises:
        OpsError: Another name was typed.
    """
    if yes or not target.production:
        return
    typed = typer.prompt(f"This changes production. Type the stack's name ({target.stack})", err=True)
    if typed.strip() != target.stack:
        raise OpsError(f"{typed!r} is not the stack's name, {target.stack}: nothing was changed.")
