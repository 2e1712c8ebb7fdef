"""The command `canary`: every verb in one application, and every fault in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rollback_guard.counts import IncompleteError
from typer.core import TyperGroup

from ops.commands.audit import audit
from ops.commands.cost import cost
from ops.commands.enable import enable
from ops.commands.finish import finish
from ops.commands.logs import logs
from ops.commands.migrate import migrate
from ops.commands.monitor import monitor
from ops.commands.open_console import open_console
from ops.commands.prune import prune
from ops.commands.queries import queries
from ops.commands.ramp import ramp
from ops.commands.ready import ready
from ops.commands.release import release
from ops.commands.resume import resume
from ops.commands.rollback import rollback
from ops.commands.session import begin
from ops.commands.speech import say
from ops.commands.status import status
from ops.commands.teardown import teardown
from ops.commands.traces import traces
from ops.commands.traffic import traffic
from ops.commands.verdict import verdict
from ops.errors import REFUSED, OpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VERBS: dict[str, dict[str, Callable[..., None]]] = {
    "Look": {
        "ready": ready,
        "status": status,
        "monitor": monitor,
        "verdict": verdict,
        "logs": logs,
        "traces": traces,
        "open": open_console,
        "audit": audit,
    },
    "Change": {
        "enable": enable,
        "ramp": ramp,
        "migrate": migrate,
        "release": release,
        "rollback": rollback,
        "resume": resume,
    },
    "Besides": {"traffic": traffic, "cost": cost, "finish": finish, "prune": prune, "teardown": teardown},
}


WHICH_UNIT = frozenset({"--stack", "--outputs", "--prefix", "--region", "--endpoint-url"})
"""Options of the command itself: they stand before the verb."""


class Verbs(TyperGroup):
    """Verbs whose every expected fault is one sentence on stderr, and exit code 1."""

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
            say(f"canary: AWS: {error}")
        except IncompleteError as error:
            say(f"canary: {error} Nothing is judged on less than was asked for; try again.")
        raise typer.Exit(REFUSED)


def application() -> typer.Typer:
    """The application with all verbs."""
    made = typer.Typer(
        cls=Verbs, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, callback=begin
    )
    for panel, verbs in VERBS.items():
        for name, verb in verbs.items():
            made.command(name, rich_help_panel=panel)(verb)
    made.add_typer(queries, name="queries", rich_help_panel="Look")
    return made


app = application()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    app(args=list(arguments) if arguments is not None else None, prog_name="canary")


if __name__ == "__main__":
    main()
