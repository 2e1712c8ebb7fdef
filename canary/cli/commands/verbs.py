"""Verbs as a person types them: what is typed is checked once, before anything is done with it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

from canary.cli.commands import given
from canary.cli.commands.entered import EnteredError, entered
from canary.cli.commands.faults import told
from canary.cli.commands.speech import say, shortened
from canary.cli.errors import REFUSED, USAGE, OpsError, WrongUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WHICH_UNIT = frozenset({"--stack", "--outputs", "--prefix", "--region", "--endpoint-url"})
"""Options of the command itself: they stand before the verb."""


class Verb(TyperCommand):
    """A verb whose options are what was typed: `nan` is neither below a limit nor above it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the verb's options.

        Raises:
            typer.BadParameter: An option is empty, `nan` or infinite.
        """
        rest = super().parse_args(ctx, list(args))
        given.check(self, ctx, args)
        return rest


class Verbs(TyperGroup):
    """Verbs whose every expected fault is one sentence on stderr, and exit code 1."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the whole command line, of which only visible text is taken.

        Raises:
            typer.BadParameter: An argument contains an invisible character.
        """
        with _shortened():
            typed = [_entered(args, place) for place in range(len(args))]
            rest = super().parse_args(ctx, list(typed))
            given.check(self, ctx, typed)
            return rest

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the verb.

        Raises:
            typer.BadParameter: An option that says which unit stands after the verb.
        """
        verb, *rest = args
        for word in rest:
            option, _, value = word.partition("=")
            if option in WHICH_UNIT:
                name = value or "…"
                raise typer.BadParameter(
                    f"{option} says which unit it is about, and stands before the verb: "
                    f"canary {option} {name} {verb} …"
                )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the verb."""
        try:
            with _shortened():
                return super().invoke(ctx)
        except WrongUsageError as error:
            say(shortened(f"canary: {error}"))
            raise typer.Exit(USAGE) from error
        except OpsError as error:
            say(shortened(f"canary: {error}"))
        except Exception as error:
            said = told(error)
            if said is None:
                raise
            say(shortened(f"canary: {said}"))
        raise typer.Exit(REFUSED)


@contextlib.contextmanager
def _shortened() -> Iterator[None]:
    """Shorten what is said about wrong usage, which quotes what was typed."""
    try:
        yield
    except typer.TyperException as error:
        error.message = shortened(error.message)
        raise


def _entered(args: Sequence[str], place: int) -> str:
    try:
        return entered(args[place])
    except EnteredError as error:
        option = args[place].partition("=")[0] if args[place].startswith("--") else args[place - 1]
        named = option if place and option.startswith("--") and option.isascii() else f"argument {place + 1}"
        raise typer.BadParameter(f"{named}: {error}") from error
