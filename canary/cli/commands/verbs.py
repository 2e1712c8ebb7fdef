"""Verbs as a person types them: what is typed is checked once, before anything is done with it."""

from __future__ import annotations

import errno
import math
import traceback
from typing import TYPE_CHECKING, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from typer.core import TyperCommand, TyperGroup

from canary.cli.commands.entered import EnteredError, entered
from canary.cli.commands.speech import say
from canary.cli.errors import REFUSED, OpsError
from canary.unit.metrics.counts import IncompleteError

if TYPE_CHECKING:
    from collections.abc import Sequence

WHICH_UNIT = frozenset({"--stack", "--outputs", "--prefix", "--region", "--endpoint-url"})
"""Options of the command itself: they stand before the verb."""


class Verb(TyperCommand):
    """A verb whose numbers are numbers: `nan` is neither below a limit nor above it."""

    def invoke(self, ctx: Any) -> Any:
        """Run it.

        Raises:
            typer.BadParameter: An option is `nan` or infinite.
        """
        for name, value in ctx.params.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise typer.BadParameter(f"--{name.replace('_', '-')} {value}: must be a number.")
        return super().invoke(ctx)


class Verbs(TyperGroup):
    """Verbs whose every expected fault is one sentence on stderr, and exit code 1."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the whole command line, of which only visible text is taken.

        Raises:
            typer.BadParameter: An argument holds what nobody sees.
        """
        return super().parse_args(ctx, [_entered(args, place) for place in range(len(args))])

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
            return super().invoke(ctx)
        except OpsError as error:
            say(f"canary: {error}")
        except (ClientError, BotoCoreError) as error:
            say(f"canary: AWS: {folded(error)}")
        except (ResponseParserError, UnicodeDecodeError) as error:
            say(f"canary: what answered is not AWS; is a proxy in between? {folded(error)}")
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            say(f"canary: {folded(error)}")
        except IncompleteError as error:
            say(f"canary: {error} Nothing is judged on less than was asked for; try again.")
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            say(
                f"canary: an answer or a value was not understood at {_place(error)}: "
                f"{type(error).__name__}: {folded(error)}. "
                "If AWS answers, and no proxy, report it as a fault of canary."
            )
        raise typer.Exit(REFUSED)


def folded(error: BaseException) -> str:
    """An error's own words on one line."""
    return " ".join(str(error).split())


def _entered(args: Sequence[str], place: int) -> str:
    try:
        return entered(args[place])
    except EnteredError as error:
        option = args[place].partition("=")[0] if args[place].startswith("--") else args[place - 1]
        named = option if place and option.startswith("--") and option.isascii() else f"argument {place + 1}"
        raise typer.BadParameter(f"{named}: {error}") from error


def _place(error: BaseException) -> str:
    """Where a fault arose, as a report of it needs it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.rpartition('/')[2]}:{last.lineno}"
